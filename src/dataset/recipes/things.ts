import type { Noun } from '../../instructions/index.ts'
import type { SurfaceKind } from '../../operations/index.ts'
import { photographicStamps } from './stamps.ts'

/** A group of things that are found in the same places. */
export type ThingGroup =
  | 'animal'
  | 'pet'
  | 'bird'
  | 'waterfowl'
  | 'flyer'
  | 'boat'
  | 'insect'
  | 'plant'
  | 'flower'
  | 'food'
  | 'ware'
  | 'tool'
  | 'ball'
  | 'instrument'
  | 'street'
  | 'vehicle'
  | 'figure'

/** Where each group of things may be without looking out of place. */
const habitats: Readonly<Record<ThingGroup, readonly SurfaceKind[]>> = {
  animal: ['grass', 'sand'],
  pet: ['grass', 'sand', 'road', 'floor'],
  bird: ['grass', 'sand', 'rock', 'road', 'floor', 'table'],
  waterfowl: ['grass', 'sand', 'rock'],
  flyer: ['sky'],
  boat: ['water'],
  insect: ['leaf', 'flat', 'table', 'rock'],
  plant: ['grass', 'sand'],
  flower: ['flat', 'table'],
  food: ['table', 'flat'],
  ware: ['table', 'flat', 'floor'],
  tool: ['flat'],
  ball: ['grass', 'sand', 'road', 'floor', 'table', 'flat'],
  instrument: ['floor'],
  street: ['road', 'floor'],
  vehicle: ['road', 'sand', 'grass'],
  figure: ['grass', 'sand', 'rock', 'road', 'floor'],
}

/** What is known of a thing that is put into pictures. */
export interface Thing extends Noun {
  /** The longer side of the upright thing, in metres. */
  readonly size: number
  readonly group: ThingGroup
}

/** Whether a thing may be on a surface. */
export function livesOn(thing: Thing, surface: SurfaceKind): boolean {
  return habitats[thing.group].includes(surface)
}

/** Names that matting and detection give, with the longer side in metres and the group. */
const others: Readonly<Record<string, readonly [size: number, group: ThingGroup]>> = {
  person: [1.7, 'figure'],
  bicycle: [1.7, 'figure'],
  car: [4.4, 'vehicle'],
  motorcycle: [2.1, 'vehicle'],
  bus: [10, 'vehicle'],
  truck: [7, 'vehicle'],
  'fire hydrant': [0.8, 'street'],
  bench: [1.6, 'figure'],
  bird: [0.2, 'bird'],
  robin: [0.16, 'bird'],
  cat: [0.45, 'pet'],
  kitten: [0.25, 'pet'],
  dog: [0.7, 'pet'],
  horse: [2.3, 'animal'],
  sheep: [1.2, 'animal'],
  cow: [2.2, 'animal'],
  elephant: [3.6, 'animal'],
  bear: [1.6, 'animal'],
  zebra: [2.1, 'animal'],
  giraffe: [4.6, 'animal'],
  'sports ball': [0.22, 'ball'],
  bottle: [0.28, 'ware'],
  cup: [0.1, 'ware'],
  vase: [0.3, 'ware'],
  banana: [0.2, 'food'],
  apple: [0.085, 'food'],
  orange: [0.085, 'food'],
  'potted plant': [0.5, 'ware'],
  'teddy bear': [0.4, 'ware'],
}

/** The longer side in metres of what is longer than wide, when it is seen from the front. */
const fromTheFront: Readonly<Record<string, number>> = { car: 1.8, bus: 3.1, truck: 3.1 }

/**
 * What is known of a thing by its English name; undefined where nothing is.
 * @param aspect width by height of the picture of it, which tells whether a vehicle is seen from the front
 */
export function thingOf(name: Noun, aspect?: number): Thing | undefined {
  const stamp = photographicStamps.find(({ en }) => en === name.en)
  if (stamp !== undefined) return stamp
  const other = others[name.en]
  if (other === undefined) return undefined
  const [length, group] = other
  const front = aspect !== undefined && aspect < 1.35 ? fromTheFront[name.en] : undefined
  return { en: name.en, cn: name.cn, size: front ?? length, group }
}
