import type { Survey } from '../../edit/index.ts'
import { boxMask, intersectMasks, type Mask, maskShare, type Picture } from '../../image/index.ts'
import { type Surface, type SurfaceKind, vanishingPoint } from '../../operations/index.ts'
import type { Box } from '../../tools/index.ts'
import type { AnnotatedThing, Annotation } from './annotation.ts'
import { freeRooms } from './rooms.ts'
import { type GroundScale, groundScale } from './scale.ts'
import { besideThings } from './strips.ts'
import { usualOf } from './usual.ts'

/** A surface that carries things in a picture, and its geometry. */
export interface Ground {
  readonly surfaces: readonly Surface[]
  readonly horizon?: number
}

const grounds = ['grass', 'sand', 'road'] as const

/** The least score of a detected part. */
const sure = 0.55
/** The least shares of the picture that sky and ground take. */
const [leastSky, leastGround] = [0.08, 0.05]
/** A vanishing point with this many times more edges than by chance gives the horizon. */
const clearVanishing = 3.2

/** Measures where things can be placed: free sky, and free uniform ground with a scale from things or lines. */
export function measureGround(
  picture: Picture,
  survey: Survey,
  { things, place }: Pick<Annotation, 'things' | 'place'>,
): Ground {
  const boxes = things.map(({ box }) => box)
  const sky = place === 'outdoors' ? survey.part('sky') : undefined
  const skyMask =
    sky !== undefined && sky.score >= sure && maskShare(sky.mask) >= leastSky && !isBackdrop(sky.mask, things)
      ? sky.mask
      : undefined
  const expected = expectedHorizon(picture, skyMask)
  const scale = groundScale(things, picture, expected) ?? assumedScale(expected)
  const surfaces: Surface[] = []
  if (skyMask !== undefined)
    for (const area of freeRooms(skyMask, boxes, { least: 0.04, most: 2 }))
      surfaces.push({ kind: 'sky', area })
  // Where boats are, what looks like a road is water.
  const isAfloat = things.some(({ label }) => label === 'boat' || label === 'surfboard')
  if (scale !== undefined && !isAfloat)
    surfaces.push(...groundSurfaces(picture, survey, { scale, boxes, place }))
  surfaces.push(...tables(picture, things))
  if (!isAfloat && !surfaces.some(({ kind }) => kind !== 'sky'))
    surfaces.push(...besideThings(picture, things, place))
  const horizon = scale?.horizon ?? (expected.isSeen ? expected.horizon : undefined)
  return { surfaces, ...(horizon !== undefined && { horizon }) }
}

/** The lowest part of the picture that a sky does not reach, and the share of it that may be taken for sky. */
const [lowest, mostLow] = [0.12, 0.15]

/** Whether what was taken for sky goes down to the lower side, where nothing flies: it is a wall, or out of focus. */
export function isBackdrop(
  { width, height, data }: Mask,
  things: Pick<Annotation, 'things'>['things'],
): boolean {
  if (things.some(({ label }) => label === 'airplane' || label === 'kite' || label === 'bird')) return false
  const from = Math.round((1 - lowest) * height)
  const low = data.subarray(from * width).reduce((sum, value) => sum + (value >= 128 ? 1 : 0), 0)
  return low > mostLow * width * (height - from)
}

interface Expected {
  readonly horizon: number
  readonly deviation: number
  /** Whether a level skyline or lines determine it. */
  readonly isSeen: boolean
}

/** The horizon by a level skyline, else by converging lines, else its most common height. */
function expectedHorizon(picture: Picture, sky: Mask | undefined): Expected {
  const lines = vanishingPoint(picture)
  const isClear = lines !== undefined && lines.sureness >= clearVanishing && lines.y > 0 && lines.y < 0.8
  if (sky !== undefined) {
    const { width, height } = sky
    const depths = Array.from({ length: width }, (_, x) => {
      let y = height - 1
      while (y >= 0 && sky.data[y * width + x]! < 128) y--
      return (y + 1) / height
    }).sort((one, other) => one - other)
    const at = (share: number): number => depths[Math.floor(share * (width - 1))]!
    // The horizon is no higher than the lowest sky.
    if (at(0.9) - at(0.15) < 0.1 && at(0.5) > 0.2) return { horizon: at(0.6), deviation: 0.05, isSeen: true }
    if (isClear && lines.y > at(0.5) - 0.02) return { horizon: lines.y, deviation: 0.08, isSeen: true }
    return { horizon: Math.min(0.7, at(0.85) + 0.04), deviation: 0.12, isSeen: false }
  }
  return isClear
    ? { horizon: lines.y, deviation: 0.08, isSeen: true }
    : { horizon: 0.32, deviation: 0.2, isSeen: false }
}

/** The scale from a standing person's eye level, where a level skyline gives the horizon. */
const assumedScale = ({ horizon, deviation, isSeen }: Expected): GroundScale | undefined =>
  isSeen && deviation <= 0.05 ? { horizon, eye: 1.6, told: 0 } : undefined

function groundSurfaces(
  picture: Picture,
  survey: Survey,
  {
    scale,
    boxes,
    place,
  }: { readonly scale: GroundScale; readonly boxes: readonly Box[]; readonly place: Annotation['place'] },
): Surface[] {
  const { width, height } = picture
  const { horizon, eye } = scale
  // Far ground is crowded with small things, and its scale is the least certain.
  const top = Math.max(0, Math.min(0.95, horizon + 0.25 * (1 - horizon)))
  const near = boxMask(width, height, {
    x: 0,
    y: Math.round(top * height),
    width,
    height: height - Math.round(top * height),
  })
  const parts: { readonly kind: SurfaceKind; readonly mask: Mask }[] = []
  if (place === 'indoors') {
    const part = survey.part('ground')
    if (part && part.score >= sure) parts.push({ kind: 'floor', mask: part.mask })
  } else if (place === 'outdoors')
    for (const kind of grounds) {
      const part = survey.part(kind)
      if (part && part.score >= sure) parts.push({ kind, mask: part.mask })
    }
  const lower = parts
    .map(({ kind, mask }) => ({ kind, mask: intersectMasks(mask, near) }))
    .filter(({ mask }) => maskShare(mask) >= leastGround)
    .sort((one, other) => maskShare(other.mask) - maskShare(one.mask))
  return lower.flatMap(({ kind, mask }) =>
    freeRooms(mask, boxes, { least: 0.02, most: 3 }).map(
      (area): Surface => ({ kind, area, horizon: Number(horizon.toFixed(3)), eye: Number(eye.toFixed(2)) }),
    ),
  )
}

/** Free places on tables, with the scale of cups and bottles that stand on them. */
function tables(picture: Picture, things: readonly AnnotatedThing[]): Surface[] {
  const { width, height } = picture
  return things
    .filter(({ label, score }) => label === 'dining table' && score >= 0.5)
    .flatMap(({ box: table }) => {
      const standing = things.filter(({ label, box, score }) => {
        const usual = label === undefined ? undefined : usualOf(label)
        const foot = box.y + box.height
        return (
          usual?.steady === true &&
          (usual.height ?? 1) < 0.4 &&
          score >= 0.45 &&
          foot > table.y &&
          foot < table.y + table.height &&
          foot < 0.985 * height
        )
      })
      if (standing.length === 0) return []
      const scales = standing
        .map(({ label, box }) => box.height / usualOf(label!)!.height!)
        .sort((one, other) => one - other)
      const across = width / scales[scales.length >> 1]!
      if (across < 0.25 || across > 4) return []
      const others = things.filter(({ box }) => box !== table).map(({ box }) => box)
      const free = boxMask(width, height, {
        x: Math.round(table.x + 0.05 * table.width),
        y: Math.round(table.y + 0.3 * table.height),
        width: Math.round(0.9 * table.width),
        height: Math.round(Math.min(0.66 * table.height, 0.98 * height - table.y - 0.3 * table.height)),
      })
      return freeRooms(free, others, { least: 0.01, most: 2 }).map(
        (area): Surface => ({ kind: 'table', area, across: Number(across.toFixed(2)) }),
      )
    })
}
