import type { Mask, Picture } from '../image/index.ts'
import { memory, resetPeak } from '../onnx/index.ts'
import type { InstructionLength } from './condition/prompt.ts'
import type { DarkroomReport } from './darkroom/plan.ts'
import { EditError } from './error.ts'
import type { RoundReport, ThoughtReport } from './reflection/report.ts'

/**
 * What an edit is doing. Models: thinking (v1.2), reading, encoding, denoising, decoding, carrying the edit to the
 * picture's own size. The darkroom: `read`, then `edit`, the steps of its plan.
 */
export type EditStage = 'think' | 'read' | 'encode' | 'denoise' | 'decode' | 'detail' | 'edit'

/** The progress of an edit. */
export interface EditProgress {
  readonly stage: EditStage
  /** Of the darkroom and of thinking: the current activity, in a few words: `looking for "the cup"`. */
  readonly doing?: string | undefined
  /** Of models that try several times: the number of the try, from 1. */
  readonly round?: number | undefined
  /** Share of the stage that is done, 0 to 1. */
  readonly fraction: number
  /** Steps done, of denoising or of a plan; of denoising in parts of a step too. */
  readonly done: number
  /** Steps of this edit: of denoising (from an init picture strength × steps), or of its plan. */
  readonly steps: number
  /** Of the last whole step. */
  readonly stepSeconds: number | undefined
  /** Estimate for the denoising steps that are left. */
  readonly secondsLeft: number | undefined
}

/** Time and memory of a stage of an edit. */
export interface StageReport {
  readonly stage: EditStage
  readonly seconds: number
  /** Most memory of the process in this stage, in bytes; since the process started where the system cannot reset it. */
  readonly peakBytes: number
}

/**
 * What an edit calls while it runs. Each may be asynchronous. A hook that throws or rejects stops the edit, which
 * rejects with that error; the editor stays usable.
 */
export interface EditHooks {
  readonly onProgress?: ((progress: EditProgress) => void | Promise<void>) | undefined
  /** Number of tokens of the instruction, and how many of them the model reads. */
  readonly onInstruction?: ((length: InstructionLength) => void) | undefined
  /** The edit as it would look by now, at half size, after every few steps. */
  readonly onPreview?: ((picture: Picture, step: number) => void | Promise<void>) | undefined
  /** Steps from preview to preview. Default: 4. */
  readonly previewEvery?: number | undefined
  /** What the edit changed, at the size of its result: the changeMap of `carryEdit`. */
  readonly onChangeMap?: ((map: Mask) => void | Promise<void>) | undefined
  /** Of a remote editor: what the edit cost, after each answer of the server, refusals too. */
  readonly onUsage?: ((usage: EditUsage) => void) | undefined
  /** Of the darkroom: a report of its steps, at the end. */
  readonly onReport?: ((report: DarkroomReport) => void | Promise<void>) | undefined
  /** Of models that judge their results: after each try, with its result at the size of the picture. */
  readonly onRound?:
    | ((round: RoundReport, result: Picture, number: number) => void | Promise<void>)
    | undefined
  /** Of models that think: a report of their thoughts, at the end. */
  readonly onThought?: ((report: ThoughtReport) => void | Promise<void>) | undefined
  /** After each stage. Asking for it resets the process's peak of memory at every stage. */
  readonly onStage?: ((report: StageReport) => void | Promise<void>) | undefined
  /** Cancels the edit: at once while it waits, else at the next part of its stage. */
  readonly signal?: AbortSignal | undefined
}

/** The usage of an edit by a server. */
export interface EditUsage {
  /** The model as reported by the server. */
  readonly model?: string
  readonly requestId?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** Number of pictures received; 0 if the edit was refused. */
  readonly images?: number
  /** The size of the received picture, before it was resized to the source's. */
  readonly size?: { readonly width: number; readonly height: number }
  /** In USD, by the price table of the configuration. */
  readonly cost?: number
}

/** Reports the progress of an edit to its hooks, and stops it when its signal is aborted. */
export class StageClock {
  readonly #hooks: EditHooks
  #steps: number
  #round: number | undefined
  #doing: string | undefined
  readonly #checkOpen: () => void
  #stage: EditStage = 'read'
  #started = performance.now()
  #done = 0
  #stepStarted = 0
  #stepSeconds: number | undefined
  readonly #pending = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  /** @param checkOpen throws when the edit is to stop for another reason than the signal of its hooks */
  constructor(steps: number, hooks: EditHooks, checkOpen: () => void) {
    const { previewEvery = 4 } = hooks
    if (!Number.isInteger(previewEvery) || previewEvery < 1)
      throw new EditError('input', `previewEvery: expected a whole number above 0, got ${previewEvery}`)
    this.#steps = steps
    this.#hooks = hooks
    this.#checkOpen = checkOpen
  }

  /** Another try begins, with its own steps. */
  begin(round: number, steps: number): void {
    this.#round = round
    this.#steps = steps
    this.#done = 0
  }

  /** Sets the current activity of the stage, in a few words. */
  doing(what: string): void {
    this.#doing = what
    this.#tell(0)
  }

  /** Runs a stage. */
  async stage<T>(stage: EditStage, run: () => Promise<T>): Promise<T> {
    this.#stage = stage
    this.#doing = undefined
    const { onStage } = this.#hooks
    if (onStage) resetPeak()
    this.#started = performance.now()
    this.#stepStarted = this.#started
    this.#tell(0)
    const result = await run()
    this.check()
    await onStage?.({
      stage,
      seconds: (performance.now() - this.#started) / 1000,
      peakBytes: memory().peak,
    })
    return result
  }

  /** @throws what stops the edit: the cancelled signal, a closed editor, or what a hook threw */
  check(): void {
    if (this.#failure) throw this.#failure.error
    this.#checkOpen()
    if (this.#hooks.signal?.aborted)
      throw new EditError('cancelled', 'edit: cancelled, nothing was written', {
        cause: this.#hooks.signal.reason,
      })
  }

  /** A part of the stage is done; denoising counts its own by {@link step}. */
  part(fraction: number): void {
    this.#tell(fraction)
  }

  /** A tile is decoded: a part of the stage of decoding, and in other stages a place to stop. */
  tile(fraction: number): void {
    if (this.#stage === 'decode') this.#tell(fraction)
    else this.check()
  }

  /** Steps of denoising done, in parts of a step too. */
  step(done: number): void {
    this.#done = done
    this.#tell(done / this.#steps)
  }

  /** A whole step of denoising is done; shows a preview where one is due. */
  async endStep(done: number, preview: () => Promise<Picture>): Promise<void> {
    this.#stepSeconds = (performance.now() - this.#stepStarted) / 1000
    const { onPreview, previewEvery = 4 } = this.#hooks
    if (onPreview && done % previewEvery === 0) await onPreview(await preview(), done)
    this.check()
    this.#stepStarted = performance.now()
  }

  /** Waits for asynchronous hooks. @throws what one of them threw */
  async settle(): Promise<void> {
    await Promise.all(this.#pending)
    this.check()
  }

  #tell(fraction: number): void {
    this.check()
    const isDenoising = this.#stage === 'denoise'
    const done = isDenoising
      ? this.#done
      : this.#stage === 'decode' || this.#stage === 'detail'
        ? this.#steps
        : 0
    const seconds = (performance.now() - this.#started) / 1000
    const returned = this.#hooks.onProgress?.({
      stage: this.#stage,
      ...(this.#doing !== undefined && { doing: this.#doing }),
      ...(this.#round !== undefined && { round: this.#round }),
      fraction,
      done,
      steps: this.#steps,
      stepSeconds: this.#stepSeconds,
      secondsLeft: isDenoising && done > 0 ? (seconds / done) * (this.#steps - done) : undefined,
    })
    if (returned) this.#watch(returned)
  }

  /** An asynchronous hook does not hold up the edit; its failure stops it at the next part. */
  #watch(returned: Promise<void>): void {
    const settled = returned
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#pending.delete(settled))
    this.#pending.add(settled)
  }
}
