import { join } from 'node:path'
import type { EditParts } from '../../edit/index.ts'
import { writeFileWhole } from '../../files/index.ts'
import type { FeatureCache } from '../cache.ts'
import type { RunWeights } from '../descent.ts'
import type { StepMetrics } from '../loop.ts'
import { MetricsFile } from '../metrics.ts'
import type { PictureSettings, PictureTrainingOptions } from './options.ts'
import type { CheckedTriplets } from './prepare.ts'
import { type ReportSample, reportHtml } from './report.ts'
import { readSamples, writeSamples } from './samples.ts'

interface Recorded {
  readonly options: PictureTrainingOptions
  readonly settings: PictureSettings
  readonly parts: EditParts
  readonly features: FeatureCache
}

/** A run's files besides its states: `metrics.jsonl`, `samples/` and `report.html`. */
export class RunRecord {
  readonly #run: Recorded
  #metrics: MetricsFile | undefined
  #samples: ReportSample[] = []

  constructor(run: Recorded) {
    this.#run = run
  }

  get isOpen(): boolean {
    return this.#metrics !== undefined
  }

  /** Running mean of the loss; NaN before the first step. */
  get loss(): number {
    return this.#metrics?.rows.at(-1)?.smoothedLoss ?? Number.NaN
  }

  /** Continues the files of an earlier run up to a step; later entries are dropped. */
  async open(step: number): Promise<void> {
    const { output } = this.#run.options
    this.#metrics = await MetricsFile.open(join(output, 'metrics.jsonl'), step)
    this.#samples = await readSamples(join(output, 'samples'), step)
  }

  async add(metrics: StepMetrics): Promise<void> {
    await this.#metrics!.add(metrics)
  }

  /** Edits the shown triplets with the weights as they are now, and writes the page again. */
  async sample(now: RunWeights, shown: CheckedTriplets['shown']): Promise<void> {
    const { options, settings, parts, features } = this.#run
    if (shown.length === 0) return
    const { defaults } = parts
    const { steps = defaults.steps, guidance = defaults.guidance } = options.samples ?? {}
    this.#samples.push(
      await writeSamples(now, parts, {
        shown,
        features,
        steps,
        guidance,
        seed: settings.training.seed,
        folder: join(options.output, 'samples'),
        lora: settings.lora,
      }),
    )
    // The autoencoder is not needed before the next samples.
    await parts.release()
    await this.write()
  }

  /** Writes the page again. @param stopped why the run ended early @returns its path */
  async write(stopped?: string): Promise<string> {
    const { options, parts } = this.#run
    const { heldOut: _, cache: __, ...shown } = options
    const settings = Object.entries({ ...shown, model: parts.checkpoint.folder })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
    const file = join(options.output, 'report.html')
    const on = options.base ? ', an editor on it' : ''
    const title = `Training ${parts.checkpoint.folder.split(/[\\/]/).at(-1)}${on}${options.lora ? ', a LoRA' : ''}`
    const page = { title, settings, metrics: this.#metrics?.rows ?? [], samples: this.#samples, stopped }
    await writeFileWhole(file, reportHtml(page))
    return file
  }
}
