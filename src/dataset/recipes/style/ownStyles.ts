import {
  cartoon,
  charcoal,
  crossStitch,
  engraving,
  halftone,
  inkWash,
  lineArt,
  linesOn,
  type NextRandom,
  newsprint,
  oilPainting,
  type Picture,
  pastel,
  pencilSketch,
  pixelArt,
  popArt,
  poster,
  tiles,
  toyBricks,
  watercolour,
} from '../../../image/index.ts'
import type { Random } from '../../../random/index.ts'
import { type Style, scaled } from './style.ts'

/** A style that draws nothing by chance but its grain. */
function plain(
  name: string,
  en: string,
  cn: string,
  back: boolean,
  draw: (picture: Picture, next: NextRandom) => Picture,
): Style {
  return {
    name,
    words: { en, cn },
    back,
    draw: (picture, random) => ({ picture: draw(picture, nextOf(random)), drawn: {} }),
  }
}

const nextOf =
  (random: Random): NextRandom =>
  () =>
    random.unit()

/** Paintings: forms kept, surfaces painted anew. */
export const paintings: readonly Style[] = [
  {
    name: 'oil-painting',
    words: { en: 'an oil painting', cn: '油画' },
    back: true,
    draw(picture, random) {
      const stroke = scaled(picture, random.pick([5, 6, 7]))
      return { picture: oilPainting(picture, { stroke, next: nextOf(random) }), drawn: { stroke } }
    },
  },
  {
    ...plain('watercolour', 'a watercolor painting', '水彩画', true, (picture, next) =>
      watercolour(picture, { next }),
    ),
  },
  {
    ...plain('pastel', 'a soft pastel drawing', '粉彩画', true, (picture, next) => pastel(picture, { next })),
  },
  {
    ...plain('ink-wash', 'a traditional Chinese ink wash painting', '中国水墨画', true, (picture, next) =>
      inkWash(picture, { next }),
    ),
  },
]

/** Drawings of lines. */
export const drawings: readonly Style[] = [
  plain('pencil', 'a pencil sketch', '铅笔素描', true, (picture, next) => pencilSketch(picture, { next })),
  plain('coloured-pencil', 'a colored pencil drawing', '彩色铅笔画', true, (picture, next) =>
    pencilSketch(picture, { colour: true, next }),
  ),
  plain('charcoal', 'a charcoal drawing', '炭笔画', true, (picture, next) => charcoal(picture, { next })),
  plain('line-art', 'a black and white line drawing', '黑白线稿', true, (picture) => lineArt(picture)),
  {
    name: 'engraving',
    words: { en: 'a vintage engraving', cn: '复古版画' },
    back: true,
    draw(picture, random) {
      const period = scaled(picture, 4) + random.below(2)
      return { picture: engraving(picture, { period }), drawn: { period } }
    },
  },
  plain('blueprint', 'a blueprint with white lines', '白线蓝图', false, (picture, next) =>
    linesOn(picture, { line: [235, 242, 250], ground: [28, 70, 140], next }),
  ),
  plain('chalkboard', 'a chalk drawing on a blackboard', '黑板粉笔画', false, (picture, next) =>
    linesOn(picture, { line: [238, 236, 228], ground: [44, 58, 52], next }),
  ),
]

/** Prints, games, tiles: few colours and clear cells. */
export const graphics: readonly Style[] = [
  {
    name: 'cartoon',
    words: { en: 'a cartoon with bold outlines', cn: '粗线条的卡通画' },
    back: true,
    draw(picture, random) {
      const tones = random.pick([6, 7, 8])
      return { picture: cartoon(picture, { tones }), drawn: { tones } }
    },
  },
  {
    name: 'pixel-art',
    words: { en: 'pixel art', cn: '像素画' },
    back: true,
    draw(picture, random) {
      const [across, colours] = [random.pick([96, 112, 128]), random.pick([16, 24, 32])]
      return {
        picture: pixelArt(picture, { across, colours, next: nextOf(random) }),
        drawn: { across, colours },
      }
    },
  },
  {
    name: 'pop-art',
    words: { en: 'pop art', cn: '波普艺术' },
    back: false,
    draw(picture, random) {
      const set = random.below(popColours.length)
      return {
        picture: popArt(picture, { colours: popColours[set]!, period: scaled(picture, 6) }),
        drawn: { set },
      }
    },
  },
  {
    name: 'halftone',
    words: { en: 'a halftone comic print', cn: '网点漫画印刷' },
    back: false,
    colourful: true,
    draw(picture, random) {
      const period = scaled(picture, random.pick([5, 6]))
      return { picture: halftone(picture, { period }), drawn: { period } }
    },
  },
  {
    name: 'newsprint',
    words: { en: 'a black and white newspaper print', cn: '黑白报纸印刷' },
    back: false,
    draw(picture) {
      const period = scaled(picture, 4)
      return { picture: newsprint(picture, { period }), drawn: { period } }
    },
  },
  {
    name: 'poster',
    words: { en: 'a flat screen-printed poster', cn: '扁平化丝网海报' },
    back: false,
    draw(picture, random) {
      const colours = random.pick([7, 8, 10])
      return { picture: poster(picture, { colours, next: nextOf(random) }), drawn: { colours } }
    },
  },
  {
    name: 'mosaic',
    words: { en: 'a mosaic of small tiles', cn: '马赛克镶嵌画' },
    back: false,
    draw(picture, random) {
      const size = scaled(picture, random.pick([8, 9, 10]))
      const look = { jitter: 0.55, joint: [226, 220, 208], jointWidth: 1.3, vividness: 1.25 } as const
      return { picture: tiles(picture, { size, ...look, next: nextOf(random) }), drawn: { size } }
    },
  },
  {
    name: 'stained-glass',
    words: { en: 'a stained glass window', cn: '彩色玻璃花窗' },
    back: false,
    colourful: true,
    draw(picture, random) {
      const size = scaled(picture, random.pick([16, 19, 22]))
      const look = { jitter: 1, joint: [18, 18, 22], jointWidth: 1.5, vividness: 1.7 } as const
      return { picture: tiles(picture, { size, ...look, next: nextOf(random) }), drawn: { size } }
    },
  },
  {
    name: 'cross-stitch',
    words: { en: 'a cross-stitch embroidery', cn: '十字绣' },
    back: false,
    draw(picture) {
      const size = scaled(picture, 6)
      return { picture: crossStitch(picture, { size }), drawn: { size } }
    },
  },
  {
    name: 'toy-bricks',
    words: { en: 'a picture built from toy bricks', cn: '积木拼图画' },
    back: false,
    draw(picture, random) {
      const size = scaled(picture, random.pick([9, 10]))
      return { picture: toyBricks(picture, { size }), drawn: { size } }
    },
  },
]

/** From dark to bright. */
const popColours: readonly (readonly (readonly [number, number, number])[])[] = [
  [
    [38, 20, 90],
    [226, 30, 100],
    [250, 140, 40],
    [255, 232, 90],
  ],
  [
    [20, 30, 70],
    [0, 130, 160],
    [245, 80, 120],
    [255, 225, 120],
  ],
  [
    [60, 10, 60],
    [190, 30, 140],
    [40, 190, 200],
    [250, 240, 120],
  ],
  [
    [20, 60, 50],
    [230, 60, 50],
    [255, 170, 30],
    [250, 245, 210],
  ],
]
