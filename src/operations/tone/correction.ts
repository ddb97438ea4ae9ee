import {
  contrast,
  curveTable,
  linearOfLevel,
  mapLinear,
  type Picture,
  saturate,
  soften,
  toChannels,
  vibrance,
} from '../../image/index.ts'
import { clarified, tonesShifted } from '../adjust/regions.ts'
import type { Scene } from '../scene/scene.ts'
import type { LookParametersByName, LooksOf } from './look.ts'

/** The levels of 0 to 1 that the stretch begins and ends at: noise and single lights do not count. */
function endsOf({ tones, grey }: Scene): { black: number; white: number; middle: number } {
  const order = Float32Array.from(grey.data).sort()
  const at = (share: number): number => order[Math.floor(share * (order.length - 1))]!
  // A night or a white wall is meant to be so: ends move only a part of the way.
  const black = Math.min(0.16, 0.85 * at(0.004))
  const white = Math.max(0.72, 1 - 0.85 * (1 - at(0.996)))
  const middle = (at(0.5) - black) / (white - black)
  return { black, white, middle: tones.contrast < 0.02 ? 0.5 : middle }
}

/** Gains of red, green and blue that make the light neutral, told by the brightest surfaces that are not clipped. */
function neutralGains({ picture, grey }: Scene): LookParametersByName['white-balanced'] {
  const { data } = picture
  const order = Float32Array.from(grey.data).sort()
  const [from, to] = [
    order[Math.floor(0.94 * (order.length - 1))]!,
    order[Math.floor(0.998 * (order.length - 1))]!,
  ]
  const sums = [1e-4, 1e-4, 1e-4]
  for (let i = 0; i < grey.data.length; i++) {
    if (grey.data[i]! < from || grey.data[i]! > to) continue
    const most = Math.max(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!)
    if (most > 252) continue
    // What is nearly white tells more of the light than what has a colour of its own.
    const colour = 1 - Math.min(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!) / Math.max(1, most)
    const weight = 0.01 + Math.exp(-((colour / 0.2) ** 2))
    for (let c = 0; c < 3; c++) sums[c]! += weight * linearOfLevel[data[3 * i + c]!]!
  }
  const mean = (sums[0]! + sums[1]! + sums[2]!) / 3
  // A lamp or a flower may be the brightest: what is left of a cast hardly shows, a wrong correction does.
  const gains = sums.map((each) => Math.min(1.7, Math.max(0.6, (mean / each) ** 0.85)))
  const luminance = 0.2126 * gains[0]! + 0.7152 * gains[1]! + 0.0722 * gains[2]!
  return { red: gains[0]! / luminance, green: gains[1]! / luminance, blue: gains[2]! / luminance }
}

/** A soft light over all that is bright: the picture's own blur, laid over it as two slides on one another. */
function glowing(picture: Picture, amount: number): Picture {
  const { width, height } = picture
  const sigma = Math.max(width, height) / 45
  const data = picture.data.slice()
  toChannels(picture).forEach((channel, c) => {
    const soft = soften(channel, sigma).data
    for (let i = 0; i < soft.length; i++) {
      const own = channel.data[i]!
      const light = soft[i]! ** 1.5 * 0.62 * amount
      data[3 * i + c] = Math.round(255 * Math.min(1, 1 - (1 - own) * (1 - light)))
    }
  })
  return saturate(contrast({ width, height, data }, 0.12), 1.06)
}

/** What lifts a photograph as it is: glow, range of tones, automatic corrections. */
export const corrections: LooksOf<'dreamy' | 'hdr' | 'enhanced' | 'white-balanced'> = {
  dreamy: {
    by: 'place',
    usual: (strength) => ({ amount: 0.8 * strength }),
    base: ({ picture }, { amount }) => glowing(picture, Math.min(1.4, amount)),
  },
  hdr: {
    by: 'colour',
    usual: (strength) => ({ amount: strength }),
    base: ({ picture }, { amount }) => saturate(picture, 1 + 0.16 * amount),
    over(picture, _scene, { amount }) {
      const even = tonesShifted(
        tonesShifted(picture, 'shadows', Math.min(1, 0.5 * amount)),
        'highlights',
        Math.max(-1, -0.5 * amount),
      )
      return clarified(even, Math.min(1, 0.5 * amount))
    },
  },
  enhanced: {
    by: 'colour',
    usual(strength, scene) {
      const { black, white, middle } = endsOf(scene)
      // Dark middles come up more readily than bright ones come down.
      const wanted =
        middle < 0.42
          ? middle + 0.45 * (0.42 - middle)
          : middle > 0.62
            ? middle - 0.3 * (middle - 0.62)
            : middle
      const power = Math.log(wanted) / Math.log(Math.min(0.98, Math.max(0.02, middle)))
      return { black, white, power: Math.min(1.35, Math.max(0.6, power)), amount: strength }
    },
    base({ picture }, { black, white, power, amount }) {
      const points = Array.from({ length: 9 }, (_, i): readonly [number, number] => {
        const x = black + ((white - black) * i) / 8
        return [x, (i / 8) ** power]
      })
      const curve = [
        ...(black > 0.001 ? [[0, 0] as const] : []),
        ...points,
        ...(white < 0.999 ? [[1, 1] as const] : []),
      ]
      const table = curveTable(curve)
      const stretched = { ...picture, data: picture.data.map((level) => table[level]!) }
      return vibrance(contrast(stretched, 0.14 * amount), 0.24 * amount)
    },
    over: (picture, _scene, { amount }) => clarified(picture, Math.min(0.5, 0.14 * amount)),
  },
  'white-balanced': {
    by: 'colour',
    usual: (_strength, scene) => neutralGains(scene),
    base: ({ picture }, { red, green, blue }) =>
      mapLinear(picture, (rgb) => {
        rgb[0]! *= red
        rgb[1]! *= green
        rgb[2]! *= blue
      }),
  },
}
