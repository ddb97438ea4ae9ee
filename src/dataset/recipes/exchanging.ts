import { surveyPicture } from '../../edit/index.ts'
import type { Picture } from '../../image/index.ts'
import type { Placement, SurfaceKind } from '../../operations/index.ts'
import type { Random } from '../../random/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import type { Candidate } from './donating.ts'
import type { RealThing } from './real.ts'
import type { ThingGroup } from './things.ts'

/** Which groups of things may stand where one of a label stood. */
const instead: readonly {
  readonly labels: readonly string[]
  readonly groups: readonly ThingGroup[]
}[] = [
  { labels: ['kite', 'airplane'], groups: ['flyer'] },
  { labels: ['bird'], groups: ['bird', 'waterfowl'] },
  { labels: ['cat', 'dog'], groups: ['pet', 'bird'] },
  { labels: ['horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'], groups: ['animal'] },
  { labels: ['car', 'bus', 'truck', 'motorcycle', 'bicycle'], groups: ['vehicle'] },
  { labels: ['boat'], groups: ['boat'] },
  { labels: ['person'], groups: ['figure'] },
  {
    labels: ['fire hydrant', 'bench'],
    groups: ['street', 'figure'],
  },
  { labels: ['suitcase', 'chair', 'potted plant'], groups: ['instrument', 'ware'] },
  { labels: ['sports ball', 'frisbee'], groups: ['ball'] },
  {
    labels: [
      'bottle',
      'cup',
      'wine glass',
      'vase',
      'bowl',
      'apple',
      'orange',
      'banana',
      'cake',
      'donut',
      'sandwich',
    ],
    groups: ['ware', 'food', 'flower'],
  },
  { labels: ['teddy bear', 'book', 'laptop', 'remote', 'cell phone'], groups: ['ware', 'food'] },
]

const groupsFor = (label: string | undefined): readonly ThingGroup[] =>
  instead.find(({ labels }) => label !== undefined && labels.includes(label))?.groups ?? []

/** Whether another thing can stand in the place of one: it is one, whole, of a known height, and something is like it. */
export function isExchangeable({ label, things, box, height, all }: RealThing, picture: Picture): boolean {
  if (all !== undefined || things.length !== 1 || height === undefined) return false
  const margin = 0.012 * picture.height
  const isWhole =
    box.x > margin &&
    box.y > margin &&
    box.x + box.width < picture.width - margin &&
    box.y + box.height < picture.height - margin
  return isWhole && groupsFor(label).length > 0
}

/** What a thing stands on, for the shadow of the one that takes its place. */
export function footingOf({ label, box }: RealThing, picture: Picture, tools: Toolbox): SurfaceKind {
  if (label === 'kite' || label === 'airplane') return 'sky'
  if (label === 'boat') return 'water'
  const groups = groupsFor(label)
  if (groups.includes('ware') && !groups.includes('instrument')) return 'table'
  const grass = surveyPicture(picture, tools).part('grass')
  const [x, y] = [
    Math.round(box.x + box.width / 2),
    Math.min(picture.height - 1, Math.round(box.y + box.height) + 2),
  ]
  return grass !== undefined && grass.mask.data[y * picture.width + x]! >= 128 ? 'grass' : 'road'
}

/** How much higher or lower the new thing may be, and how much wider. */
const alike = { lowest: 0.4, highest: 1.6, widest: 2.6, narrowest: 0.3 } as const

/** A place for another thing where one stood, at the scale that the old one's height tells; undefined where it is unlike. */
export function placedInstead(
  { label, box, height, name }: RealThing,
  kind: SurfaceKind,
  { cutout, thing }: Candidate,
  random: Random,
): Placement | undefined {
  if (!groupsFor(label).includes(thing.group) || thing.en === name.en || thing.nature === 'person')
    return undefined
  const { width: across, height: down } = cutout.alpha
  const metre = box.height / height!
  // What flies may be near or far: it is made about as large.
  const longer =
    kind === 'sky' || thing.size === undefined
      ? random.between(0.8, 1.1) * Math.max(box.width, box.height)
      : thing.size * metre
  const scale = longer / Math.max(across, down)
  const [width, tall] = [Math.round(across * scale), Math.round(down * scale)]
  if (scale > 1.3 || Math.max(width, tall) < 20) return undefined
  if (tall < alike.lowest * box.height || tall > alike.highest * box.height) return undefined
  if (width > alike.widest * box.width || width < alike.narrowest * box.width) return undefined
  const middle = kind === 'sky' ? (box.height - tall) / 2 : 0
  return {
    surface: { kind, area: [0, 0, 1, 1] },
    x: Math.round(box.x + box.width / 2),
    y: Math.round(box.y + box.height - middle),
    width,
    height: tall,
    mirror: random.chance(0.5),
    turn: 0,
  }
}
