import {
  cropMask,
  cropPicture,
  dilateMask,
  distanceToMask,
  type Mask,
  maskBox,
  type Picture,
  resizeMask,
  resizePicture,
  soften,
} from '../../image/index.ts'

/** Fills what a mask covers (≥ 128) with what is around it, texture and all. */
export type PatchFill = (picture: Picture, mask: Mask) => Picture | Promise<Picture>

/** Levels by which a smooth surface may miss what is there; with more, the surface has a texture that must go on. */
const textured = 3.5

/**
 * The picture with what the mask covers restored: the surface goes on smoothly beneath, with its own grain; where it has
 * more texture than grain and `fill` is given, by that. `unknown`, where covered, and what has other colours than the
 * surface around the hole, such as other letters and what is behind a sign, are no examples.
 */
export async function restoreSurface(
  picture: Picture,
  hole: Mask,
  { fill, unknown }: { readonly fill?: PatchFill | undefined; readonly unknown?: Mask | undefined } = {},
): Promise<Picture> {
  const { width, height } = picture
  const shut = new Uint8Array(width * height)
  for (let i = 0; i < shut.length; i++)
    shut[i] = hole.data[i]! >= 128 || (unknown?.data[i] ?? 0) >= 128 ? 255 : 0
  const bounds = coloursAround(picture, { width, height, data: shut }, hole)
  const strange = bounds && strangeTo(picture, bounds, hole)
  const closed = {
    width,
    height,
    data: strange ? shut.map((value, i) => Math.max(value, strange.data[i]!)) : shut,
  }
  const base = smoothBeneath(picture, closed)
  if (fill && missOf(picture, closed, hole, base) > textured) {
    const filled = await patched(picture, hole, closed, fill)
    if (!bounds || isLike(filled, hole, bounds)) return filled
  }
  return grained(picture, hole, closed, base)
}

/** The smooth surface with the grain of what is near. */
function grained(picture: Picture, hole: Mask, closed: Mask, base: Float32Array): Picture {
  const { width, height, data } = picture
  const detail = new Float32Array(3 * width * height)
  for (let i = 0; i < detail.length; i++) detail[i] = data[i]! - base[i]!
  const from = grainSource(closed, hole, detail)
  const out = data.slice()
  for (let i = 0; i < from.length; i++) {
    if (hole.data[i]! < 128) continue
    const source = from[i]!
    for (let c = 0; c < 3; c++) {
      const grain = source >= 0 ? detail[3 * source + c]! : 0
      const level = base[3 * i + c]! + grain
      out[3 * i + c] = level <= 0 ? 0 : level >= 255 ? 255 : level + 0.5
    }
  }
  return { width, height, data: out }
}

/** For each channel the least and the most level of a surface. */
type Bounds = readonly (readonly [low: number, high: number])[]

/** What colours the surface next to the hole has, with some tolerance; undefined where too little of it is to be seen. */
function coloursAround({ data }: Picture, closed: Mask, hole: Mask): Bounds | undefined {
  const outside = distanceToMask(closed)
  const reach = Math.max(3, 0.5 * depthOf(hole))
  const near: number[] = []
  for (let i = 0; i < outside.length; i++) if (outside[i]! > 1 && outside[i]! <= reach) near.push(i)
  if (near.length < 30) return undefined
  const stride = Math.ceil(near.length / 20_000)
  const some = near.filter((_, i) => i % stride === 0)
  return [0, 1, 2].map((c) => {
    const levels = some.map((i) => data[3 * i + c]!).sort((one, other) => one - other)
    const [low, high] = [levels[Math.floor(0.1 * levels.length)]!, levels[Math.floor(0.9 * levels.length)]!]
    const more = 16 + 0.4 * (high - low)
    return [low - more, high + more] as const
  })
}

/** What has other colours, with a rim: 255 and 0. */
function strangeTo({ width, height, data }: Picture, bounds: Bounds, hole: Mask): Mask {
  const off = new Float32Array(width * height)
  for (let i = 0; i < off.length; i++)
    for (let c = 0; c < 3; c++) {
      const level = data[3 * i + c]!
      if (level < bounds[c]![0] || level > bounds[c]![1]) off[i] = 1
    }
  // Single pixels are grain.
  const crowded = soften({ width, height, data: off }, 1).data
  const marked = { width, height, data: Uint8Array.from(crowded, (share) => (share > 0.5 ? 255 : 0)) }
  const box = maskBox(hole)
  return dilateMask(marked, Math.max(2, box ? 0.03 * Math.min(box.width, box.height) : 2))
}

/** Whether what was filled in has the surface's colours. */
function isLike({ data }: Picture, hole: Mask, bounds: Bounds): boolean {
  let [off, all] = [0, 0]
  for (let i = 0; i < hole.data.length; i++) {
    if (hole.data[i]! < 128) continue
    all++
    if (bounds.some(([low, high], c) => data[3 * i + c]! < low - 10 || data[3 * i + c]! > high + 10)) off++
  }
  return off < 0.04 * all
}

/** How deep in the hole its innermost pixel is, in pixels. */
function depthOf(closed: Mask): number {
  const within = distanceToMask({ ...closed, data: closed.data.map((value) => 255 - value) })
  let depth = 0
  for (const away of within) depth = Math.max(depth, away)
  return depth
}

/** The hole filled by patches of what is like the surface; where much is not, of what is close by only. */
async function patched(picture: Picture, hole: Mask, closed: Mask, fill: PatchFill): Promise<Picture> {
  const { width, height } = picture
  const box = maskBox(hole)
  if (!box) return picture
  let strange = 0
  for (let i = 0; i < closed.data.length; i++) if (closed.data[i]! >= 128 && hole.data[i]! < 128) strange++
  const margin =
    strange > 0.25 * closed.data.length
      ? Math.max(8, Math.round(0.4 * Math.min(box.width, box.height)))
      : Math.max(width, height)
  const x = Math.max(0, box.x - margin)
  const y = Math.max(0, box.y - margin)
  const area = {
    x,
    y,
    width: Math.min(width, box.x + box.width + margin) - x,
    height: Math.min(height, box.y + box.height + margin) - y,
  }
  const mask = cropMask(closed, area)
  if (!mask.data.includes(0)) return picture
  const filled = await filledAt(cropPicture(picture, area), mask, fill)
  const data = picture.data.slice()
  for (let v = 0; v < area.height; v++)
    for (let u = 0; u < area.width; u++) {
      const i = (v + y) * width + u + x
      if (hole.data[i]! < 128) continue
      for (let c = 0; c < 3; c++) data[3 * i + c] = filled.data[3 * (v * area.width + u) + c]!
    }
  return { width, height, data }
}

/** Patches need examples: a large part of which little is known is filled at a smaller size. */
async function filledAt(picture: Picture, mask: Mask, fill: PatchFill): Promise<Picture> {
  const { width, height } = picture
  let covered = 0
  for (const value of mask.data) if (value > 0) covered++
  const scale = Math.sqrt(200_000 / (width * height))
  if (covered < 0.65 * width * height || scale >= 1) return await fill(picture, mask)
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  const small = { ...resizeMask(mask, size) }
  const hole = { ...small, data: small.data.map((value) => (value > 24 ? 255 : 0)) }
  if (!hole.data.includes(0)) return picture
  return resizePicture(await fill(resizePicture(picture, size), hole), { width, height })
}

/**
 * The surface without its detail, carried on beneath the mask: a smoothed picture outside; within, what is nearest to
 * a membrane spanned over the hole, found from coarse to fine.
 */
function smoothBeneath(picture: Picture, closed: Mask): Float32Array {
  const { width, height } = picture
  const longest = Math.max(width, height)
  const factor = Math.max(1, longest / 640)
  const small = {
    width: Math.max(2, Math.round(width / factor)),
    height: Math.max(2, Math.round(height / factor)),
  }
  const isLarge = factor > 1
  const hole = isLarge ? { ...resizeMask(closed, small) } : closed
  const level = isLarge ? resizeClear(picture, closed, small) : picture
  const known = new Float32Array(small.width * small.height)
  for (let i = 0; i < known.length; i++) known[i] = hole.data[i]! > 24 ? 0 : 1
  const sigma = Math.max(1.2, Math.min(4, 0.006 * Math.max(small.width, small.height)))
  const weight = soften({ ...small, data: known }, sigma).data
  const out = new Float32Array(3 * width * height)
  for (let c = 0; c < 3; c++) {
    const plane = new Float32Array(known.length)
    for (let i = 0; i < plane.length; i++) plane[i] = known[i]! * level.data[3 * i + c]!
    const sum = soften({ ...small, data: plane }, sigma).data
    for (let i = 0; i < sum.length; i++) sum[i] = known[i] === 1 ? sum[i]! / Math.max(1e-6, weight[i]!) : 0
    const spanned = membrane(sum, known, small.width, small.height)
    enlarge(spanned, small, out, { width, height }, c)
  }
  return out
}

/** The picture made smaller, where pixels beneath the mask do not count. */
function resizeClear(
  { width, height, data }: Picture,
  closed: Mask,
  small: { readonly width: number; readonly height: number },
): Picture {
  const sums = new Float32Array(3 * small.width * small.height)
  const counts = new Float32Array(small.width * small.height)
  for (let y = 0; y < height; y++) {
    const row = Math.min(small.height - 1, Math.floor(((y + 0.5) * small.height) / height)) * small.width
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (closed.data[i]! >= 128) continue
      const at = row + Math.min(small.width - 1, Math.floor(((x + 0.5) * small.width) / width))
      counts[at]!++
      for (let c = 0; c < 3; c++) sums[3 * at + c]! += data[3 * i + c]!
    }
  }
  const out = new Uint8Array(sums.length)
  for (let i = 0; i < counts.length; i++)
    for (let c = 0; c < 3; c++) out[3 * i + c] = counts[i]! > 0 ? sums[3 * i + c]! / counts[i]! + 0.5 : 0
  return { ...small, data: out }
}

/** Values where known; elsewhere a membrane, by relaxation that starts from a coarser one. */
function membrane(values: Float32Array, known: Float32Array, width: number, height: number): Float32Array {
  const out = values.slice()
  if (Math.min(width, height) > 4) {
    const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
    const [sums, counts] = [new Float32Array(w * h), new Float32Array(w * h)]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const i = y * width + x
        if (known[i] === 0) continue
        const at = (y >> 1) * w + (x >> 1)
        sums[at]! += values[i]!
        counts[at]!++
      }
    for (let i = 0; i < sums.length; i++) {
      if (counts[i]! === 0) continue
      sums[i]! /= counts[i]!
      counts[i] = 1
    }
    const coarse = membrane(sums, counts, w, h)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (known[y * width + x] === 0) out[y * width + x] = coarse[(y >> 1) * w + (x >> 1)]!
  } else {
    let [sum, count] = [0, 0]
    for (let i = 0; i < known.length; i++)
      if (known[i]! > 0) {
        sum += values[i]!
        count++
      }
    for (let i = 0; i < known.length; i++) if (known[i] === 0) out[i] = sum / Math.max(1, count)
  }
  for (let round = 0; round < 24; round++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const i = y * width + x
        if (known[i]! > 0) continue
        const left = out[x > 0 ? i - 1 : i]!
        const right = out[x + 1 < width ? i + 1 : i]!
        const up = out[y > 0 ? i - width : i]!
        const down = out[y + 1 < height ? i + width : i]!
        out[i] = out[i]! + 1.5 * ((left + right + up + down) / 4 - out[i]!)
      }
  return out
}

/** Writes a small plane into one channel of a large field, between its pixels. */
function enlarge(
  plane: Float32Array,
  small: { readonly width: number; readonly height: number },
  into: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  channel: number,
): void {
  for (let y = 0; y < height; y++) {
    const sy = Math.min(small.height - 1, Math.max(0, ((y + 0.5) * small.height) / height - 0.5))
    const top = Math.min(small.height - 2, Math.floor(sy))
    const fy = sy - top
    for (let x = 0; x < width; x++) {
      const sx = Math.min(small.width - 1, Math.max(0, ((x + 0.5) * small.width) / width - 0.5))
      const left = Math.min(small.width - 2, Math.floor(sx))
      const fx = sx - left
      const at = top * small.width + left
      const upper = plane[at]! + fx * (plane[at + 1]! - plane[at]!)
      const lower = plane[at + small.width]! + fx * (plane[at + small.width + 1]! - plane[at + small.width]!)
      into[3 * (y * width + x) + channel] = upper + fy * (lower - upper)
    }
  }
}

/**
 * By how many levels a smooth surface misses what is really there: it is carried on over a hole that is as much larger
 * again, and compared with what that covers.
 */
function missOf(picture: Picture, closed: Mask, hole: Mask, base: Float32Array): number {
  const { width, height } = closed
  const more = Math.max(2, Math.min(depthOf(hole), 0.04 * Math.max(width, height)))
  const outside = distanceToMask(hole)
  const larger = closed.data.map((value, i) => (outside[i]! <= more ? 255 : value))
  const guess = smoothBeneath(picture, { width, height, data: larger })
  let [square, count] = [0, 0]
  for (let i = 0; i < outside.length; i++) {
    if (closed.data[i]! >= 128 || outside[i]! > more) continue
    for (let c = 0; c < 3; c++) square += (guess[3 * i + c]! - base[3 * i + c]!) ** 2
    count += 3
  }
  return Math.sqrt(square / Math.max(1, count))
}

/**
 * For each pixel of the hole the pixel whose grain it takes: a whole piece moved in one direction, so that the grain
 * keeps its pattern; what that does not reach comes from the next direction. −1 where none does.
 */
function grainSource(closed: Mask, hole: Mask, detail: Float32Array): Int32Array {
  const { width, height, data } = closed
  const from = new Int32Array(width * height).fill(-1)
  const rows = extentOf(hole)
  if (!rows) return from
  const tall = rows.bottom - rows.top
  // A little to the side, so that no column repeats itself just above.
  const aside = Math.round(0.13 * tall) + 3
  const steps = [tall, Math.round(0.5 * tall), Math.round(1.4 * tall), Math.round(0.25 * tall)].filter(
    (n) => n > 1,
  )
  const shifts = steps.flatMap((step) => [
    [aside, -step],
    [-aside, step],
    [step, aside],
    [-step, -aside],
  ])
  const strength = calmness(closed, detail)
  for (const [dx, dy] of shifts)
    for (let y = Math.max(0, rows.top); y < rows.bottom; y++)
      for (let x = 0; x < width; x++) {
        const i = y * width + x
        if (hole.data[i]! < 128 || from[i]! >= 0) continue
        const [u, v] = [x + dx!, y + dy!]
        if (u < 0 || v < 0 || u >= width || v >= height) continue
        const source = v * width + u
        if (data[source] === 0 && strength(source)) from[i] = source
      }
  return from
}

function extentOf({ width, height, data }: Mask): { top: number; bottom: number } | undefined {
  let [top, bottom] = [height, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[y * width + x]! >= 128) {
        top = Math.min(top, y)
        bottom = y + 1
        break
      }
  return bottom > top ? { top, bottom } : undefined
}

/** Whether a pixel's detail is grain: edges of other things are several times stronger. */
function calmness(closed: Mask, detail: Float32Array): (pixel: number) => boolean {
  const strengths: number[] = []
  const stride = Math.max(1, Math.floor(closed.data.length / 20_000))
  const strengthAt = (i: number): number =>
    Math.abs(detail[3 * i]!) + Math.abs(detail[3 * i + 1]!) + Math.abs(detail[3 * i + 2]!)
  for (let i = 0; i < closed.data.length; i += stride) if (closed.data[i] === 0) strengths.push(strengthAt(i))
  strengths.sort((one, other) => one - other)
  const limit = 4 * (strengths[strengths.length >> 1] ?? 0) + 3
  return (pixel) => strengthAt(pixel) <= limit
}
