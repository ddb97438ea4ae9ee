import type { Check, CheckColour } from 'pentimento/bench'
import type { Pair } from 'pentimento/dataset'
import { type Area, type Mask, maskBox } from 'pentimento/image'
import { cocoNouns } from 'pentimento/instructions'

/** Facts of a triplet in addition to its pictures. */
export type Known = Pick<Pair, 'facts' | 'parameters'> & { readonly mask: Mask | undefined }

/** The checks that say what a triplet's facts say; undefined where none can, such as of a look that has no name there. */
export function checksOf({ facts, parameters, mask }: Known): readonly Check[] | undefined {
  const box = mask && maskBox(mask, 1)
  const region = box && regionOf(box)
  const kept: readonly Check[] = region ? [{ check: 'kept', outside: region }] : []
  switch (facts.kind) {
    case 'background_change':
      return [{ check: 'background' }]
    case 'style_change':
      return facts.direction === 'to-photo'
        ? [{ check: 'style', change: 'any' }]
        : [{ check: 'style', change: manners[String(parameters.style)] ?? 'any' }]
    case 'tone_transfer': {
      const change = looks[String(parameters.look)]?.[parameters.direction === 'back' ? 1 : 0]
      return change && [{ check: 'tone', change }]
    }
    case 'ps_human': {
      const part = parts[String(parameters.retouch)]
      return part && [{ check: 'face-part', part }, { check: 'same-faces' }, ...kept]
    }
    default:
  }
  if (!region) return undefined
  switch (facts.kind) {
    case 'color_alter': {
      const colour = colourOf(facts.to.en)
      return colour && [{ check: 'colour', region, colour }, ...kept]
    }
    case 'material_alter':
      return [{ check: 'surface', region }, ...kept]
    case 'motion_change':
      return [{ check: 'moved', from: region }, ...kept]
    case 'subject-add':
      return [comes(facts.subject.en, region), ...kept]
    case 'subject-remove':
      return [goes(facts.subject.en, region), ...kept]
    case 'subject-replace':
      return [goes(facts.from.en, region), comes(facts.to.en, region), ...kept]
    case 'text_change':
      return [
        ...(facts.action === 'remove' ? [] : [{ check: 'reads', text: facts.to, region } as const]),
        ...(facts.action === 'add' ? [] : [{ check: 'reads-not', text: facts.from, region } as const]),
        ...kept,
      ]
    default:
      return undefined
  }
}

type Boxes = { readonly boxes: readonly (readonly [number, number, number, number])[] }

const regionOf = ({ x, y, width, height }: Area): Boxes => ({ boxes: [[x, y, width, height]] })

const comes = (noun: string, region: Boxes): Check =>
  Object.hasOwn(cocoNouns, noun) ? { check: 'appears', label: noun, region } : { check: 'filled', region }

const goes = (noun: string, region: Boxes): Check => ({
  check: 'gone',
  region,
  ...(Object.hasOwn(cocoNouns, noun) && { label: noun }),
})

/** The last word of a colour's name that a check knows. */
function colourOf(name: string): CheckColour | undefined {
  const word = name.split(' ').at(-1)!
  if (word === 'turquoise') return 'cyan'
  if (word === 'gray') return 'grey'
  const known: readonly string[] = ['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink']
  const others: readonly string[] = ['brown', 'black', 'white', 'grey']
  return [...known, ...others].includes(word) ? (word as CheckColour) : undefined
}

type Manner = Extract<Check, { check: 'style' }>['change']

/** What each style of the recipes is; the others are checked as `any`. */
const manners: Readonly<Record<string, Manner>> = {
  pencil: 'monochrome-drawing',
  charcoal: 'monochrome-drawing',
  'ink-wash': 'monochrome-drawing',
  engraving: 'monochrome-drawing',
  'line-art': 'lines',
  blueprint: 'lines',
  chalkboard: 'lines',
  cartoon: 'flat',
  poster: 'flat',
  'pixel-art': 'blocks',
  'toy-bricks': 'blocks',
  'cross-stitch': 'blocks',
  halftone: 'dots',
  newsprint: 'dots',
  'oil-painting': 'strokes',
  'pencil drawing': 'monochrome-drawing',
  'pencil sketch': 'monochrome-drawing',
  'ink drawing': 'monochrome-drawing',
  woodcut: 'monochrome-drawing',
  'halftone print': 'dots',
  'oil painting': 'strokes',
  'expressive painting': 'strokes',
}

type Tone = Extract<Check, { check: 'tone' }>['change']

/** What each look does, and what the way back from it does. */
const looks: Readonly<Record<string, readonly [Tone, Tone?]>> = {
  warm: ['warmer', 'cooler'],
  cool: ['cooler', 'warmer'],
  vivid: ['more-colourful', 'greyer'],
  muted: ['greyer', 'more-colourful'],
  'faded-film': ['less-contrast', 'more-contrast'],
  'faded-vivid': ['less-contrast', 'more-contrast'],
  'high-key': ['brighter', 'darker'],
  'low-key': ['darker', 'brighter'],
  'bleach-bypass': ['greyer', 'more-colourful'],
  'black-and-white': ['monochrome'],
  'dramatic-black-and-white': ['monochrome'],
  sepia: ['sepia'],
  cyanotype: ['monochrome'],
  haze: ['less-contrast', 'more-contrast'],
  'dense-fog': ['less-contrast', 'more-contrast'],
  overcast: ['greyer', 'more-colourful'],
  autumn: ['warmer', 'cooler'],
  winter: ['brighter', 'darker'],
  night: ['darker', 'brighter'],
  'golden-hour': ['warmer', 'cooler'],
  sunset: ['darker', 'brighter'],
  'blue-hour': ['darker', 'brighter'],
  underexposed: ['darker', 'brighter'],
  overexposed: ['brighter', 'darker'],
  'old-photo': ['sepia', 'more-contrast'],
  'faded-print': ['less-contrast', 'more-contrast'],
}

type Part = Extract<Check, { check: 'face-part' }>['part']

/** The part that each retouch is of; those of the whole face's form have none. */
const parts: Readonly<Record<string, Part>> = {
  ...Object.fromEntries(
    [
      ...['smooth-skin', 'brighten-skin', 'warm-skin', 'rosy-skin', 'tan', 'pale-skin', 'freckles'],
      ...['remove-freckles', 'blemishes', 'remove-blemishes', 'fewer-wrinkles', 'less-shine', 'blush'],
    ].map((name) => [name, 'skin' as const]),
  ),
  ...Object.fromEntries(
    [
      ...['dark-circles', 'brighter-eyes', 'eye-shadow-purple', 'eye-shadow-blue', 'eye-shadow-brown'],
      ...['eye-shadow-green', 'eyes-blue', 'eyes-green', 'eyes-brown', 'eyes-grey', 'larger-eyes'],
    ].map((name) => [name, 'eyes' as const]),
  ),
  'darker-brows': 'brows',
  'lips-red': 'lips',
  'lips-pink': 'lips',
  'lips-coral': 'lips',
  'lips-berry': 'lips',
  'whiter-teeth': 'teeth',
}
