import type { LookParametersByName } from '../../../operations/index.ts'
import { drawnAmount, drawnLook, type Look } from './look.ts'

/** Looks of colour grading. */
export const gradings: readonly Look[] = [
  drawnAmount('teal-orange', [0.8, 1.2]),
  drawnAmount('warm', [4000, 4500]),
  drawnAmount('cool', [11_000, 15_000]),
  drawnAmount('vivid', [1.5, 1.8]),
  drawnAmount('muted', [0.22, 0.35]),
  drawnAmount('faded-film', [0.8, 1.2]),
  drawnLook('film-grain', (random) => ({ levels: random.between(5, 8), edge: random.between(0.25, 0.4) })),
  drawnAmount('high-key', [0.9, 1.2]),
  drawnAmount('low-key', [0.9, 1.2]),
  drawnAmount('bleach-bypass', [0.95, 1.2]),
  drawnAmount('cross-process', [0.8, 1.2]),
  drawnAmount('cyberpunk', [0.8, 1.1]),
  drawnLook('faded-vivid', (random) => ({
    colour: random.between(0.3, 0.45),
    flat: random.between(0.7, 1),
  })),
]

const filters: readonly LookParametersByName['black-and-white'][] = [
  { filter: 'none', punch: 0.15 },
  { filter: 'yellow', punch: 0.2 },
  { filter: 'orange', punch: 0.25 },
]

/** Black and white, and single tones. */
export const monochromes: readonly Look[] = [
  drawnLook('black-and-white', (random) => random.pick(filters)),
  drawnLook('dramatic-black-and-white', (random) => ({ edge: random.between(0.3, 0.55) })),
  drawnLook(
    'sepia',
    (random) => ({ amount: random.between(0.85, 1.15) }),
    ({ amount }) => ({ strength: amount }),
  ),
  drawnAmount('cyanotype', [0.85, 1.15]),
]

/** Weather, with the way back where the photograph's own weather is clear. */
export const weathers: readonly Look[] = [
  drawnLook('haze', (random) => ({ density: random.between(0.8, 1.2), warmth: random.between(-4, 10) })),
  drawnLook('dense-fog', (random) => ({ density: random.between(1.4, 1.9) })),
  drawnLook('rain', (random) => ({
    angle: random.between(-0.28, 0.28),
    amount: random.between(0.8, 1.25),
    density: random.between(0.35, 0.6),
  })),
  drawnLook('snowfall', (random) => ({
    angle: random.between(-0.5, 0.5),
    amount: random.between(0.8, 1.3),
    density: random.between(0.5, 0.8),
  })),
  drawnLook('overcast', (random) => ({ stops: random.between(-0.7, -0.4) })),
]

/** Seasons. */
export const seasons: readonly Look[] = [
  drawnLook('autumn', (random) => ({ hue: random.between(62, 76), spread: random.between(22, 34) })),
  drawnLook('winter', (random) => ({ cover: random.between(0.85, 1) })),
  drawnLook('spring', (random) => ({ turn: random.between(6, 12), light: random.between(0.06, 0.1) })),
]

/** By day what is bright is a cloud or a wall, and no lamp. */
const hasLamps = (lightness: number): boolean => lightness < 0.45

/** Light of other hours of the day. */
export const hours: readonly Look[] = [
  drawnLook('night', (random, { skyShare, tones }) => ({
    stops: random.between(-2.5, -2),
    starry: skyShare > 0.1,
    lamps: hasLamps(tones.lightness),
  })),
  drawnLook('golden-hour', (random) => ({
    fromLeft: random.chance(0.5),
    strength: random.between(0.8, 1.1),
  })),
  drawnLook('sunset', (random) => ({ pink: random.between(0, 1), dim: random.between(-1.25, -0.85) })),
  drawnLook('blue-hour', (random, { tones }) => ({
    stops: random.between(-1.5, -1.1),
    lamps: hasLamps(tones.lightness),
    hue: 246,
  })),
]

/** Exposure and white balance, mostly the way back: a fault mended. */
export const exposures: readonly Look[] = [
  drawnLook('underexposed', (random) => ({ stops: random.between(-2.2, -1.6) })),
  drawnLook('overexposed', (random) => ({ stops: random.between(1.2, 1.6) })),
  drawnLook('colour-cast', (random) => ({
    kelvin: random.chance(0.5) ? random.between(3100, 3700) : random.between(14_000, 19_000),
    tint: random.between(-0.5, 0.5),
  })),
]

/** Old photographs, and their restoration. */
export const ageings: readonly Look[] = (['old-photo', 'faded-print'] as const).map((name) =>
  drawnLook(
    name,
    (random) => ({
      softness: random.between(0.5, 0.9),
      fading: random.between(0.85, 1.15),
      stained: random.between(0.5, 1),
    }),
    (parameters) => ({ ...parameters, colour: name === 'faded-print' }),
  ),
)
