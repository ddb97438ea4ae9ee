import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EditParts } from '../../edit/index.ts'
import { encodePicture, type Picture, writePicture } from '../../image/index.ts'
import { type LoraOptions, type ReportSample, type RunWeights, trainedModel } from '../../train/index.ts'
import { runtimeProduct } from '../../weights/index.ts'
import { conditionOf, type Prepared } from './prepare.ts'

/** How sample edits are made. */
export interface SampleOptions {
  readonly count: number
  readonly steps: number
  readonly guidance: number
  readonly seed: number
  /** Folder of the pictures. */
  readonly folder: string
  readonly lora: LoraOptions | undefined
}

/**
 * Edits the first triplets with the weights of a run, and writes a picture with a row for each: source, edit, target.
 * @returns the picture for the report
 */
export async function writeSamples(
  { step, weights }: RunWeights,
  parts: EditParts,
  prepared: Prepared,
  options: SampleOptions,
): Promise<ReportSample> {
  const { lora, count, steps, guidance, seed, folder } = options
  const transformer = await trainedModel(parts.transformer, weights, lora, runtimeProduct(parts.runtime))
  const rows: Picture[] = []
  for (const [i, each] of prepared.shown.slice(0, count).entries()) {
    const { tokens } = await prepared.cache.read(each.source)
    const edited = await parts.sample({
      transformer,
      reference: tokens!,
      grid: { width: each.grid.columns, height: each.grid.rows },
      conditional: await conditionOf(prepared.cache, each.text),
      unconditional: await conditionOf(prepared.cache, each.empty),
      steps,
      guidance,
      seed: seed + i,
    })
    const { source, target } = each.pictures
    rows.push(besideEachOther([source, edited, target]))
  }
  const grid = belowEachOther(rows)
  await writePicture(grid, join(folder, `step-${String(step).padStart(8, '0')}.png`))
  const png = Buffer.from(await encodePicture(grid, 'png')).toString('base64')
  return { step, image: `data:image/png;base64,${png}` }
}

const gap = 4

function besideEachOther(pictures: readonly Picture[]): Picture {
  const height = Math.max(...pictures.map((each) => each.height))
  const width = pictures.reduce((sum, each) => sum + each.width + gap, -gap)
  return paste({ width, height }, pictures, (before) => ({
    left: before.reduce((sum, each) => sum + each.width + gap, 0),
    top: 0,
  }))
}

function belowEachOther(pictures: readonly Picture[]): Picture {
  const width = Math.max(...pictures.map((each) => each.width))
  const height = pictures.reduce((sum, each) => sum + each.height + gap, -gap)
  return paste({ width, height }, pictures, (before) => ({
    left: 0,
    top: before.reduce((sum, each) => sum + each.height + gap, 0),
  }))
}

function paste(
  { width, height }: { readonly width: number; readonly height: number },
  pictures: readonly Picture[],
  place: (before: readonly Picture[]) => { readonly left: number; readonly top: number },
): Picture {
  const data = new Uint8Array(3 * width * height).fill(255)
  for (const [i, each] of pictures.entries()) {
    const { left, top } = place(pictures.slice(0, i))
    for (let y = 0; y < each.height; y++)
      data.set(
        each.data.subarray(3 * y * each.width, 3 * (y + 1) * each.width),
        3 * ((top + y) * width + left),
      )
  }
  return { width, height, data }
}

/** The grids of a run up to a step, for its report. */
export async function readSamples(folder: string, step: number): Promise<ReportSample[]> {
  const names = (await readdir(folder).catch(() => [])).sort()
  const samples: ReportSample[] = []
  for (const name of names) {
    const at = Number(/^step-(\d+)\.png$/.exec(name)?.[1] ?? Number.NaN)
    if (!(at <= step)) continue
    const png = (await readFile(join(folder, name))).toString('base64')
    samples.push({ step: at, image: `data:image/png;base64,${png}` })
  }
  return samples
}
