import {
  cartoon,
  charcoal,
  colouredPencil,
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
} from '../../image/index.ts'
import { type OwnStyle, type OwnStyleName, type StylesOf, scaled } from './style.ts'

/** A style without parameters. */
function plain(
  side: number,
  draw: (picture: Picture, next: NextRandom) => Picture,
): OwnStyle<Readonly<Record<never, never>>> {
  return { side, usual: () => ({}), draw: (picture, _parameters, next) => draw(picture, next) }
}

/** Paintings: forms kept, surfaces painted anew. */
const paintings: StylesOf<'oil-painting' | 'watercolour' | 'pastel' | 'ink-wash'> = {
  'oil-painting': {
    side: 820,
    usual: (picture, strength) => ({ stroke: scaled(picture, 5.5 + 2 * (strength - 1)) }),
    draw: (picture, { stroke }, next) => oilPainting(picture, { stroke, next }),
  },
  watercolour: plain(860, (picture, next) => watercolour(picture, { next })),
  pastel: plain(1024, (picture, next) => pastel(picture, { next })),
  'ink-wash': plain(1200, (picture, next) => inkWash(picture, { next })),
}

/** Drawings of lines. */
const drawings: StylesOf<
  'pencil' | 'coloured-pencil' | 'charcoal' | 'line-art' | 'engraving' | 'blueprint' | 'chalkboard'
> = {
  pencil: plain(1600, (picture, next) => pencilSketch(picture, { next })),
  'coloured-pencil': plain(1200, (picture, next) => colouredPencil(picture, { next })),
  charcoal: plain(1400, (picture, next) => charcoal(picture, { next })),
  'line-art': plain(1600, (picture) => lineArt(picture)),
  engraving: {
    side: 1800,
    usual: (picture, strength) => ({ period: scaled(picture, 3 + strength) }),
    draw: (picture, { period }) => engraving(picture, { period }),
  },
  blueprint: plain(1600, (picture, next) =>
    linesOn(picture, { line: [235, 242, 250], ground: [28, 70, 140], next }),
  ),
  chalkboard: plain(1600, (picture, next) =>
    linesOn(picture, { line: [238, 236, 228], ground: [44, 58, 52], next }),
  ),
}

/** How many pixels of a picture beyond 1024 are one of a picture of 1024. */
const atLeast = ({ width, height }: Picture): number => Math.max(1, Math.max(width, height) / 1024)

/** Prints, games, tiles: few colours and clear cells. */
const graphics: StylesOf<
  | 'cartoon'
  | 'pixel-art'
  | 'pop-art'
  | 'halftone'
  | 'newsprint'
  | 'poster'
  | 'mosaic'
  | 'stained-glass'
  | 'cross-stitch'
  | 'toy-bricks'
> = {
  cartoon: {
    lifts: true,
    side: 880,
    usual: (_picture, strength) => ({ tones: Math.round(7 - 2 * (strength - 1)) }),
    draw: (picture, { tones }) => cartoon(picture, { tones }),
  },
  'pixel-art': {
    side: 1024,
    blocks: true,
    usual: (_picture, strength) => ({
      across: Math.round(128 / strength),
      colours: Math.round(28 / strength),
    }),
    draw: (picture, { across, colours }, next) => pixelArt(picture, { across, colours, next }),
  },
  'pop-art': {
    side: 1200,
    usual: () => ({ set: 0 }),
    draw: (picture, { set }) => popArt(picture, { colours: popColours[set]!, period: scaled(picture, 6) }),
  },
  halftone: {
    side: 2400,
    colourful: true,
    usual: (picture, strength) => ({ period: scaled(picture, 4 + strength) }),
    draw: (picture, { period }) => halftone(picture, { period }),
  },
  newsprint: {
    side: 2600,
    usual: (picture, strength) => ({ period: scaled(picture, 3 + strength) }),
    draw: (picture, { period }) => newsprint(picture, { period }),
  },
  poster: {
    side: 900,
    usual: (_picture, strength) => ({ colours: Math.round(8 / strength ** 0.5) }),
    draw: (picture, { colours }, next) => poster(picture, { colours, next }),
  },
  mosaic: {
    side: 1600,
    usual: (picture, strength) => ({ size: scaled(picture, 8 + strength) }),
    draw: (picture, { size }, next) =>
      tiles(picture, {
        size,
        jitter: 0.55,
        joint: [226, 220, 208],
        jointWidth: 1.3 * atLeast(picture),
        vividness: 1.25,
        next,
      }),
  },
  'stained-glass': {
    side: 1600,
    colourful: true,
    usual: (picture, strength) => ({ size: scaled(picture, 15 + 4 * strength) }),
    draw: (picture, { size }, next) =>
      tiles(picture, {
        size,
        jitter: 1,
        joint: [18, 18, 22],
        jointWidth: 1.5 * atLeast(picture),
        vividness: 1.7,
        next,
      }),
  },
  'cross-stitch': {
    side: 2600,
    usual: (picture, strength) => ({ size: scaled(picture, 5 + strength) }),
    draw: (picture, { size }) => crossStitch(picture, { size }),
  },
  'toy-bricks': {
    side: 2400,
    usual: (picture, strength) => ({ size: scaled(picture, 8 + strength) }),
    draw: (picture, { size }) => toyBricks(picture, { size }),
  },
}

/** All styles that need no tool, by name. */
export const ownStyles: StylesOf<OwnStyleName> = { ...paintings, ...drawings, ...graphics }

/** Loud colours, from dark to bright. */
export const popColours: readonly (readonly (readonly [number, number, number])[])[] = [
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
