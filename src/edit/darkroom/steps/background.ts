import { type Mask, maskBox, type Picture, type Rgb } from '../../../image/index.ts'
import {
  type Behind,
  backdrops,
  blurBackground,
  cutOut,
  evenBackground,
  gradientBackground,
  paintedBackground,
  photographBehind,
  replaceBackground,
} from '../../../operations/index.ts'
import { EditError } from '../../error.ts'
import type { Bench, Carry, Found, Made } from '../carry.ts'
import type { Behind as PlannedBehind, Target } from '../plan.ts'
import { told } from './told.ts'

const subject: Target = { type: 'subject', phrase: 'subject' }

/**
 * What is behind the target becomes something else, or goes. Without a target it is the subject that stays.
 * @throws EditError `input` where a picture is asked for and none is given, `beyond` for a backdrop that is not painted
 */
export const carryBackground: Carry<'background'> = async ({ to, target = subject }, bench) => {
  const found = await bench.find(target)
  const mask = withAlpha(found.mask, bench.alpha)
  switch (to.type) {
    case 'blur':
      return blurred(target, found, to.strength, bench)
    case 'transparent': {
      const { picture, alpha } = cutOut(bench.picture, mask)
      const region = { ...alpha, data: alpha.data.map((value) => (value === 255 ? 0 : 255)) }
      return { picture, alpha, region, did: told('cut out', target, found) }
    }
    default: {
      const { behind, name } = behindOf(to, mask, bench)
      const { picture, region } = replaceBackground(bench.picture, mask, behind)
      // What was transparent is filled.
      const alpha = bench.alpha && { ...mask, data: new Uint8Array(mask.data.length).fill(255) }
      return { picture, alpha, region, did: told('put', target, found, `before ${name}`) }
    }
  }
}

async function blurred(target: Target, found: Found, strength: number, bench: Bench): Promise<Made> {
  const nearness = bench.tools.has('depth') ? await bench.tools.get('depth').depth(bench.picture) : undefined
  const { picture, region } = blurBackground(bench.picture, found.mask, { strength, nearness })
  return { picture, alpha: bench.alpha, region, did: told('blur the background of', target, found) }
}

type Replacement = Exclude<PlannedBehind, { readonly type: 'blur' | 'transparent' }>

function behindOf(
  to: Replacement,
  mask: Mask,
  { picture, second, next }: Bench,
): { behind: Behind; name: string } {
  switch (to.type) {
    case 'colour':
      return { behind: plain(evenBackground(picture, rgbOfHex(to.colour.hex))), name: to.colour.name }
    case 'gradient':
      return {
        behind: plain(gradientBackground(picture, rgbOfHex(to.from.hex), rgbOfHex(to.to.hex))),
        name: `a gradient from ${to.from.name} to ${to.to.name}`,
      }
    case 'backdrop': {
      const backdrop = backdrops.find(({ name }) => name === to.name)
      if (backdrop === undefined)
        throw new EditError(
          'beyond',
          `background: no backdrop ${JSON.stringify(to.name)}; there are ${backdrops.map(({ name }) => name).join(', ')}, or give a picture`,
        )
      const painted = paintedBackground(picture, backdrop.name, next)
      return { behind: { picture: painted, floor: backdrop.floor, harmonised: false }, name: to.name }
    }
    case 'picture': {
      if (second === undefined)
        throw new EditError('input', 'background: no picture for it was given; give one: --with picture.jpg')
      const box = maskBox(mask) ?? { x: 0, y: 0, width: mask.width, height: mask.height }
      const foot = { x: (box.x + box.width / 2) / mask.width, y: (box.y + box.height) / mask.height }
      return {
        behind: { ...photographBehind(second, picture, foot), harmonised: true },
        name: 'the picture given',
      }
    }
  }
}

const plain = (picture: Picture): Behind => ({ picture, floor: false, harmonised: false })

function rgbOfHex(hex: string): Rgb {
  const level = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16)
  return [level(1), level(3), level(5)]
}

/** What the mask covers of what the picture shows. */
function withAlpha(mask: Mask, alpha: Mask | undefined): Mask {
  if (alpha === undefined) return mask
  return { ...mask, data: mask.data.map((value, i) => Math.round((value * alpha.data[i]!) / 255)) }
}
