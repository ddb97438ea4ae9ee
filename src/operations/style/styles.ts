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
} from '../../image/index.ts'
import { type OwnStyle, type OwnStyleName, type StylesOf, scaled } from './style.ts'

/** A style without parameters. */
function plain(
  draw: (picture: Picture, next: NextRandom) => Picture,
): OwnStyle<Readonly<Record<never, never>>> {
  return { usual: () => ({}), draw: (picture, _parameters, next) => draw(picture, next) }
}

/** Paintings: forms kept, surfaces painted anew. */
const paintings: StylesOf<'oil-painting' | 'watercolour' | 'pastel' | 'ink-wash'> = {
  'oil-painting': {
    usual: (picture) => ({ stroke: scaled(picture, 6) }),
    draw: (picture, { stroke }, next) => oilPainting(picture, { stroke, next }),
  },
  watercolour: plain((picture, next) => watercolour(picture, { next })),
  pastel: plain((picture, next) => pastel(picture, { next })),
  'ink-wash': plain((picture, next) => inkWash(picture, { next })),
}

/** Drawings of lines. */
const drawings: StylesOf<
  'pencil' | 'coloured-pencil' | 'charcoal' | 'line-art' | 'engraving' | 'blueprint' | 'chalkboard'
> = {
  pencil: plain((picture, next) => pencilSketch(picture, { next })),
  'coloured-pencil': plain((picture, next) => pencilSketch(picture, { colour: true, next })),
  charcoal: plain((picture, next) => charcoal(picture, { next })),
  'line-art': plain((picture) => lineArt(picture)),
  engraving: {
    usual: (picture) => ({ period: scaled(picture, 4) }),
    draw: (picture, { period }) => engraving(picture, { period }),
  },
  blueprint: plain((picture, next) =>
    linesOn(picture, { line: [235, 242, 250], ground: [28, 70, 140], next }),
  ),
  chalkboard: plain((picture, next) =>
    linesOn(picture, { line: [238, 236, 228], ground: [44, 58, 52], next }),
  ),
}

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
    usual: () => ({ tones: 7 }),
    draw: (picture, { tones }) => cartoon(picture, { tones }),
  },
  'pixel-art': {
    shapes: true,
    usual: () => ({ across: 112, colours: 24 }),
    draw: (picture, { across, colours }, next) => pixelArt(picture, { across, colours, next }),
  },
  'pop-art': {
    usual: () => ({ set: 0 }),
    draw: (picture, { set }) => popArt(picture, { colours: popColours[set]!, period: scaled(picture, 6) }),
  },
  halftone: {
    colourful: true,
    shapes: true,
    usual: (picture) => ({ period: scaled(picture, 5) }),
    draw: (picture, { period }) => halftone(picture, { period }),
  },
  newsprint: {
    shapes: true,
    usual: (picture) => ({ period: scaled(picture, 4) }),
    draw: (picture, { period }) => newsprint(picture, { period }),
  },
  poster: {
    usual: () => ({ colours: 8 }),
    draw: (picture, { colours }, next) => poster(picture, { colours, next }),
  },
  mosaic: {
    usual: (picture) => ({ size: scaled(picture, 9) }),
    draw: (picture, { size }, next) =>
      tiles(picture, { size, jitter: 0.55, joint: [226, 220, 208], jointWidth: 1.3, vividness: 1.25, next }),
  },
  'stained-glass': {
    colourful: true,
    usual: (picture) => ({ size: scaled(picture, 19) }),
    draw: (picture, { size }, next) =>
      tiles(picture, { size, jitter: 1, joint: [18, 18, 22], jointWidth: 1.5, vividness: 1.7, next }),
  },
  'cross-stitch': {
    shapes: true,
    usual: (picture) => ({ size: scaled(picture, 6) }),
    draw: (picture, { size }) => crossStitch(picture, { size }),
  },
  'toy-bricks': {
    shapes: true,
    usual: (picture) => ({ size: scaled(picture, 9) }),
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
