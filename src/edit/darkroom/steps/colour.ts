import { hairDye, labOfHex, materials, recolour, remake } from '../../../operations/index.ts'
import { EditError } from '../../error.ts'
import type { Carry } from '../carry.ts'
import type { TargetType } from '../plan.ts'
import { told } from './told.ts'

/** Targets that are recoloured as a whole: of things, wheels and windows of another colour stay. */
const wholes: ReadonlySet<TargetType> = new Set([
  ...(['sky', 'ground', 'water', 'plants', 'hair', 'skin', 'lips', 'teeth', 'background'] as const),
])

/** The thing in another colour; the colour that it was asked for by says which of its colours is meant. */
export const carryRecolour: Carry<'recolour'> = async ({ target, colour }, bench) => {
  const found = await bench.find(target)
  const wanted = labOfHex(colour.hex)
  const { picture, region } = recolour(bench.picture, found.mask, {
    to: target.type === 'hair' ? hairDye(bench.picture, found.mask, wanted) : wanted,
    from: target.colour === undefined ? undefined : labOfHex(target.colour.hex),
    whole: target.colour === undefined && wholes.has(target.type),
  })
  return { picture, alpha: bench.alpha, region, did: told('recolour', target, found, `to ${colour.name}`) }
}

/** The thing made of another material. @throws EditError `beyond` for a material that there is no texture of */
export const carryMaterial: Carry<'material'> = async ({ target, material }, bench) => {
  const name = materials.find((each) => each.name === material)?.name
  if (name === undefined)
    throw new EditError(
      'beyond',
      `material: no texture of ${JSON.stringify(material)}; there are ${materials.map((each) => each.name).join(', ')}`,
    )
  const found = await bench.find(target)
  const seed = Math.floor(bench.next() * 2 ** 31)
  const { picture, region } = remake(bench.picture, found.mask, { material: name, seed })
  return { picture, alpha: bench.alpha, region, did: told('make', target, found, `of ${name}`) }
}
