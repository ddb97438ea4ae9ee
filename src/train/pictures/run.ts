import { join } from 'node:path'
import { type EditParts, type IdentifyOptions, isNewWeight, openBase, openParts } from '../../edit/index.ts'
import { isV12 } from '../../models/index.ts'
import { memory, resetPeak } from '../../onnx/index.ts'
import { openAdapter, type QuantizeProgress } from '../../weights/index.ts'
import { FeatureCache } from '../cache.ts'
import { checkResumed, type RunWeights } from '../descent.ts'
import { TrainError } from '../error.ts'
import { type StepMetrics, type TrainingHooks, train } from '../loop.ts'
import { branchesOf } from '../lora.ts'
import type { TrainableModel } from '../model.ts'
import { type Fingerprint, fingerprintOf } from '../options.ts'
import { readSavedRun } from '../state.ts'
import { TrainingStep } from '../step.ts'
import type { Triplet } from '../triplets.ts'
import {
  checkPictureOptions,
  type PictureSettings,
  type PictureTrainingOptions,
  type TripletSource,
} from './options.ts'
import { checkSavedOptions, lockOutput, removeUnfinished } from './output.ts'
import {
  type CheckedTriplets,
  checkRows,
  checkTriplets,
  encodeTriplets,
  type PrepareOptions,
  type PrepareProgress,
} from './prepare.ts'
import { RunRecord } from './record.ts'
import { writeResult } from './result.ts'

/** What a run reports, and how it is stopped. */
export interface PictureTrainingHooks
  extends Pick<TrainingHooks, 'onStep' | 'onSave' | 'onProfile' | 'clock' | 'signal'> {
  /** After each stage. Asking for it resets the process's peak of memory at every stage. */
  readonly onStage?: ((report: TrainingStageReport) => void | Promise<void>) | undefined
  /** While pictures are checked and encoded. */
  readonly onPrepare?: ((progress: PrepareProgress) => void) | undefined
  /** Before the first step: how many triplets there are, and the names of those whose source and target are equal. */
  readonly onPrepared?:
    | ((triplets: { readonly count: number; readonly equal: readonly string[] }) => void)
    | undefined
  readonly onIdentify?: IdentifyOptions['onIdentify']
  readonly onQuantize?: ((progress: QuantizeProgress) => void) | undefined
}

/** What a stage of a run took: checking and encoding triplets, training, writing the result. */
export interface TrainingStageReport {
  readonly stage: 'check' | 'encode' | 'train' | 'write'
  readonly seconds: number
  /** Most memory of the process in this stage, in bytes; since the process started where the system cannot reset it. */
  readonly peakBytes: number
}

/** What a run gave. */
export interface PictureTrainingResult {
  /** A LoRA, or a checkpoint folder in the official layout. */
  readonly path: string
  readonly step: number
  /** Running mean of the loss at the end. */
  readonly loss: number
  /** A page with loss curve, sample edits and settings. */
  readonly report: string
}

/**
 * Trains a model, or a LoRA on it, on pictures: checks every option and every triplet, encodes what is not kept yet,
 * trains, and writes the result with a report into the output folder. Nothing is encoded before everything was checked;
 * no other process may use the output folder meanwhile.
 * @throws TrainError, EditError, WeightsError, ModelError or FileError, in one line that names option or triplet
 */
export async function trainOnPictures(
  triplets: TripletSource,
  options: PictureTrainingOptions,
  hooks: PictureTrainingHooks = {},
): Promise<PictureTrainingResult> {
  const settings = checkPictureOptions(options)
  const lock = await lockOutput(options.output)
  try {
    await removeUnfinished(options.output)
    const states = join(options.output, 'states')
    await checkSavedOptions(states, settings, options.resume ?? false)
    const total = await countRows(triplets)
    if (options.heldOut) await countRows(options.heldOut)
    const { variant, precision, memory, provider, threads, cache } = options
    const { signal, onIdentify, onQuantize } = hooks
    const opening = { variant, precision, memory, provider, threads, cache, signal, onIdentify, onQuantize }
    const parts = await openStart(options, settings.training.seed, opening)
    try {
      if (isV12(parts.variant) && settings.training.batch > 1)
        throw new TrainError(
          'input',
          `batch: expected 1 for Step1X-Edit v1.2, whose texts are not padded, got ${settings.training.batch}; accumulate batches instead`,
        )
      const run = new PictureRun({ triplets, total, options, settings, hooks, parts, states })
      return await run.toTheEnd()
    } finally {
      await parts.close()
    }
  } finally {
    await lock.release()
  }
}

/** The parts of the model to train, or those of an editor to be on a text-to-image model. */
function openStart(
  { model, base, variant, languageModel, autoencoder }: PictureTrainingOptions,
  seed: number,
  opening: Parameters<typeof openParts>[1],
): Promise<EditParts> {
  if (base === undefined) return openParts(model, opening)
  if (isV12(variant))
    throw new TrainError('input', `variant: expected v1.0 or v1.1 on ${base}, got '${variant}'`)
  return openBase(model, { base, variant, seed, languageModel, autoencoder }, opening)
}

/** Checks the rows of a list; a source that comes piece by piece is checked while it is read. */
async function countRows(triplets: TripletSource): Promise<number | undefined> {
  return Symbol.iterator in triplets ? checkRows(triplets as Iterable<Triplet>) : undefined
}

interface RunParts {
  readonly triplets: TripletSource
  readonly total: number | undefined
  readonly options: PictureTrainingOptions
  readonly settings: PictureSettings
  readonly hooks: PictureTrainingHooks
  readonly parts: EditParts
  readonly states: string
}

/** A run: preparation, training and output; its files besides the states are those of {@link RunRecord}. */
class PictureRun {
  readonly #run: RunParts
  readonly #features: FeatureCache
  readonly #record: RunRecord

  constructor(run: RunParts) {
    this.#run = run
    this.#features = new FeatureCache(run.options.features ?? join(run.options.output, 'features'))
    this.#record = new RunRecord({ ...run, features: this.#features })
  }

  async toTheEnd(): Promise<PictureTrainingResult> {
    const { options, settings, parts } = this.#run
    const initial = await this.#initial()
    const checked = await this.#prepare()
    try {
      const run = await this.#stage('train', () => this.#train(initial, checked))
      const path = await this.#stage('write', () =>
        writeResult(run, parts, {
          output: options.output,
          lora: settings.lora,
          format: options.lora?.format ?? 'kohya',
          dtype: options.dtype,
        }),
      )
      const report = await this.#record.write()
      return { path, step: run.step, loss: this.#record.loss, report }
    } catch (error) {
      if (error instanceof TrainError && this.#record.isOpen) await this.#record.write(error.message)
      throw error
    }
  }

  async #stage<T>(stage: TrainingStageReport['stage'], run: () => Promise<T>): Promise<T> {
    const { onStage } = this.#run.hooks
    if (onStage) resetPeak()
    const started = performance.now()
    const result = await run()
    await onStage?.({ stage, seconds: (performance.now() - started) / 1000, peakBytes: memory().peak })
    return result
  }

  /** First values out of a LoRA that was trained before. @throws TrainError where the model cannot be trained so */
  async #initial(): Promise<Awaited<ReturnType<typeof branchesOf>> | undefined> {
    const { options, settings, parts } = this.#run
    const { trained } = new TrainingStep(parts.runtime, this.#model, { batch: 1, lora: settings.lora })
    const from = options.lora?.from
    if (!settings.lora || from === undefined) return undefined
    const adapter = await openAdapter(from)
    try {
      const initial = await branchesOf(parts.transformer, adapter, settings.lora)
      const strange = [...initial.keys()].find((path) => !trained.has(path))
      if (strange !== undefined)
        throw new TrainError('input', `${from}: ${strange} belongs to no trained layer; see lora.targets`)
      return initial
    } finally {
      await adapter.close()
    }
  }

  async #prepare(): Promise<{
    readonly trained: CheckedTriplets
    readonly heldOut: CheckedTriplets | undefined
  }> {
    const { triplets, total, options, settings, hooks, parts, states } = this.#run
    const { every, count } = settings.samples
    const prepare: PrepareOptions = {
      name: 'triplets',
      size: options.size ?? parts.defaults.size,
      features: this.#features,
      kinds: options.kinds,
      shown: every > 0 ? count : 0,
      onProgress: hooks.onPrepare,
      signal: hooks.signal,
    }
    const beside: PrepareOptions = { ...prepare, name: 'held-out triplets', kinds: undefined, shown: 0 }
    const { heldOut } = options
    const [trained, checkedHeldOut] = await this.#stage('check', async () => [
      await checkTriplets(triplets, parts, total, prepare),
      heldOut && (await checkTriplets(heldOut, parts, undefined, beside)),
    ])
    const saved = await readSavedRun(states)
    if (saved)
      checkResumed(states, saved, {
        resume: options.resume ?? false,
        fingerprint: this.#fingerprint(trained),
      })
    hooks.onPrepared?.({ count: trained.examples.length, equal: trained.equal })
    await this.#stage('encode', async () => {
      await encodeTriplets(triplets, parts, trained, prepare)
      if (heldOut && checkedHeldOut) await encodeTriplets(heldOut, parts, checkedHeldOut, beside)
    })
    return { trained, heldOut: checkedHeldOut }
  }

  get #model(): TrainableModel {
    const { config, variant, transformer } = this.#run.parts
    const isNew = this.#run.options.base && isNewWeight
    return { config, variant, source: transformer, identity: this.#identity, isNew }
  }

  /** What decides the weights that training begins with and goes through. */
  get #identity(): string {
    const { identities, facts } = this.#run.parts
    return JSON.stringify({ files: identities, precision: facts.transformer.precision })
  }

  #fingerprint({ data }: CheckedTriplets): Fingerprint {
    const { training, lora } = this.#run.settings
    return fingerprintOf(training, { data: data.fingerprint, model: this.#identity, lora })
  }

  #train(
    initial: Awaited<ReturnType<typeof branchesOf>> | undefined,
    {
      trained,
      heldOut,
    }: { readonly trained: CheckedTriplets; readonly heldOut: CheckedTriplets | undefined },
  ): Promise<RunWeights> {
    const { options, settings, hooks, parts, states } = this.#run
    return train(
      {
        runtime: parts.runtime,
        model: this.#model,
        data: trained.data,
        heldOut: heldOut?.data,
        lora: settings.lora,
        initial,
        options: settings.training,
        states,
        resume: options.resume,
      },
      {
        signal: hooks.signal,
        clock: hooks.clock,
        onStart: ({ step }) => this.#record.open(step),
        onStep: async (metrics: StepMetrics) => {
          await this.#record.add(metrics)
          await hooks.onStep?.(metrics)
        },
        onSave: async (state) => {
          await this.#record.write()
          await hooks.onSave?.(state)
        },
        onSample: (now) => this.#record.sample(now, trained.shown),
        ...(hooks.onProfile && { onProfile: hooks.onProfile }),
      },
    )
  }
}
