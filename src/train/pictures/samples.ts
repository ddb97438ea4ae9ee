import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EditParts } from '../../edit/index.ts'
import { fileError } from '../../files/index.ts'
import { encodePicture, type Picture, pastePicture, writePicture } from '../../image/index.ts'
import type { FeatureCache } from '../cache.ts'
import type { RunWeights } from '../descent.ts'
import { type LoraOptions, trainedWeights } from '../lora.ts'
import { conditionOf, type ShownTriplet } from './prepare.ts'
import type { ReportSample } from './report.ts'

/** How sample edits are made. */
export interface SampleOptions {
  readonly shown: readonly ShownTriplet[]
  readonly features: FeatureCache
  readonly steps: number
  readonly guidance: number
  readonly seed: number
  /** Folder of the pictures. */
  readonly folder: string
  readonly lora: LoraOptions | undefined
}

/**
 * Edits triplets with the weights of a run, and writes a picture with a row for each: source, edit, target.
 * @returns the picture for the report
 */
export async function writeSamples(
  { step, weights }: RunWeights,
  parts: EditParts,
  options: SampleOptions,
): Promise<ReportSample> {
  const { lora, shown, features, steps, guidance, seed, folder } = options
  const transformer = await trainedWeights(parts.transformer, weights, lora)
  const rows: Picture[] = []
  for (const [i, each] of shown.entries()) {
    const { tokens } = await features.read(each.source)
    const edited = await parts.sample({
      transformer,
      reference: tokens!,
      grid: { width: each.grid.columns, height: each.grid.rows },
      conditional: await conditionOf(features, each.text),
      unconditional: await conditionOf(features, each.empty),
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
  let left = 0
  return pictures.reduce(
    (sheet, each) => {
      const pasted = pastePicture(sheet, each, left, 0)
      left += each.width + gap
      return pasted
    },
    white(width, height),
  )
}

function belowEachOther(pictures: readonly Picture[]): Picture {
  const width = Math.max(...pictures.map((each) => each.width))
  const height = pictures.reduce((sum, each) => sum + each.height + gap, -gap)
  let top = 0
  return pictures.reduce(
    (sheet, each) => {
      const pasted = pastePicture(sheet, each, 0, top)
      top += each.height + gap
      return pasted
    },
    white(width, height),
  )
}

const white = (width: number, height: number): Picture => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(255),
})

/** The grids of a run up to a step, for its report. @throws FileError */
export async function readSamples(folder: string, step: number): Promise<ReportSample[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fileError(folder, 'read it', error)
  })
  const samples: ReportSample[] = []
  for (const name of names.sort()) {
    const at = Number(/^step-(\d+)\.png$/.exec(name)?.[1] ?? Number.NaN)
    if (!(at <= step)) continue
    const png = (await readFile(join(folder, name))).toString('base64')
    samples.push({ step: at, image: `data:image/png;base64,${png}` })
  }
  return samples
}
