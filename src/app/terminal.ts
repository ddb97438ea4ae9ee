import type { EditProgress, StageReport } from '../edit/index.ts'

/** Where a command line reads from and writes to. */
export interface Streams {
  readonly env: NodeJS.ProcessEnv
  /** Results. */
  out(text: string): void
  /** Everything else. */
  error(text: string): void
  /** Whether {@link error} goes to a screen, where a line can be written over. */
  readonly isScreen: boolean
  readonly signal: AbortSignal
  /** Standard output for what is not text. Default: none, so that `-` is refused. */
  outBytes?(bytes: Uint8Array): Promise<void>
  /** All of standard input. Default: none, so that `-` is refused. */
  input?(): Promise<Uint8Array>
  /** Whether results go to a screen. Default: false. */
  readonly outIsScreen?: boolean
  /** Asks the user, who sits at the terminal; left out where nobody does. */
  ask?(question: string): Promise<string>
}

/** What a command works with. */
export interface Terminal extends Streams {
  /** Sets the exit code of a command that has done its work and found something wrong. */
  fail(exitCode: number): void
}

/** One line that changes on a screen; elsewhere a line for each whole step of the work. */
export class ProgressLine {
  readonly #terminal: Terminal
  #last = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** @param key what has to change for a new line where lines cannot be written over */
  show(text: string, key: string = text): void {
    if (this.#terminal.isScreen) this.#terminal.error(`\r\u001b[K${text}`)
    else if (key !== this.#last) this.#terminal.error(`${text}\n`)
    this.#last = key
  }

  /** A line that stays, above the one that changes. */
  say(text: string): void {
    this.end()
    this.#terminal.error(`${text}\n`)
  }

  end(): void {
    if (this.#terminal.isScreen && this.#last !== '') this.#terminal.error('\r\u001b[K')
    this.#last = ''
  }
}

const stages: Readonly<Record<EditProgress['stage'], string>> = {
  think: 'thinking',
  read: 'reading picture and instruction',
  encode: 'encoding the picture',
  denoise: 'denoising',
  decode: 'decoding the picture',
  detail: 'transferring the edit to the full-size picture',
  edit: 'editing',
}

/** `denoising 12/28, 41.0 s a step, about 11 min left` */
export function progressText(progress: EditProgress): string {
  return progress.round === undefined ? stageOf(progress) : `try ${progress.round}: ${stageOf(progress)}`
}

function stageOf({ stage, doing, done, steps, stepSeconds, secondsLeft }: EditProgress): string {
  if (stage === 'think') return doing ?? stages.think
  if (stage === 'edit') return `${steps > 1 ? `step ${done + 1} of ${steps}: ` : ''}${doing ?? stages.edit}`
  if (stage !== 'denoise') return stages[stage]
  const parts = [`denoising ${Math.floor(done)}/${steps}`]
  if (stepSeconds !== undefined) parts.push(`${stepSeconds.toFixed(1)} s a step`)
  if (secondsLeft !== undefined && secondsLeft > 0) parts.push(`about ${duration(secondsLeft)} left`)
  return parts.join(', ')
}

/** `denoising: 12 s, at most 5.1 GB` */
export function stageText({ stage, seconds, peakBytes }: StageReport): string {
  return `${stages[stage]}: ${duration(seconds)}, at most ${bytesText(peakBytes)}`
}

export function duration(seconds: number): string {
  if (seconds < 99.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`
  return seconds < 5940 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
