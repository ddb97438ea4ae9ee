import { deltaEOf, gradientOf, type Mask, type Picture, type Plane } from '../../../image/index.ts'
import type { LookName } from '../../../instructions/index.ts'
import type { Scene } from '../../../operations/index.ts'
import type { Annotation } from '../../annotations/annotation.ts'
import { furnishings } from '../../annotations/usual.ts'

/** Looks that need an outdoor scene. */
const outdoors: ReadonlySet<LookName> = new Set([
  'haze',
  'dense-fog',
  'rain',
  'snowfall',
  'overcast',
  'sunny',
  'autumn',
  'winter',
  'spring',
  'summer',
  'night',
  'golden-hour',
  'sunset',
  'blue-hour',
])

/** Looks that paint the sky anew. */
const skies: ReadonlySet<LookName> = new Set(['night', 'sunset', 'blue-hour', 'overcast', 'sunny'])

/** Looks of another hour, that only a photograph taken by day can have, or come back from. */
const daylight: ReadonlySet<LookName> = new Set(['night', 'golden-hour', 'sunset', 'blue-hour', 'sunny'])

const seasons: ReadonlySet<LookName> = new Set(['autumn', 'winter', 'spring', 'summer'])

/** Looks that need colours, which a grey photograph lacks. */
const colours: ReadonlySet<LookName> = new Set([
  'film-grain',
  'teal-orange',
  'vivid',
  'muted',
  'faded-vivid',
  'cross-process',
  'cyberpunk',
  'black-and-white',
  'dramatic-black-and-white',
])

/**
 * Shares of the picture: with less sky than this a look of the sky does not show, with less green none of a season.
 * Chroma: mean in OKLab.
 */
const least = { sky: 0.1, foliage: 0.15, chroma: 0.012 }

/** The least share of a sky's border that lies on an edge of the photograph: elsewhere it cuts through clouds or walls. */
const leastOnEdges = 0.75

/** The most of a picture that may be nearly white beside the sky: a part of the sky that was missed, or a white wall. */
const mostBright = 0.015

/** Green that lies on average below this share of the height is mostly a lawn, which does not turn orange. */
const mostlyGrass = 0.62

/** Why a look does not suit what is known of the scene; nothing where it does. */
export function unsuited(
  name: LookName,
  scene: Scene,
  { place, light, sky, things }: Annotation,
): string | undefined {
  if (colours.has(name) && scene.tones.chroma < least.chroma) return 'grey itself'
  if (outdoors.has(name) && (place === 'indoors' || things.some(isFurnishing))) return 'indoors'
  if (outdoors.has(name) && place !== 'outdoors') return 'not surely outdoors'
  const tone = untoned(name, scene)
  if (tone !== undefined) return tone
  if (daylight.has(name) && light !== undefined && light !== 'day') return `it is ${light} already`
  if (seasons.has(name) && scene.foliageShare < least.foliage) return 'little green'
  if (name === 'autumn' && heightOf(scene.foliage) > mostlyGrass) return 'grass rather than trees'
  if (!skies.has(name)) return undefined
  if (scene.skyShare < least.sky) return 'little sky'
  if (sky !== undefined && (sky < 0.5 * scene.skyShare || sky > 2 * scene.skyShare))
    return 'what is sky is uncertain'
  if (brightBeside(scene) > mostBright) return 'something bright that is no sky'
  return borderOnEdges(scene) < leastOnEdges ? 'the border of the sky is uncertain' : undefined
}

/** Mean lightness in OKLab that a photograph has for some looks: to be called well exposed, or to have dark to lose. */
const lightness: { readonly [N in LookName]?: readonly [least: number, most: number] } = {
  underexposed: [0.45, 0.75],
  overexposed: [0.4, 0.72],
  'low-key': [0.5, 1],
  'high-key': [0.3, 0.75],
  'bleach-bypass': [0.42, 1],
  'old-photo': [0.32, 1],
  'faded-print': [0.32, 1],
}

/** The most of a cast in OKLab that a photograph of neutral white balance has. */
const mostCast = 0.03

/** The most of a photograph that may be white without detail where it is darkened. */
const mostBlown = 0.04

const blownShare = ({ data }: Plane): number =>
  data.reduce((count, level) => count + (level > 0.985 ? 1 : 0), 0) / data.length

/** Why a photograph's own tones do not suit a look. */
function untoned(name: LookName, { tones, grey }: Scene): string | undefined {
  const [least, most] = lightness[name] ?? [0, 1]
  if (tones.lightness < least) return 'too dark'
  if (tones.lightness > most) return 'too bright'
  if (name === 'underexposed' && blownShare(grey) > mostBlown) return 'blown out, and would be grey'
  return name === 'colour-cast' && Math.hypot(...tones.cast) > mostCast ? 'a cast of its own' : undefined
}

/** Indoor things; a white wall behind them may be mistaken for a sky. */
const isFurnishing = ({ label, score }: Annotation['things'][number]): boolean =>
  label !== undefined && score > 0.5 && furnishings.has(label)

/** The share of the picture that is nearly white and no sky. */
const brightBeside = ({ sky, grey }: Pick<Scene, 'sky' | 'grey'>): number =>
  grey.data.reduce((count, level, i) => count + (level > 0.92 && sky.data[i]! < 0.3 ? 1 : 0), 0) /
  grey.data.length

/** Where a cover lies on average, as a share of the height. */
function heightOf({ width, height, data }: Plane): number {
  let [sum, all] = [0, 1e-6]
  data.forEach((share, i) => {
    sum += share * Math.floor(i / width)
    all += share
  })
  return sum / all / height
}

/** The share of the sky's border, in the picture, that lies on an edge of the photograph. */
export function borderOnEdges({ sky, grey }: Pick<Scene, 'sky' | 'grey'>): number {
  const { width, height, data: cover } = sky
  const edges = strongest(gradientOf(grey), 2)
  let [border, on] = [0, 0]
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x
      const inside = cover[i]! > 0.5
      if (inside === cover[i + 1]! > 0.5 && inside === cover[i + width]! > 0.5) continue
      border++
      if (edges.data[i]! > 0.03) on++
    }
  return border === 0 ? 1 : on / border
}

/** The largest value within so many pixels. */
function strongest({ width, height, data }: Plane, radius: number): Plane {
  const out = new Float32Array(data.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let most = 0
      for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++)
        for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++)
          most = Math.max(most, data[v * width + u]!)
      out[y * width + x] = most
    }
  return { width, height, data: out }
}

/** Mean differences of colour in OKLab below which a look is not seen: of the picture, and of its plants. */
const seen = { all: 0.04, foliage: 0.05 }

/** Why a look is hardly seen; nothing where it shows. */
export function unseen(name: LookName, scene: Scene, changed: Picture): string | undefined {
  const all = deltaEOf(scene.picture, changed) ?? 0
  if (all < seen.all) return 'hardly changed'
  if (!seasons.has(name)) return undefined
  const green = deltaEOf(scene.picture, changed, maskOf(scene.foliage)) ?? 0
  return green < seen.foliage ? 'the green hardly changed' : undefined
}

const maskOf = ({ width, height, data }: Plane): Mask => ({
  width,
  height,
  data: Uint8Array.from(data, (share) => Math.round(255 * share)),
})
