import {
  addNoise,
  blurPicture,
  cropPicture,
  type Picture,
  peakSignalToNoise,
  resizePicture,
} from 'pentimento/image'
import { dehaze, denoise, resized, rotated, sharpenDetail, tiltOf } from 'pentimento/operations'
import { type Figures, median, type Perf, round3 } from '../measure.ts'
import { heldOutFiles, photoOf } from './pastes.ts'

/** The longer side of the photographs. */
const side = 1024

/** The same numbers in [0, 1) each time. */
function numbers(): () => number {
  let state = 7
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 32
  }
}

/** The middle of a photograph. */
function middleOf(photo: Picture, width: number, height: number): Picture {
  const size = { width: Math.min(width, photo.width), height: Math.min(height, photo.height) }
  return cropPicture(photo, {
    x: (photo.width - size.width) >> 1,
    y: (photo.height - size.height) >> 1,
    ...size,
  })
}

/** Haze of a known colour, thicker toward the top. */
function hazy({ width, height, data }: Picture, thick: number): Picture {
  const air = [214, 218, 222]
  return {
    width,
    height,
    data: data.map((level, i) => {
      const through = 1 - thick * (1 - Math.floor(i / 3 / width) / height / 2)
      return Math.round(level * through + air[i % 3]! * (1 - through))
    }),
  }
}

/** How many dB nearer to the photograph something is after an operation than before. */
const gain = (photo: Picture, before: Picture, after: Picture): number =>
  peakSignalToNoise(photo, after) - peakSignalToNoise(photo, before)

/** Half the size, each pixel the mean of four. */
function halved({ width, height, data }: Picture): Picture {
  const [columns, rows] = [width >> 1, height >> 1]
  const out = new Uint8Array(3 * columns * rows)
  for (let i = 0; i < out.length; i++) {
    const [c, x, y] = [i % 3, 2 * (Math.floor(i / 3) % columns), 2 * Math.floor(i / 3 / columns)]
    const at = 3 * (y * width + x) + c
    out[i] = Math.round((data[at]! + data[at + 3]! + data[at + 3 * width]! + data[at + 3 * width + 3]!) / 4)
  }
  return { width: columns, height: rows, data: out }
}

/**
 * Detail and geometry against known truths, on photographs that nothing was tuned on: noise, blur and haze added and
 * taken away, halves enlarged, tilts added and found. Gains are medians in dB; then time at 12 megapixels.
 */
export async function detail(perf: Perf): Promise<Figures> {
  const files = heldOutFiles(perf.flags.photos).slice(0, Number(perf.flags.most ?? 12))
  if (files.length === 0) throw new Error("detail: no photographs; name a folder with '--photos'")
  const gains: Record<string, number[]> = {}
  const note = (name: string, value: number): void => {
    gains[name] = [...(gains[name] ?? []), value]
  }
  for (const file of files) {
    const photo = await photoOf(file, side)
    const part = middleOf(photo, 320, 240)
    for (const levels of [8, 15, 25]) {
      const noisy = addNoise(part, { levels, next: numbers() })
      note(`noise${levels}.gain`, gain(part, noisy, denoise(noisy, 0.3)))
    }
    note('noise0.psnr', peakSignalToNoise(part, denoise(part, 0.3)))
    const blurred = blurPicture(part, 0.8)
    note('blur.gain', gain(part, blurred, sharpenDetail(blurred, 0.3)))
    for (const thick of [0.4, 0.7]) {
      const haze = hazy(photo, thick)
      note(`haze${10 * thick}.gain`, gain(photo, haze, dehaze(haze, 0.6)))
    }
    note('resize.gain', resizeGain(part))
    for (const error of tiltErrors(photo)) note('tilt.error', error)
  }
  const figures: Record<string, number> = { photographs: files.length }
  for (const [name, values] of Object.entries(gains)) {
    figures[name] = round3(median(values))
    const [least, most] = [Math.min(...values), Math.max(...values)]
    perf.line(
      `${name}: ${median(values).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}, ${values.length} cases)`,
    )
  }
  return { ...figures, ...(await large(files[0]!, perf)) }
}

/** How many dB nearer the enlarged half is to the photograph than by Lanczos alone. */
function resizeGain(part: Picture): number {
  const even = cropPicture(part, { x: 0, y: 0, width: part.width & ~1, height: part.height & ~1 })
  const half = halved(even)
  const { width, height } = even
  return gain(even, resizePicture(half, { width, height, filter: 'lanczos' }), resized(half, width, height))
}

/** Errors in degrees of tilts that were added to photographs that are surely straight as they are. */
function tiltErrors(photo: Picture): number[] {
  const isSure = ({ sureness, longest }: ReturnType<typeof tiltOf>) => sureness >= 0.8 && longest >= 0.2
  const own = tiltOf(photo)
  if (!isSure(own)) return []
  return [-6, -2.5, 1.5, 4].flatMap((degrees) => {
    const found = tiltOf(rotated(photo, degrees))
    return isSure(found) ? [Math.abs(found.degrees - own.degrees - degrees)] : []
  })
}

/** Seconds of a core at 12 megapixels. */
async function large(file: string, perf: Perf): Promise<Figures> {
  const photo = resizePicture(await photoOf(file, 4000), { width: 4000, height: 3000, filter: 'bicubic' })
  const small = resizePicture(photo, { width: 2000, height: 1500, filter: 'bicubic' })
  const runs: Readonly<Record<string, () => unknown>> = {
    denoise: () => denoise(photo, 0.3),
    sharpen: () => sharpenDetail(photo, 0.3),
    dehaze: () => dehaze(photo, 0.3),
    rotate: () => rotated(photo, 3),
    tilt: () => tiltOf(photo),
    shrink: () => resized(photo, 2000, 1500),
    enlarge: () => resized(small, 4000, 3000),
  }
  const figures: Record<string, number> = {}
  for (const [name, run] of Object.entries(runs)) {
    const used = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(used)
    figures[`mp12.${name}.coreSeconds`] = round3((user + system) / 1e6)
    perf.line(`${name} at 12 megapixels: ${((user + system) / 1e6).toFixed(1)} s of a core`)
  }
  return figures
}
