import { carryEdit, type Picture, resizePicture } from 'pentimento/image'
import { measurePeak } from 'pentimento/onnx'
import { type Figures, inTurns, type Perf, round3 } from './measure.ts'

/** Twelve megapixels, as a telephone takes them. */
const large = { width: 4032, height: 3024 }

/**
 * Carries edits of 512 pixels to a picture of 12 megapixels: one of tone, and one of tone with something drawn anew,
 * which is the most there is to do. The baseline is the plain bicubic enlargement of the same result.
 */
export async function detail(perf: Perf): Promise<Figures> {
  const original = scene(large)
  const seen = resizePicture(original, { width: 592, height: 432 })
  const toned = edited(seen, () => false)
  const mixed = edited(seen, (x, y) => Math.hypot(x - 300, y - 200) < 90)
  const runs = {
    bicubic: async () => resizePicture(toned, large),
    kept: async () => carryEdit({ original, result: seen, seen, roundTrip: seen }),
    toned: async () => carryEdit({ original, result: toned, seen, roundTrip: seen }),
    mixed: async () => carryEdit({ original, result: mixed, seen, roundTrip: seen }),
  }
  // First, so that memory that was freed before hides nothing.
  const { growth, peak } = await measurePeak(runs.mixed)
  const { median, ratio } = await inTurns(runs, 3)
  const processor: Record<string, number> = {}
  for (const [name, run] of Object.entries(runs)) processor[name] = await processorSeconds(run)
  const figures: Record<string, number> = { bicubic_seconds: round3(median.bicubic / 1000) }
  perf.line(`bicubic enlargement to ${large.width}×${large.height}: ${(median.bicubic / 1000).toFixed(2)} s`)
  for (const name of ['kept', 'toned', 'mixed'] as const) {
    const times = ratio(name, 'bicubic')
    perf.line(
      `${name}: ${(median[name] / 1000).toFixed(2)} s beyond the edit (${processor[name]!.toFixed(2)} s of processor), ${times.toFixed(1)}x the bicubic`,
    )
    figures[`${name}_processorSeconds`] = round3(processor[name]!)
    figures[`${name}_seconds`] = round3(median[name] / 1000)
    figures[`${name}_ofBicubic`] = round3(times)
  }
  const MiB = (bytes: number) => Math.round(bytes / 2 ** 20)
  perf.line(
    `peak memory ${MiB(peak)} MiB, ${MiB(growth)} of them for the detail stage; a picture takes ${MiB(3 * large.width * large.height)}`,
  )
  return { ...figures, peakMiB: MiB(peak), growthMiB: MiB(growth) }
}

/** What a run takes of the processor, whatever else the machine does. */
async function processorSeconds(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** A picture with detail at all sizes. */
function scene({ width, height }: { width: number; height: number }): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wave = 50 * Math.sin(x / 300 + y / 470) + 30 * Math.sin(x / 41) * Math.cos(y / 53)
      const grain = (Math.imul(x * 7919 + y * 104729, 2654435761) >>> 27) - 16
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = 128 + wave * (1 - 0.3 * c) + grain
    }
  return { width, height, data }
}

/** Black and white, with stripes somewhere. */
function edited({ width, height, data }: Picture, isDrawn: (x: number, y: number) => boolean): Picture {
  const out = new Uint8Array(data.length)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const level = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!
    for (let c = 0; c < 3; c++) out[3 * i + c] = isDrawn(x, y) ? (x % 12 < 6 ? 210 - 80 * c : 40) : level
  }
  return { width, height, data: out }
}
