import { join } from 'node:path'
import type { EditParts } from '../../edit/index.ts'
import {
  branchesOf,
  type LoraOptions,
  MetricsFile,
  type ReportSample,
  type RunWeights,
  reportHtml,
  type StepMetrics,
  TrainError,
  type TrainingWish,
  train,
} from '../../train/index.ts'
import { openAdapter } from '../../weights/index.ts'
import { duration, type ProgressLine, type Terminal } from '../terminal.ts'
import type { TrainingConfiguration } from './configuration.ts'
import { writeResult, writeWhole } from './output.ts'
import type { Prepared } from './prepare.ts'
import { readSamples, writeSamples } from './samples.ts'

/** What a run gave. */
export interface TrainingResult {
  /** A checkpoint folder, or a LoRA. */
  readonly output: string
  readonly step: number
  /** Running mean at the end. */
  readonly loss: number
  readonly report: string
}

/** What a run needs: its configuration, the opened model, the triplets. */
export interface RunParts {
  readonly wish: TrainingConfiguration
  readonly lora: LoraOptions | undefined
  readonly parts: EditParts
  readonly prepared: Prepared
  readonly output: string
  readonly terminal: Terminal
  readonly line: ProgressLine
  readonly resume: boolean
}

/** A run with its files: states, measures, samples, report, and what comes out. */
export class TrainingRun {
  readonly #made: RunParts
  #metrics: MetricsFile | undefined
  #samples: ReportSample[] = []

  constructor(made: RunParts) {
    this.#made = made
  }

  async run(): Promise<TrainingResult> {
    const { wish, lora, parts, prepared, output, terminal, resume } = this.#made
    const identity = JSON.stringify({ files: parts.identities, precision: wish.precision ?? 'fp32' })
    const { config, variant, transformer } = parts
    try {
      const run = await train(
        {
          runtime: parts.runtime,
          model: { config, variant, source: transformer, identity },
          data: prepared.data,
          lora,
          initial: await this.#initial(),
          options: { ...optionsOf(wish), sampleEvery: wish.samples?.every },
          states: join(output, 'states'),
          resume,
        },
        {
          signal: terminal.signal,
          onStart: ({ step }) => this.#start(step),
          onStep: (metrics) => this.#step(metrics),
          onSave: async () => void (await this.#report()),
          onSample: (now) => this.#sample(now),
        },
      )
      const result = await writeResult(run, parts, {
        output,
        lora,
        format: wish.lora?.format ?? 'kohya',
        dtype: wish.dtype,
      })
      const report = await this.#report()
      return {
        output: result,
        step: run.step,
        loss: this.#metrics?.rows.at(-1)?.smoothedLoss ?? Number.NaN,
        report,
      }
    } catch (error) {
      if (error instanceof TrainError && this.#metrics) await this.#report(error.message)
      throw error
    }
  }

  async #initial() {
    const { wish, lora, parts } = this.#made
    if (!lora || wish.lora?.from === undefined) return undefined
    const adapter = await openAdapter(wish.lora.from)
    try {
      return await branchesOf(parts.transformer, adapter, lora)
    } finally {
      await adapter.close()
    }
  }

  async #start(step: number): Promise<void> {
    const { output } = this.#made
    this.#metrics = await MetricsFile.open(join(output, 'metrics.jsonl'), step)
    this.#samples = await readSamples(join(output, 'samples'), step)
  }

  async #step(metrics: StepMetrics): Promise<void> {
    await this.#metrics!.add(metrics)
    const { step, steps, smoothedLoss, samplesPerSecond, secondsLeft } = metrics
    this.#made.line.show(
      `step ${step}/${steps}, loss ${smoothedLoss.toPrecision(4)}, ${samplesPerSecond.toPrecision(3)} triplets/s, about ${duration(secondsLeft)} left`,
    )
  }

  async #sample(now: RunWeights): Promise<void> {
    const { wish, lora, parts, prepared, output } = this.#made
    const usual = parts.defaults
    const { every = 0, count = 4, steps = usual.steps, guidance = usual.guidance } = wish.samples ?? {}
    if (every === 0) return
    const folder = join(output, 'samples')
    this.#samples.push(
      await writeSamples(now, parts, prepared, {
        count,
        steps,
        guidance,
        seed: wish.seed ?? 0,
        folder,
        lora,
      }),
    )
    await this.#report()
  }

  /** Writes the page anew. @returns its path */
  async #report(stopped?: string): Promise<string> {
    const { wish, output, parts } = this.#made
    const told = Object.entries({ ...wish, model: parts.checkpoint.folder })
    const settings = told
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
    const file = join(output, 'report.html')
    const title = `Training ${parts.checkpoint.folder.split(/[\\/]/).at(-1)}${wish.lora ? ', a LoRA' : ''}`
    const page = { title, settings, metrics: this.#metrics?.rows ?? [], samples: this.#samples, stopped }
    await writeWhole(file, reportHtml(page))
    return file
  }
}

/** What a configuration tells the trainer as it is. */
const optionNames = [
  'steps',
  'batch',
  'accumulate',
  'learningRate',
  'warmup',
  'decayTo',
  'beta1',
  'beta2',
  'weightDecay',
  'clip',
  'average',
  'seed',
  'timesteps',
  'shift',
  'balance',
  'dropout',
  'checkpointing',
  'saveEvery',
  'keep',
  'divergence',
] as const satisfies readonly (keyof TrainingWish & keyof TrainingConfiguration)[]

function optionsOf(wish: TrainingConfiguration): TrainingWish {
  const told = Object.fromEntries(optionNames.map((name) => [name, wish[name]]))
  // A session of frozen weights holds a copy of them.
  return { ...told, sessions: wish.lora ? 1 : undefined }
}
