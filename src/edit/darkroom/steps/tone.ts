import { evenMask } from '../../../image/index.ts'
import { adjust, applyLook, type ToneLookName, toneLooks } from '../../../operations/index.ts'
import { EditError } from '../../error.ts'
import type { Bench, Carry, Found } from '../carry.ts'
import type { Target } from '../plan.ts'
import { told } from './told.ts'

/** The target's mask; nothing where the whole picture is meant. */
async function maskOf(target: Target, bench: Bench): Promise<Found | undefined> {
  return target.type === 'picture' ? undefined : await bench.find(target)
}

const said = (what: string, target: Target, found: Found | undefined): string =>
  found === undefined ? what : told(`${what} for`, target, found)

/** A property of the picture, or of a part of it, goes up or down. */
export const carryAdjust: Carry<'adjust'> = async ({ property, amount, target }, bench) => {
  const found = await maskOf(target, bench)
  const { picture, region } = adjust(bench.picture, property, {
    amount,
    mask: found?.mask,
    next: bench.next,
  })
  const by = `${amount > 0 ? '+' : '−'}${Math.abs(Math.round(100 * amount))} %`
  return { picture, alpha: bench.alpha, region, did: said(`${property} ${by}`, target, found) }
}

const isLook = (name: string): name is ToneLookName => Object.hasOwn(toneLooks, name)

/** Light, weather, season or grading by name. @throws EditError `beyond` for a look that there is not */
export const carryLook: Carry<'look'> = async ({ look, strength, target }, bench) => {
  if (!isLook(look))
    throw new EditError(
      'beyond',
      `look: there is none called ${JSON.stringify(look)}; there are ${Object.keys(toneLooks).join(', ')}`,
    )
  const found = await maskOf(target, bench)
  const { picture, region } = applyLook(bench.picture, look, {
    strength,
    mask: found?.mask,
    ...(toneLooks[look].by === 'place' && (await sceneOf(bench, snowy.has(look)))),
    next: bench.next,
  })
  return { picture, alpha: bench.alpha, region, did: said(`look ${JSON.stringify(look)}`, target, found) }
}

/** A wall or a crowd that is taken for the sky spoils a look more than a sky that is missed. */
const leastSure = 0.7

/** Looks that lay snow on the ground. */
const snowy: ReadonlySet<ToneLookName> = new Set(['winter', 'snowfall'])

/**
 * What tools and the finder know of the scene: depth, the sky, which may be none, and the ground for looks with snow.
 * Without a sky it is not known where the ground begins: a wall would be snowed on from a line in its middle on.
 */
async function sceneOf({ picture, tools, find }: Bench, onGround: boolean) {
  const look = async (type: 'sky' | 'ground'): Promise<Found | undefined> => {
    try {
      return await find({ type, phrase: type }, { coarse: true })
    } catch (error) {
      if (error instanceof EditError && error.code === 'not-found') return undefined
      throw error
    }
  }
  const isSure = (found: Found | undefined): found is Found => found !== undefined && found.score >= leastSure
  const sky = await look('sky')
  const ground = onGround && sky ? await look('ground') : undefined
  return {
    sky: isSure(sky) ? sky.mask : evenMask(1, 1, 0),
    ...(isSure(ground) && { ground: ground.mask }),
    ...(tools.has('depth') && { depth: await tools.get('depth').depth(picture) }),
  }
}
