import type { Lab } from '../../image/index.ts'
import { cellNoise, cloudNoise, valueNoise } from './noise.ts'

/** A point of a surface: its own colour in OKLab, and how high it stands out, about 0 to 1. */
export interface Texel {
  readonly colour: Lab
  readonly height: number
}

/** Materials that things can be made of. */
export type MaterialName =
  | 'marble'
  | 'wood'
  | 'stone'
  | 'granite'
  | 'brick'
  | 'wool'
  | 'leather'
  | 'gold'
  | 'copper'
  | 'silver'
  | 'brushed steel'
  | 'ice'
  | 'glass'

/** What things can be made of. */
export interface Material {
  readonly name: MaterialName
  /** How light falls on it: scattered by a rough surface, mirrored by metal, let through, or both as by glass. */
  readonly optics: 'rough' | 'metal' | 'clear' | 'glass'
  /** How strong its highlights are, 0 to 1, and how narrow. */
  readonly shine: number
  readonly gloss: number
  /** How strongly the height of the texture is lit. */
  readonly relief: number
  /** The texture for a seed; a unit of the plane is the longer side of the object. */
  texture(seed: number): (x: number, y: number) => Texel
}

/** All materials. Their order is that in which datasets draw them. */
export const materials: readonly Material[] = [
  { name: 'marble', optics: 'rough', shine: 0.5, gloss: 24, relief: 0, texture: marble },
  { name: 'wood', optics: 'rough', shine: 0.16, gloss: 9, relief: 0.5, texture: wood },
  { name: 'stone', optics: 'rough', shine: 0, gloss: 1, relief: 1.6, texture: stone },
  { name: 'granite', optics: 'rough', shine: 0.35, gloss: 22, relief: 0, texture: granite },
  { name: 'brick', optics: 'rough', shine: 0, gloss: 1, relief: 1.3, texture: brick },
  { name: 'wool', optics: 'rough', shine: 0, gloss: 1, relief: 1.5, texture: wool },
  { name: 'leather', optics: 'rough', shine: 0.3, gloss: 12, relief: 0.9, texture: leather },
  {
    name: 'gold',
    optics: 'metal',
    shine: 0.9,
    gloss: 30,
    relief: 0,
    texture: metal([0.78, 0.012, 0.14]),
  },
  {
    name: 'copper',
    optics: 'metal',
    shine: 0.8,
    gloss: 26,
    relief: 0,
    texture: metal([0.64, 0.075, 0.085]),
  },
  {
    name: 'silver',
    optics: 'metal',
    shine: 1,
    gloss: 34,
    relief: 0,
    texture: metal([0.8, -0.002, -0.008]),
  },
  { name: 'brushed steel', optics: 'metal', shine: 0.45, gloss: 8, relief: 0.25, texture: brushed },
  { name: 'ice', optics: 'clear', shine: 0.8, gloss: 20, relief: 0.5, texture: ice },
  { name: 'glass', optics: 'glass', shine: 0.95, gloss: 55, relief: 0, texture: glass },
]

function marble(seed: number): (x: number, y: number) => Texel {
  const [bend, vein, cloud] = [cloudNoise(seed, 5), cloudNoise(seed + 1, 6), cloudNoise(seed + 2, 4)]
  return (x, y) => {
    const [u, v] = [x * 3 + 2.4 * bend(x * 2.5, y * 2.5), y * 3 + 2.4 * bend(x * 2.5 + 9, y * 2.5)]
    const ridge = Math.abs(2 * vein(u * 0.9, v * 0.9) - 1)
    const fine = Math.abs(2 * vein(u * 2.1 + 40, v * 2.1) - 1)
    const dark = 0.34 * Math.exp(-ridge * 17) + 0.13 * Math.exp(-fine * 26)
    return { colour: [0.93 - dark - 0.07 * cloud(x * 4, y * 4), 0, 0.006 + 0.01 * dark], height: 0.5 }
  }
}

function wood(seed: number): (x: number, y: number) => Texel {
  const [bend, grain, tone] = [cloudNoise(seed, 3), valueNoise(seed + 1), cloudNoise(seed + 2, 3)]
  return (x, y) => {
    const wave = x * 7 + 1.6 * bend(x * 1.3, y * 0.7) + 0.5 * bend(x * 4, y * 1.5)
    const ring = wave - Math.floor(wave)
    const line = ring ** 2.2 * (1 - Math.max(0, ring - 0.9) * 9)
    const fibre = grain(x * 130 + 4 * bend(x * 2, y * 2), y * 6)
    const pore = Math.max(0, grain(x * 90, y * 9 + 50) - 0.78) * 3
    const dark = 0.15 * line + 0.055 * fibre + 0.12 * pore
    return {
      colour: [0.64 + 0.05 * tone(x * 2, y) - dark, 0.042 + 0.03 * line, 0.088 - 0.12 * dark],
      height: 0.5 - 0.3 * line - 0.5 * pore - 0.15 * fibre,
    }
  }
}

function stone(seed: number): (x: number, y: number) => Texel {
  const [rough, tone, pits] = [cloudNoise(seed, 6), cloudNoise(seed + 1, 3), cellNoise(seed + 2)]
  return (x, y) => {
    const bump = rough(x * 9, y * 9)
    const pit = Math.max(0, 0.2 - pits(x * 26, y * 26).near) * 2.2
    const lightness = 0.6 + 0.16 * (bump - 0.5) + 0.1 * (tone(x * 2.5, y * 2.5) - 0.5) - 0.4 * pit
    return { colour: [lightness, 0.004, 0.02 + 0.012 * tone(x * 3, y * 3)], height: bump - 1.3 * pit }
  }
}

function granite(seed: number): (x: number, y: number) => Texel {
  const [large, small] = [cellNoise(seed), cellNoise(seed + 5)]
  return (x, y) => {
    const grain = large(x * 60, y * 60).id
    const speck = small(x * 100, y * 100)
    const isMica = speck.id > 0.8 && speck.near < 0.42
    const base: Lab =
      grain < 0.42 ? [0.71, 0.004, 0.008] : grain < 0.72 ? [0.64, 0.016, 0.014] : [0.57, 0, 0.004]
    return { colour: isMica ? [0.48, 0, 0] : base, height: 0.5 }
  }
}

function brick(seed: number): (x: number, y: number) => Texel {
  const [tone, rough, edge] = [valueNoise(seed), cloudNoise(seed + 1, 5), cloudNoise(seed + 2, 3)]
  const [rows, ratio, joint] = [13, 2.3, 0.075]
  return (x, y) => {
    const v = y * rows + 0.12 * (edge(x * 20, y * 20) - 0.5)
    const row = Math.floor(v)
    const u = (x * rows) / ratio + (row % 2 === 0 ? 0 : 0.5) + 0.05 * (edge(x * 20 + 7, y * 20) - 0.5)
    const column = Math.floor(u)
    const inset = Math.min(v - row, row + 1 - v, ratio * Math.min(u - column, column + 1 - u))
    const body = Math.min(1, Math.max(0, (inset - joint) / 0.05))
    const grain = rough(x * 40, y * 40)
    const own = tone(column * 5.3 + 0.5, row * 3.7 + 0.5)
    const clay: Lab = [0.44 + 0.11 * own + 0.13 * (grain - 0.5), 0.095 - 0.03 * own, 0.065]
    const mortar: Lab = [0.72 + 0.1 * (grain - 0.5), 0.004, 0.018]
    return { colour: mixed(mortar, clay, body), height: 0.75 * body + 0.35 * grain }
  }
}

/** Stocking stitch: columns of interlocked V, each of two slanted strands of spun fibre. */
function wool(seed: number): (x: number, y: number) => Texel {
  const [fuzz, tone] = [valueNoise(seed), cloudNoise(seed + 1, 3)]
  const hue = (seed % 97) / 97
  const [a, b] = [0.085 * Math.cos(6.28 * hue), 0.085 * Math.sin(6.28 * hue)]
  const columns = 17
  return (x, y) => {
    const u = x * columns
    const column = Math.floor(u)
    const across = (u - column) * 2 - 1
    const side = Math.abs(across)
    const v = y * columns * 0.95 + 0.95 * side
    const along = v - Math.floor(v)
    const strand =
      Math.sqrt(Math.max(0, 1 - ((along - 0.5) / 0.5) ** 2)) *
      Math.sqrt(Math.max(0, 1 - ((side - 0.5) / 0.52) ** 2))
    const twist = 0.5 + 0.5 * Math.sin(60 * (x * columns * 0.14 * Math.sign(across) - y * 1.6) * 1.7)
    const hair = fuzz(x * 260, y * 260)
    const lightness =
      0.42 + 0.24 * strand + 0.035 * twist * strand + 0.09 * (hair - 0.5) + 0.05 * (tone(x * 5, y * 5) - 0.5)
    return { colour: [lightness, a, b], height: 0.9 * strand + 0.08 * twist + 0.1 * hair }
  }
}

function leather(seed: number): (x: number, y: number) => Texel {
  const [grain, bend, tone] = [cellNoise(seed), cloudNoise(seed + 1, 3), cloudNoise(seed + 2, 4)]
  return (x, y) => {
    const wobble = 0.5 * bend(x * 14, y * 14)
    const { edge } = grain(x * 44 + wobble, y * 44 + wobble)
    const groove = Math.exp(-edge * 9)
    const worn = tone(x * 4, y * 4)
    return { colour: [0.42 + 0.1 * worn - 0.1 * groove, 0.055, 0.062 + 0.014 * worn], height: 1 - groove }
  }
}

function metal(colour: Lab): (seed: number) => (x: number, y: number) => Texel {
  return (seed) => {
    const wear = cloudNoise(seed, 4)
    return (x, y) => ({
      colour: [colour[0] + 0.03 * (wear(x * 6, y * 6) - 0.5), colour[1], colour[2]],
      height: 0.5,
    })
  }
}

function brushed(seed: number): (x: number, y: number) => Texel {
  const [streak, long] = [valueNoise(seed), valueNoise(seed + 1)]
  return (x, y) => {
    const lines = 0.6 * streak(x * 7, y * 240) + 0.4 * long(x * 2.5, y * 110)
    return { colour: [0.7 + 0.15 * (lines - 0.5), -0.002, -0.008], height: lines }
  }
}

function ice(seed: number): (x: number, y: number) => Texel {
  const [cloud, crack, bend] = [cloudNoise(seed, 5), cellNoise(seed + 1), cloudNoise(seed + 2, 3)]
  return (x, y) => {
    const { edge } = crack(x * 5 + 0.8 * bend(x * 5, y * 5), y * 5 + 0.8 * bend(x * 5 + 3, y * 5))
    const line = Math.exp(-edge * 26)
    const frost = cloud(x * 6, y * 6)
    return {
      colour: [0.84 + 0.12 * line, -0.022, -0.03],
      height: 0.25 + 0.75 * Math.max(line, 0.9 * (frost - 0.35)),
    }
  }
}

/** Window glass has a green of iron; it shows at the rims, where the way through is long. */
function glass(): () => Texel {
  return () => ({ colour: [0.955, -0.02, 0.004], height: 0 })
}

function mixed(one: Lab, other: Lab, share: number): Lab {
  const [l, a, b] = one
  return [l + (other[0] - l) * share, a + (other[1] - a) * share, b + (other[2] - b) * share]
}
