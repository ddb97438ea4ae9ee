import { cloudNoise, type Mask, normalNoise, type Picture } from 'pentimento/image'

/** A landscape of numbers, with its sky. */
export interface RenderedScene {
  readonly name: string
  readonly picture: Picture
  readonly sky: Mask
}

type Colour = readonly [number, number, number]

/** Skies from top to horizon, with how cloudy they are. */
const skies: readonly (readonly [name: string, top: Colour, horizon: Colour, clouds: number])[] = [
  ['blue', [52, 110, 190], [170, 205, 235], 0],
  ['cloudy', [70, 125, 195], [180, 208, 232], 0.8],
  ['overcast', [168, 172, 178], [206, 208, 210], 0.25],
  ['sunset', [84, 72, 120], [250, 168, 96], 0.2],
  ['storm', [58, 66, 80], [112, 120, 130], 0.35],
  ['night', [8, 12, 26], [26, 34, 58], 0],
]

/** Lands: two colours that noise mixes. */
const lands: readonly (readonly [name: string, one: Colour, other: Colour])[] = [
  ['meadow', [62, 96, 40], [120, 146, 72]],
  ['desert', [176, 138, 92], [214, 178, 128]],
  ['rock', [74, 70, 66], [138, 132, 124]],
]

/** A landscape of each sky, with a ridge between sky and land. The same each time. */
export function scenes(width: number, height: number): readonly RenderedScene[] {
  return skies.map(([sky], number) => {
    const [land] = lands[number % lands.length]!
    return { name: `${sky} sky over ${land}`, ...render(number, width, height) }
  })
}

function render(number: number, width: number, height: number): Omit<RenderedScene, 'name'> {
  const next = numbers(number + 1)
  const [, top, horizon, clouds] = skies[number]!
  const [, one, other] = lands[number % lands.length]!
  const ridge = cloudNoise(width, 1, { scale: width / 5, octaves: 5, next })
  const cover = cloudNoise(width, height, { scale: width / 4, octaves: 5, next })
  const soil = cloudNoise(width, height, { scale: width / 30, octaves: 4, next })
  const grain = normalNoise(width, height, next)
  const data = new Uint8ClampedArray(3 * width * height)
  const sky = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const end = height * (0.35 + 0.3 * ridge.data[x]!)
      const isSky = y < end
      sky[i] = isSky ? 255 : 0
      const down = Math.min(1, y / end)
      const white = clouds * Math.max(0, 2 * cover.data[i]! - 0.8)
      // Nearer land is lighter or darker in larger patches.
      const near = isSky ? 0 : (y - end) / (height - end)
      for (let c = 0; c < 3; c++) {
        const above = top[c]! + down * (horizon[c]! - top[c]!)
        const light = Math.max(...horizon)
        const below = one[c]! + soil.data[i]! * (other[c]! - one[c]!)
        const value = isSky ? above + white * (1.1 * light - above) : below * (0.8 + 0.3 * near)
        data[3 * i + c] = value + (isSky ? 1.5 : 5) * grain.data[i]!
      }
    }
  return {
    picture: { width, height, data: new Uint8Array(data.buffer) },
    sky: { width, height, data: sky },
  }
}

/** Numbers in [0, 1) by a seed. Source: mulberry32. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
