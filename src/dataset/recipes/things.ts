import type { Noun } from '../../instructions/index.ts'
import type { SurfaceKind } from '../../operations/index.ts'
import type { Nature } from '../annotations/annotation.ts'
import type { ThingFacts, ThingGroup } from '../annotations/sidecar.ts'
import { usualOf } from '../annotations/usual.ts'

export type { ThingGroup } from '../annotations/sidecar.ts'

/** Where each group of things may plausibly be. */
const surfacesOf: Readonly<Record<ThingGroup, readonly SurfaceKind[]>> = {
  animal: ['grass', 'sand'],
  pet: ['grass', 'sand', 'road', 'floor'],
  bird: ['grass', 'sand', 'rock'],
  waterfowl: ['grass', 'sand', 'rock'],
  flyer: ['sky'],
  boat: ['water'],
  insect: ['leaf', 'flat', 'table', 'rock'],
  plant: ['grass', 'sand'],
  flower: ['flat', 'table'],
  food: ['table', 'flat'],
  ware: ['table', 'flat', 'floor'],
  tool: ['flat'],
  ball: ['grass', 'sand', 'floor', 'table', 'flat'],
  instrument: ['floor'],
  street: ['road', 'floor'],
  vehicle: ['road'],
  figure: ['grass', 'sand', 'rock', 'floor'],
  thing: ['grass', 'sand', 'rock', 'road', 'floor', 'table', 'flat', 'leaf'],
}

/** What is known about a thing that is placed into pictures. */
export interface Thing extends Noun {
  /** The longer side of the upright thing, in metres; left out where nobody knows. */
  readonly size?: number
  readonly group: ThingGroup
  readonly nature?: Nature
  /** Where it may be; left out where its group tells. */
  readonly on?: readonly SurfaceKind[]
}

/** Whether a thing may be on a surface. */
export function livesOn(thing: Thing, surface: SurfaceKind): boolean {
  return (thing.on ?? surfacesOf[thing.group]).includes(surface)
}

/** Names with the longer side in metres and the group, for cut-outs without a description. */
const fallback: Readonly<Record<string, readonly [size: number, group: ThingGroup]>> = {
  person: [1.7, 'figure'],
  man: [1.75, 'figure'],
  woman: [1.65, 'figure'],
  child: [1.1, 'figure'],
  boy: [1.2, 'figure'],
  girl: [1.2, 'figure'],
  bicycle: [1.7, 'figure'],
  car: [4.4, 'vehicle'],
  motorcycle: [2.1, 'vehicle'],
  bus: [10, 'vehicle'],
  truck: [7, 'vehicle'],
  airplane: [40, 'flyer'],
  plane: [40, 'flyer'],
  kite: [1.2, 'flyer'],
  'hot air balloon': [22, 'flyer'],
  boat: [6, 'boat'],
  'fire hydrant': [0.8, 'street'],
  'traffic cone': [0.75, 'street'],
  bench: [1.6, 'figure'],
  bird: [0.2, 'bird'],
  duck: [0.5, 'waterfowl'],
  goose: [0.9, 'waterfowl'],
  swan: [1.4, 'waterfowl'],
  penguin: [0.7, 'waterfowl'],
  cat: [0.45, 'pet'],
  kitten: [0.25, 'pet'],
  dog: [0.7, 'pet'],
  puppy: [0.35, 'pet'],
  rabbit: [0.4, 'pet'],
  horse: [2.3, 'animal'],
  sheep: [1.2, 'animal'],
  goat: [1, 'animal'],
  pig: [1.3, 'animal'],
  cow: [2.2, 'animal'],
  elephant: [3.6, 'animal'],
  bear: [1.6, 'animal'],
  zebra: [2.1, 'animal'],
  giraffe: [4.6, 'animal'],
  butterfly: [0.07, 'insect'],
  ball: [0.22, 'ball'],
  'sports ball': [0.22, 'ball'],
  bottle: [0.28, 'ware'],
  cup: [0.1, 'ware'],
  mug: [0.1, 'ware'],
  vase: [0.3, 'ware'],
  banana: [0.2, 'food'],
  apple: [0.085, 'food'],
  orange: [0.085, 'food'],
  cake: [0.25, 'food'],
  'potted plant': [0.5, 'ware'],
  'teddy bear': [0.4, 'ware'],
  backpack: [0.5, 'figure'],
  suitcase: [0.65, 'figure'],
  tree: [6, 'plant'],
}

/** The longer side in metres of what is longer than wide, when it is seen from the front. */
const fromTheFront: Readonly<Record<string, number>> = { car: 1.8, bus: 3.1, truck: 3.1 }

const natures: Readonly<Partial<Record<ThingGroup, Nature>>> = {
  animal: 'animal',
  pet: 'animal',
  bird: 'animal',
  waterfowl: 'animal',
  insect: 'animal',
  plant: 'plant',
  flower: 'plant',
  food: 'food',
  ware: 'object',
  tool: 'object',
  ball: 'object',
  instrument: 'object',
  street: 'object',
  vehicle: 'vehicle',
  boat: 'vehicle',
}

const groupOfNature: Readonly<Record<Nature, ThingGroup>> = {
  person: 'figure',
  animal: 'animal',
  plant: 'plant',
  object: 'thing',
  building: 'thing',
  vehicle: 'vehicle',
  food: 'food',
}

/**
 * What is known of a thing: what its cut-out says of it, else by the English name or the noun that it ends in, else
 * nothing but its name.
 * @param aspect width by height of the picture of it, which tells whether a vehicle is seen from the front
 */
export function thingOf(name: Noun, aspect?: number, facts: ThingFacts = {}): Thing {
  const key = Object.keys(fallback)
    .filter((each) => name.en === each || name.en.endsWith(` ${each}`))
    .sort((one, other) => other.length - one.length)[0]
  const [length, likely] = key === undefined ? [undefined, undefined] : fallback[key]!
  const front = key !== undefined && aspect !== undefined && aspect < 1.35 ? fromTheFront[key] : undefined
  const group =
    facts.habitat ?? likely ?? (facts.nature === undefined ? 'thing' : groupOfNature[facts.nature])
  const nature = facts.nature ?? (key === undefined ? undefined : usualOf(key)?.nature) ?? natures[group]
  const size = facts.size ?? front ?? length
  return {
    ...name,
    group,
    ...(size !== undefined && { size }),
    ...(nature !== undefined && { nature }),
    ...(facts.on !== undefined && { on: facts.on }),
  }
}
