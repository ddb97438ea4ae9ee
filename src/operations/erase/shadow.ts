import {
  dilateMask,
  featherMask,
  type Mask,
  maskBox,
  type Picture,
  resizeMask,
  resizePicture,
} from '../../image/index.ts'

/** Shadows are looked for at this size of the longer side. */
const analysisSide = 560

/** What counts as shadow: how much darker than the ground beside it, how far off in colour, and how it must end. */
const limits = {
  /** Share of the lit ground's light. */
  light: { least: 0.12, most: 0.84 },
  /** Where it fades out: grown to here once it is found. */
  fading: 0.93,
  /** Difference of the shares of red and blue. */
  colour: 0.045,
  /** Pixels of the shadow by those of the thing. */
  area: { least: 0.01, most: 1.6 },
  /** Share of its outer rim where lit ground begins. */
  bounded: 0.55,
  /** Share of all that is so dark in these rows: else it is the ground's own pattern. */
  own: 0.5,
}

/**
 * The shadow that a thing throws on the ground: what adjoins its lower part, is darker than the ground of the same rows
 * and of like hue, and ends in lit ground. Of the picture's size; undefined where none is found.
 */
export function shadowOf(picture: Picture, thing: Mask): Mask | undefined {
  const scale = Math.min(1, analysisSide / Math.max(picture.width, picture.height))
  const size = {
    width: Math.max(1, Math.round(scale * picture.width)),
    height: Math.max(1, Math.round(scale * picture.height)),
  }
  const small = resizePicture(picture, { ...size, filter: 'bilinear' })
  const body = resizeMask(thing, { ...size, filter: 'bilinear' })
  const found = smallShadow(small, body)
  return found && resizeMask(found, { width: picture.width, height: picture.height, filter: 'bilinear' })
}

interface Ground {
  /** Light of each pixel as a share of the lit ground's in its row; 1 where nothing is known. */
  readonly light: Float32Array
  /** Whether its hue is that of the ground. */
  readonly alike: Uint8Array
}

function smallShadow(picture: Picture, thing: Mask): Mask | undefined {
  const { width, height } = picture
  const box = maskBox(thing)
  if (box === undefined) return undefined
  const close = dilateMask(thing, Math.max(1.5, 0.006 * width))
  const reach = Math.max(box.width, box.height)
  const area = {
    left: Math.max(0, Math.round(box.x - 1.3 * reach)),
    right: Math.min(width, Math.round(box.x + box.width + 1.3 * reach)),
    top: Math.max(0, Math.round(box.y + 0.35 * box.height)),
    bottom: Math.min(height, Math.round(box.y + box.height + 0.7 * reach)),
  }
  const { light, alike } = groundAround(picture, close, area)
  const isDark = (i: number, most: number): boolean =>
    alike[i] === 1 && close.data[i]! < 128 && light[i]! >= limits.light.least && light[i]! <= most
  // From where the thing stands, outward through all that is dark.
  const found = new Uint8Array(width * height)
  const queue: number[] = []
  const take = (i: number, most: number): void => {
    const x = i % width
    const y = Math.floor(i / width)
    if (x < area.left || x >= area.right || y < area.top || y >= area.bottom) return
    if (found[i] === 1 || !isDark(i, most)) return
    found[i] = 1
    queue.push(i)
  }
  const spread = (most: number): void => {
    for (let n = 0; n < queue.length; n++) {
      const i = queue[n]!
      const x = i % width
      if (x > 0) take(i - 1, most)
      if (x < width - 1) take(i + 1, most)
      if (i >= width) take(i - width, most)
      if (i < width * (height - 1)) take(i + width, most)
    }
  }
  const beside = dilateMask(close, 1.5)
  const stands = box.y + 0.72 * box.height
  for (let i = Math.floor(stands) * width; i < beside.data.length; i++)
    if (beside.data[i]! >= 128 && close.data[i]! < 128) take(i, limits.light.most)
  spread(limits.light.most)
  const thingArea = thing.data.reduce((sum, value) => sum + (value >= 128 ? 1 : 0), 0)
  if (queue.length < limits.area.least * thingArea || queue.length > limits.area.most * thingArea)
    return undefined
  let dark = 0
  for (let y = area.top; y < area.bottom; y++)
    for (let x = area.left; x < area.right; x++) if (isDark(y * width + x, limits.light.most)) dark++
  if (queue.length < limits.own * dark) return undefined
  if (litRim(found, close, light, alike, picture) < limits.bounded) return undefined
  // The soft edge: all that still fades, close to what was found.
  const near = dilateMask({ width, height, data: found.map((is) => 255 * is) }, Math.max(2, 0.012 * width))
  for (let i = 0; i < found.length; i++) if (near.data[i]! < 128) light[i] = 1
  spread(limits.fading)
  const mask = dilateMask({ width, height, data: found.map((is) => 255 * is) }, Math.max(1.5, 0.005 * width))
  return featherMask(mask, 0.7)
}

/** The lit ground by rows: medians of what is not the thing; smoothed, since texture is no shadow. */
function groundAround(
  { width, height, data }: Picture,
  thing: Mask,
  area: { left: number; right: number; top: number; bottom: number },
): Ground {
  const light = new Float32Array(width * height).fill(1)
  const alike = new Uint8Array(width * height)
  const levels = smoothedWithout(data, thing, width, height)
  const rows = area.bottom - area.top
  const [median, red, blue] = [new Float32Array(rows), new Float32Array(rows), new Float32Array(rows)]
  for (let y = area.top; y < area.bottom; y++) {
    const found: [number, number, number][] = []
    for (let x = area.left; x < area.right; x++) {
      const i = y * width + x
      if (thing.data[i]! >= 128) continue
      found.push([luma(levels, i), share(levels, i, 0), share(levels, i, 2)])
    }
    found.sort((a, b) => a[0] - b[0])
    // A little above the middle: shadow may lie on a good part of the row.
    const at = found[Math.floor(0.62 * found.length)]
    const around = found.slice(Math.floor(0.45 * found.length), Math.ceil(0.85 * found.length))
    median[y - area.top] = at?.[0] ?? 0
    red[y - area.top] = mean(around.map(([, r]) => r))
    blue[y - area.top] = mean(around.map(([, , b]) => b))
  }
  for (let y = area.top; y < area.bottom; y++)
    for (let x = area.left; x < area.right; x++) {
      const i = y * width + x
      const row = y - area.top
      light[i] = (luma(levels, i) + 1) / (median[row]! + 1)
      // Shadows are lit by the sky: they may be a little bluer.
      const off = Math.max(
        Math.abs(share(levels, i, 0) - red[row]!),
        share(levels, i, 2) - blue[row]! - 0.03,
        blue[row]! - share(levels, i, 2),
      )
      alike[i] = off <= limits.colour ? 1 : 0
    }
  return { light, alike }
}

const luma = (levels: Float32Array, i: number): number =>
  (levels[3 * i]! + 2 * levels[3 * i + 1]! + levels[3 * i + 2]!) / 4

const share = (levels: Float32Array, i: number, c: number): number =>
  (levels[3 * i + c]! + 4) / (levels[3 * i]! + levels[3 * i + 1]! + levels[3 * i + 2]! + 12)

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Linear light, averaged over 3 × 3 pixels that are not the thing's. */
function smoothedWithout(data: Uint8Array, thing: Mask, width: number, height: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      let [r, g, b, count] = [0, 0, 0, 0]
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const j = v * width + u
          if (thing.data[j]! >= 128 && j !== i) continue
          r += (data[3 * j]! / 16) ** 2
          g += (data[3 * j + 1]! / 16) ** 2
          b += (data[3 * j + 2]! / 16) ** 2
          count++
        }
      out[3 * i] = r / count
      out[3 * i + 1] = g / count
      out[3 * i + 2] = b / count
    }
  return out
}

/** The share of a shadow's outer rim that is lit ground of the same hue; what is the thing's or the edge does not count. */
function litRim(
  found: Uint8Array,
  thing: Mask,
  light: Float32Array,
  alike: Uint8Array,
  { width, height }: Picture,
): number {
  let [lit, all] = [0, 0]
  const rim = dilateMask({ width, height, data: found.map((is) => 255 * is) }, 3)
  const inner = dilateMask({ width, height, data: found.map((is) => 255 * is) }, 2)
  for (let i = 0; i < found.length; i++) {
    if (rim.data[i]! < 128 || inner.data[i]! >= 128 || thing.data[i]! >= 128) continue
    all++
    if (alike[i] === 1 && light[i]! > limits.light.most) lit++
  }
  return all === 0 ? 0 : lit / all
}
