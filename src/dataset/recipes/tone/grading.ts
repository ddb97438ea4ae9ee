import {
  addNoise,
  applyCurves,
  contrast,
  expose,
  mapOklab,
  monochrome,
  type Picture,
  saturate,
  splitTone,
  vibrance,
  vignette,
  whiteBalance,
} from '../../../image/index.ts'
import type { Random } from '../../../random/index.ts'
import { type Look, words } from './look.ts'
import type { Scene } from './scene.ts'

const colourful = ({ tones }: Scene): string | undefined => (tones.chroma < 0.035 ? 'too grey' : undefined)

/** A grading whose one drawn number is its strength. */
function graded(
  name: string,
  en: readonly [change: string, result: string],
  cn: readonly [change: string, result: string],
  [least, most]: readonly [number, number],
  change: (picture: Picture, strength: number) => Picture,
  unfit?: Look['unfit'],
): Look {
  return {
    name,
    forward: words('grade', [en[0], cn[0]], [en[1], cn[1]]),
    ...(unfit && { unfit }),
    apply: ({ picture }, random) => {
      const strength = random.between(least, most)
      return { picture: change(picture, strength), drawn: { strength } }
    },
  }
}

/** Looks of colour grading, as photographers and film makers name them. */
export const gradings: readonly Look[] = [
  graded(
    'teal-orange',
    ['give it a teal and orange cinematic grade', 'a photo with a teal and orange cinematic grade'],
    ['调成青橙色调的电影感', '一张青橙电影色调的照片'],
    [0.8, 1.2],
    (picture, strength) =>
      contrast(
        splitTone(saturate(picture, 0.92), {
          shadows: { hue: 205, chroma: 0.06 * strength },
          highlights: { hue: 62, chroma: 0.055 * strength },
        }),
        0.35,
      ),
  ),
  graded(
    'warm',
    ['make the colors warmer', 'a photo in warm tones'],
    ['把色调调得更暖', '一张暖色调的照片'],
    [4300, 4900],
    (picture, kelvin) => vibrance(whiteBalance(picture, { kelvin }), 0.15),
    ({ tones }) => (tones.cast[1] > 0.06 ? 'already warm' : undefined),
  ),
  graded(
    'cool',
    ['make the colors cooler', 'a photo in cool tones'],
    ['把色调调得更冷', '一张冷色调的照片'],
    [9500, 13_000],
    (picture, kelvin) => whiteBalance(picture, { kelvin }),
    ({ tones }) => (tones.cast[1] < -0.05 ? 'already cool' : undefined),
  ),
  graded(
    'vivid',
    ['make the colors more vivid', 'a photo with vivid colors'],
    ['让颜色更鲜艳', '一张色彩鲜艳的照片'],
    [1.5, 1.8],
    (picture, factor) => contrast(saturate(picture, factor), 0.3),
    (scene) => colourful(scene) ?? (scene.tones.chroma > 0.13 ? 'already vivid' : undefined),
  ),
  graded(
    'muted',
    ['mute the colors', 'a photo with muted, soft colors'],
    ['降低饱和度，让颜色更柔和', '一张低饱和度的照片'],
    [0.35, 0.5],
    (picture, factor) => contrast(saturate(picture, factor), -0.15),
    colourful,
  ),
  graded(
    'faded-film',
    ['give it a faded film look', 'a photo with a faded film look'],
    ['做成褪色胶片的效果', '一张褪色胶片风格的照片'],
    [0.8, 1.2],
    (picture, strength) =>
      splitTone(
        applyCurves(saturate(picture, 0.75), {
          all: [
            [0, 0.13 * strength],
            [0.3, 0.33],
            [0.7, 0.69],
            [1, 1 - 0.09 * strength],
          ],
        }),
        { shadows: { hue: 200, chroma: 0.02 * strength }, highlights: { hue: 85, chroma: 0.035 * strength } },
      ),
  ),
  {
    name: 'film-grain',
    forward: words(
      'grade',
      ['make it look like it was shot on color film', '做成彩色胶片拍摄的效果'],
      ['a photo shot on grainy color film', '一张有颗粒感的彩色胶片照片'],
    ),
    apply: ({ picture }, random) => {
      const [levels, edge] = [random.between(5, 8), random.between(0.25, 0.4)]
      const developed = splitTone(
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
      )
      return {
        picture: addNoise(vignette(developed, edge), {
          levels,
          grain: 0.7,
          grey: true,
          next: () => random.unit(),
        }),
        drawn: { levels, edge },
      }
    },
  },
  graded(
    'high-key',
    ['turn it into a bright, airy high-key photo', 'a bright, airy high-key photo'],
    ['调成明亮通透的高调照片', '一张明亮的高调照片'],
    [0.9, 1.2],
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
  graded(
    'low-key',
    ['turn it into a dark, moody low-key photo', 'a dark, moody low-key photo'],
    ['调成暗调的氛围照片', '一张氛围感的低调照片'],
    [0.9, 1.2],
    (picture, strength) =>
      vignette(contrast(expose(saturate(picture, 0.85), -1.1 * strength), 0.5), 0.55 * strength),
    ({ tones }) => (tones.median < 0.4 ? 'already dark' : undefined),
  ),
  graded(
    'bleach-bypass',
    ['give it a gritty bleach bypass look', 'a gritty, silvery photo with a bleach bypass look'],
    ['做成留银冲洗的粗粝效果', '一张留银效果的高反差照片'],
    [0.7, 1],
    (picture, strength) => contrast(saturate(picture, 1 - 0.6 * strength), strength),
    colourful,
  ),
  graded(
    'cross-process',
    ['give it a cross-processed look', 'a photo with cross-processed colors'],
    ['做成正负冲的效果', '一张正负冲色彩的照片'],
    [0.8, 1.2],
    (picture, strength) =>
      applyCurves(picture, {
        red: [
          [0, 0],
          [0.3, 0.3 - 0.1 * strength],
          [0.7, 0.7 + 0.12 * strength],
          [1, 1],
        ],
        green: [
          [0, 0],
          [0.3, 0.3 - 0.03 * strength],
          [0.7, 0.7 + 0.09 * strength],
          [1, 1],
        ],
        blue: [
          [0, 0.16 * strength],
          [0.5, 0.5],
          [1, 1 - 0.2 * strength],
        ],
      }),
  ),
  graded(
    'cyberpunk',
    ['give it a neon cyberpunk grade in purple and cyan', 'a photo with a purple and cyan cyberpunk grade'],
    ['调成紫青色的赛博朋克色调', '一张赛博朋克色调的照片'],
    [0.8, 1.1],
    (picture, strength) =>
      contrast(
        mapOklab(expose(picture, -0.6), (lab) => {
          // Warm colours go to magenta, cold ones to cyan, the tones between lean by their lightness.
          const lean = Math.tanh(14 * (lab[1]! + lab[2]!)) * 0.6 + (lab[0]! - 0.5) * -0.8
          const room = Math.min(1, 5 * lab[0]!, 6 * (1 - lab[0]!)) * strength
          lab[1] = 0.3 * lab[1]! + room * (lean > 0 ? 0.04 + 0.13 * lean : 0.03 + 0.16 * lean)
          lab[2] = 0.2 * lab[2]! - room * (lean > 0 ? 0.09 : 0.06)
        }),
        0.5,
      ),
  ),
  {
    name: 'faded-vivid',
    back: words(
      'grade',
      ['bring the faded colors back', '恢复褪去的色彩，让画面更鲜明'],
      ['a photo with full color and contrast', '一张色彩和对比度饱满的照片'],
    ),
    unfit: (scene) => colourful(scene) ?? (scene.tones.contrast < 0.13 ? 'flat itself' : undefined),
    apply: ({ picture }, random) => {
      const [colour, flat] = [random.between(0.3, 0.45), random.between(0.7, 1)]
      return { picture: contrast(saturate(picture, colour), -flat), drawn: { colour, flat } }
    },
  },
]

/** Black and white, and single tones. */
export const monochromes: readonly Look[] = [
  {
    name: 'black-and-white',
    forward: words(
      'monochrome',
      ['turn it into black and white', '变成黑白照片'],
      ['a black and white photo', '一张黑白照片'],
    ),
    back: words(
      'monochrome',
      ['colorize the black and white photo', '给这张黑白照片上色'],
      ['a photo in natural color', '一张自然色彩的彩色照片'],
    ),
    unfit: colourful,
    apply: ({ picture }, random) => {
      const { name, mix, punch } = random.pick(filters)
      return { picture: contrast(monochrome(picture, mix), punch), drawn: { filter: name, punch } }
    },
  },
  {
    name: 'dramatic-black-and-white',
    forward: words(
      'monochrome',
      ['make it a dramatic high-contrast black and white photo', '变成高反差的黑白大片'],
      ['a dramatic high-contrast black and white photo', '一张高反差的黑白照片'],
    ),
    unfit: colourful,
    apply: ({ picture }, random) => {
      const edge = random.between(0.3, 0.55)
      return { picture: vignette(contrast(monochrome(picture, [0.55, 0.35, 0.1]), 1), edge), drawn: { edge } }
    },
  },
  toned(
    'sepia',
    ['turn it into a sepia photo', '变成棕褐色的怀旧照片'],
    ['a sepia photo', '一张棕褐色调的照片'],
    { hue: 75, chroma: 0.055 },
  ),
  toned(
    'cyanotype',
    ['turn it into a blue cyanotype', '变成蓝晒法的照片'],
    ['a blue cyanotype print', '一张蓝晒照片'],
    { hue: 250, chroma: 0.085 },
  ),
]

/** The colour filters that photographers put before black-and-white film. */
const filters = [
  { name: 'none', mix: [0.2126, 0.7152, 0.0722], punch: 0.15 },
  { name: 'yellow', mix: [0.35, 0.6, 0.05], punch: 0.2 },
  { name: 'orange', mix: [0.5, 0.45, 0.05], punch: 0.25 },
] as const

function toned(
  name: string,
  change: readonly [string, string],
  result: readonly [string, string],
  { hue, chroma }: { hue: number; chroma: number },
): Look {
  return {
    name,
    forward: words('monochrome', change, result),
    unfit: colourful,
    apply: ({ picture }, random: Random) => {
      const strength = random.between(0.85, 1.15)
      const tint = { hue, chroma: chroma * strength }
      const grey = applyCurves(monochrome(picture), {
        all: [
          [0, 0.05],
          [0.5, 0.5],
          [1, 0.95],
        ],
      })
      return { picture: splitTone(grey, { shadows: tint, highlights: tint }), drawn: { strength } }
    },
  }
}
