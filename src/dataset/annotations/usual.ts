import type { Nature } from './annotation.ts'

/** Typical properties of a thing. */
export interface Usual {
  readonly nature: Nature
  /** Height in metres as it stands; omitted if it varies widely. */
  readonly height?: number
  /** Whether the height varies so little that it gives a picture's scale. */
  readonly steady?: boolean
}

const of = (nature: Nature, height?: number, steady = false): Usual => ({
  nature,
  ...(height !== undefined && { height }),
  ...(steady && { steady }),
})

/** Labels of COCO. */
const usual: Readonly<Record<string, Usual>> = {
  person: of('person', 1.7, true),
  bicycle: of('vehicle', 1.05, true),
  car: of('vehicle', 1.5, true),
  motorcycle: of('vehicle', 1.15, true),
  airplane: of('vehicle', 12),
  bus: of('vehicle', 3.1, true),
  train: of('vehicle', 3.9),
  truck: of('vehicle', 2.8, true),
  boat: of('vehicle', 2.5),
  'traffic light': of('object', 0.9),
  'fire hydrant': of('object', 0.75, true),
  'stop sign': of('object', 0.75),
  'parking meter': of('object', 1.3, true),
  bench: of('object', 0.85, true),
  bird: of('animal', 0.25),
  cat: of('animal', 0.3),
  dog: of('animal', 0.5),
  horse: of('animal', 1.65, true),
  sheep: of('animal', 0.85, true),
  cow: of('animal', 1.45, true),
  elephant: of('animal', 2.7, true),
  bear: of('animal', 1.2),
  zebra: of('animal', 1.4, true),
  giraffe: of('animal', 4.5),
  backpack: of('object', 0.48),
  umbrella: of('object', 0.8),
  handbag: of('object', 0.3),
  tie: of('object', 0.5),
  suitcase: of('object', 0.65),
  frisbee: of('object', 0.25),
  skis: of('object'),
  snowboard: of('object'),
  'sports ball': of('object', 0.2),
  kite: of('object', 1),
  'baseball bat': of('object'),
  'baseball glove': of('object', 0.25),
  skateboard: of('object', 0.13),
  surfboard: of('object', 2),
  'tennis racket': of('object', 0.68),
  bottle: of('object', 0.26, true),
  'wine glass': of('object', 0.2, true),
  cup: of('object', 0.1, true),
  fork: of('object'),
  knife: of('object'),
  spoon: of('object'),
  bowl: of('object', 0.08),
  banana: of('food', 0.15),
  apple: of('food', 0.08),
  sandwich: of('food', 0.08),
  orange: of('food', 0.08),
  broccoli: of('food', 0.12),
  carrot: of('food'),
  'hot dog': of('food', 0.07),
  pizza: of('food'),
  donut: of('food', 0.05),
  cake: of('food', 0.12),
  chair: of('object', 0.9, true),
  couch: of('object', 0.85),
  'potted plant': of('plant', 0.5),
  bed: of('object'),
  'dining table': of('object', 0.75),
  toilet: of('object', 0.75),
  tv: of('object', 0.6),
  laptop: of('object', 0.24),
  mouse: of('object', 0.04),
  remote: of('object'),
  keyboard: of('object'),
  'cell phone': of('object', 0.15),
  microwave: of('object', 0.3),
  oven: of('object', 0.85),
  toaster: of('object', 0.2),
  sink: of('object'),
  refrigerator: of('object', 1.75),
  book: of('object', 0.22),
  clock: of('object', 0.3),
  vase: of('object', 0.28),
  scissors: of('object'),
  'teddy bear': of('object', 0.4),
  'hair drier': of('object', 0.22),
  toothbrush: of('object'),
}

/** The typical properties for a detector's label; undefined for other names. */
export function usualOf(label: string): Usual | undefined {
  return Object.hasOwn(usual, label) ? usual[label] : undefined
}

/** Things that are only indoors. */
export const furnishings: ReadonlySet<string> = new Set([
  ...[
    'couch',
    'bed',
    'toilet',
    'tv',
    'microwave',
    'oven',
    'toaster',
    'sink',
    'refrigerator',
    'keyboard',
    'mouse',
  ],
])

/** Things that are only outdoors. */
export const outsiders: ReadonlySet<string> = new Set([
  ...[
    'airplane',
    'train',
    'truck',
    'bus',
    'boat',
    'traffic light',
    'fire hydrant',
    'stop sign',
    'parking meter',
  ],
  ...[
    'horse',
    'sheep',
    'cow',
    'elephant',
    'bear',
    'zebra',
    'giraffe',
    'kite',
    'surfboard',
    'skis',
    'snowboard',
  ],
])
