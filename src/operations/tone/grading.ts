import {
  applyCurves,
  contrast,
  expose,
  mapOklab,
  monochrome,
  type Picture,
  saturate,
  splitTone,
  vibrance,
  whiteBalance,
} from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'
import type { LooksOf, ToneLook } from './look.ts'
import { cornersDarkened, grainOver } from './overlay.ts'

/** Grey photographs have no colours to grade. */
const colourful = ({ tones }: Scene): string | undefined => (tones.chroma < 0.035 ? 'too grey' : undefined)

type Amount = ToneLook<{ readonly amount: number }>

/** A look whose one parameter is how much; usual at a strength of 1, strong at 2. */
function graded(
  [usual, strong]: readonly [number, number],
  change: (picture: Picture, amount: number) => Picture,
  unfit?: Amount['unfit'],
): Amount {
  return {
    by: 'colour',
    ...(unfit && { unfit }),
    usual: (strength) => ({ amount: usual + (strong - usual) * (strength - 1) }),
    base: ({ picture }, { amount }) => change(picture, amount),
  }
}

/** Looks of colour grading, as photographers and film makers name them. */
export const gradings: LooksOf<
  | 'teal-orange'
  | 'warm'
  | 'cool'
  | 'vivid'
  | 'muted'
  | 'faded-film'
  | 'film-grain'
  | 'high-key'
  | 'low-key'
  | 'bleach-bypass'
  | 'cross-process'
  | 'cyberpunk'
  | 'faded-vivid'
> = {
  'teal-orange': graded([1, 1.7], (picture, amount) =>
    contrast(
      splitTone(saturate(picture, 0.92), {
        shadows: { hue: 205, chroma: 0.06 * amount },
        highlights: { hue: 62, chroma: 0.055 * amount },
      }),
      0.35,
    ),
  ),
  warm: graded(
    [4800, 3600],
    (picture, kelvin) => vibrance(whiteBalance(picture, { kelvin }), 0.15),
    ({ tones }) => (tones.cast[1] > 0.06 ? 'already warm' : undefined),
  ),
  cool: graded(
    [9800, 18_000],
    (picture, kelvin) => whiteBalance(picture, { kelvin }),
    ({ tones }) => (tones.cast[1] < -0.05 ? 'already cool' : undefined),
  ),
  vivid: graded(
    [1.45, 2.1],
    (picture, factor) => contrast(saturate(picture, factor), 0.3),
    (scene) => colourful(scene) ?? (scene.tones.chroma > 0.13 ? 'already vivid' : undefined),
  ),
  muted: graded([0.5, 0.2], (picture, factor) => contrast(saturate(picture, factor), -0.15), colourful),
  'faded-film': graded([1, 1.7], (picture, amount) =>
    splitTone(
      applyCurves(saturate(picture, 0.75), {
        all: [
          [0, 0.13 * amount],
          [0.3, 0.33],
          [0.7, 0.69],
          [1, 1 - 0.09 * amount],
        ],
      }),
      { shadows: { hue: 200, chroma: 0.02 * amount }, highlights: { hue: 85, chroma: 0.035 * amount } },
    ),
  ),
  'film-grain': {
    by: 'colour',
    usual: (strength) => ({ levels: 6 * strength, edge: 0.3 }),
    base: ({ picture }) =>
      splitTone(
        applyCurves(picture, {
          all: [
            [0, 0.04],
            [0.2, 0.17],
            [0.75, 0.82],
            [1, 0.98],
          ],
          blue: [
            [0, 0.06],
            [0.5, 0.48],
            [1, 0.92],
          ],
        }),
        { shadows: { hue: 160, chroma: 0.025 }, highlights: { hue: 80, chroma: 0.04 } },
      ),
    over: (picture, _scene, { levels, edge }, next) =>
      grainOver(cornersDarkened(picture, edge), { levels, grain: 0.7, grey: true, next }),
  },
  'high-key': graded(
    [0.95, 1.5],
    (picture, stops) =>
      saturate(
        applyCurves(expose(picture, stops), {
          all: [
            [0, 0.1],
            [0.4, 0.52],
            [1, 1],
          ],
        }),
        0.85,
      ),
    ({ tones }) => (tones.median > 0.72 ? 'already bright' : tones.median < 0.25 ? 'too dark' : undefined),
  ),
  'low-key': {
    ...graded(
      [0.95, 1.4],
      (picture, amount) => contrast(expose(saturate(picture, 0.85), -1.1 * amount), 0.5),
      ({ tones }) => (tones.median < 0.4 ? 'already dark' : undefined),
    ),
    // What is dark already has less to lose.
    usual: (strength, { tones }) => ({
      amount: (0.95 + 0.45 * (strength - 1)) * Math.min(1, Math.max(0.3, 2 * tones.lightness)),
    }),
    over: (picture, _scene, { amount }) => cornersDarkened(picture, 0.55 * amount),
  },
  'bleach-bypass': graded(
    [0.85, 1.3],
    (picture, amount) => contrast(saturate(picture, 1 - 0.6 * amount), amount),
    colourful,
  ),
  'cross-process': graded([1, 1.5], (picture, amount) =>
    applyCurves(picture, {
      red: [
        [0, 0],
        [0.3, 0.3 - 0.1 * amount],
        [0.7, 0.7 + 0.12 * amount],
        [1, 1],
      ],
      green: [
        [0, 0],
        [0.3, 0.3 - 0.03 * amount],
        [0.7, 0.7 + 0.09 * amount],
        [1, 1],
      ],
      blue: [
        [0, 0.16 * amount],
        [0.5, 0.5],
        [1, 1 - 0.2 * amount],
      ],
    }),
  ),
  cyberpunk: graded([0.95, 1.4], (picture, amount) =>
    contrast(
      mapOklab(expose(picture, -0.6), (lab) => {
        // Warm colours go to magenta, cold ones to cyan, the tones between lean by their lightness.
        const lean = Math.tanh(14 * (lab[1]! + lab[2]!)) * 0.6 + (lab[0]! - 0.5) * -0.8
        const room = Math.min(1, 5 * lab[0]!, 6 * (1 - lab[0]!)) * amount
        lab[1] = 0.3 * lab[1]! + room * (lean > 0 ? 0.04 + 0.13 * lean : 0.03 + 0.16 * lean)
        lab[2] = 0.2 * lab[2]! - room * (lean > 0 ? 0.09 : 0.06)
      }),
      0.5,
    ),
  ),
  'faded-vivid': {
    by: 'colour',
    unfit: (scene) => colourful(scene) ?? (scene.tones.contrast < 0.13 ? 'flat itself' : undefined),
    usual: () => ({ colour: 0.38, flat: 0.85 }),
    base: ({ picture }, { colour, flat }) => contrast(saturate(picture, colour), -flat),
  },
}

/** The colour filters that photographers put before black-and-white film, as shares of red, green and blue light. */
const filters = {
  none: [0.2126, 0.7152, 0.0722],
  yellow: [0.35, 0.6, 0.05],
  orange: [0.5, 0.45, 0.05],
} as const

/** A grey picture in shades of one colour. */
function toned(hue: number, chroma: number): (picture: Picture, amount: number) => Picture {
  return (picture, amount) => {
    const tint = { hue, chroma: chroma * amount }
    const grey = applyCurves(monochrome(picture), {
      all: [
        [0, 0.05],
        [0.5, 0.5],
        [1, 0.95],
      ],
    })
    return splitTone(grey, { shadows: tint, highlights: tint })
  }
}

const brown = toned(75, 0.055)

/** Black and white, and single tones. */
export const monochromes: LooksOf<'black-and-white' | 'dramatic-black-and-white' | 'sepia' | 'cyanotype'> = {
  'black-and-white': {
    by: 'colour',
    unfit: colourful,
    usual: (strength) => ({ filter: 'yellow', punch: 0.2 + 0.4 * (strength - 1) }),
    base: ({ picture }, { filter, punch }) => contrast(monochrome(picture, filters[filter]), punch),
  },
  'dramatic-black-and-white': {
    by: 'colour',
    unfit: colourful,
    usual: (strength) => ({ edge: 0.4 + 0.2 * (strength - 1) }),
    base: ({ picture }) => contrast(monochrome(picture, [0.55, 0.35, 0.1]), 1),
    over: (picture, _scene, { edge }) => cornersDarkened(picture, edge),
  },
  sepia: {
    by: 'colour',
    unfit: colourful,
    usual: (strength) => ({ amount: 1 + 0.5 * (strength - 1), clear: 1 }),
    base: ({ picture }, { amount, clear = 0 }) => {
      if (clear === 0) return brown(picture, amount)
      const grey = contrast(monochrome(picture, filters.yellow), 0.3 * clear)
      return splitTone(grey, {
        shadows: { hue: 65, chroma: 0.055 * amount },
        highlights: { hue: 80, chroma: (0.055 - 0.02 * clear) * amount },
      })
    },
  },
  cyanotype: graded([1, 1.5], toned(250, 0.085), colourful),
}
