import { createHash } from 'node:crypto'
import { differenceMap, type Mask, type Picture, readPicture } from '../../image/index.ts'
import { Queue } from '../../onnx/index.ts'
import { checkMore } from '../checkEdit.ts'
import { checkInstruction } from '../condition/prompt.ts'
import type { EditedPicture, Editor, EditRequest } from '../editor.ts'
import { EditError } from '../error.ts'
import { type EditOptions, editOptions } from '../options.ts'
import type { EditUsage } from '../progress.ts'
import { checkRegion, keepOutside, regionMask } from '../region.ts'
import { stableJson } from '../sameEdit.ts'
import type { EditorConfig, EditorType, Price, SizePolicy } from './configuration.ts'
import { estimatedCost, usageCost } from './price.ts'
import { listedPrice } from './prices.ts'
import type { RemoteJob, RemoteOption, RemoteProvider, Size } from './provider.ts'
import { type Framed, fitting, framed, nearestSize, parseSize } from './size.ts'

/** Increased whenever requests to remote editors, or the treatment of their pictures, change. */
export const remoteAlgorithm = 1

/** Edits at a time on a service. */
const usualConcurrency = 4

/** The parts of a remote editor. */
export interface RemoteParts {
  readonly name: string
  readonly config: EditorConfig
  readonly provider: RemoteProvider
}

/** Types that run on this machine, where one edit at a time is usual. */
const local: ReadonlySet<EditorType> = new Set(['command', 'comfyui'])

/** An editor behind an API, a workflow or a program: what all of them share around a {@link RemoteProvider}. */
export class RemoteEditor implements Editor {
  readonly name: string
  readonly type: EditorType
  /** The model asked for, or what stands for it: a workflow, a program. */
  readonly model: string
  /** Where it is asked; undefined on this machine. */
  readonly url: string | undefined
  readonly options: readonly (keyof EditOptions)[]
  readonly mostPictures: number
  readonly concurrency: number
  readonly #config: EditorConfig
  /** The configuration's; else the one that is listed for the model at its vendor. */
  readonly #price: Price | undefined
  readonly #provider: RemoteProvider
  readonly #queue: Queue
  readonly #closed = new AbortController()

  constructor({ name, config, provider }: RemoteParts) {
    this.name = name
    this.type = config.type
    this.model = modelOf(config)
    this.url = provider.url
    this.mostPictures = config.pictures === undefined ? (provider.mostPictures ?? 0) : config.pictures - 1
    const more = this.mostPictures > 0 ? (['more'] as const) : []
    this.options = [...provider.options, 'region', 'keepEditSize', ...more]
    this.concurrency = config.concurrency ?? (local.has(config.type) ? 1 : usualConcurrency)
    this.#config = config
    this.#price = config.price ?? (provider.url ? listedPrice(this.model, provider.url) : undefined)
    this.#provider = provider
    this.#queue = new Queue(this.concurrency)
  }

  /** A hash of all of the configuration that decides pictures: nothing of key, price, limits and name. */
  get parameters(): string {
    const { concurrency: _, price: __, timeLimitSeconds: ___, pictures: ____, ...rest } = this.#config
    const { key: _____, retries: ______, ...decides } = rest as Record<string, unknown>
    const text = stableJson([remoteAlgorithm, decides, this.url ?? null, this.#provider.identity ?? null])
    return createHash('sha256').update(text).digest('hex')
  }

  identity(): Promise<string> {
    return Promise.resolve(`${this.type}:${this.model} ${this.url ?? 'here'} ${this.parameters}`)
  }

  /**
   * What an edit would cost in USD, by the price of the configuration, else by that which is listed for the model at its
   * vendor; undefined where neither is known. What runs on this machine costs nothing without a price.
   * @param more sizes of the pictures beside the edited one
   */
  estimate(picture: Size, instruction: string, more: readonly Size[] = []): number | undefined {
    const price = this.#price
    if (!price) return local.has(this.type) ? 0 : undefined
    const ask = this.#askFor(picture)
    const tokens = this.#provider.expectedTokens?.([picture, ...more], ask)
    return estimatedCost(price, tokens, instruction, more.length)
  }

  async edit(picture: EditedPicture, instruction: string, request: EditRequest = {}): Promise<EditedPicture> {
    this.#checkOpen()
    this.#check(picture, instruction, request)
    const { signal } = request
    try {
      return await this.#queue.run(() => this.#edit(picture, instruction, request), signal)
    } catch (error) {
      if (this.#closed.signal.aborted) throw closedError(error)
      if (signal?.aborted)
        throw new EditError('cancelled', 'edit: cancelled, nothing was written', { cause: error })
      throw error
    }
  }

  close(): Promise<void> {
    this.#closed.abort(closedError())
    this.#queue.refuseWaiting(closedError())
    return this.#queue.idle()
  }

  #checkOpen(): void {
    if (this.#closed.signal.aborted) throw closedError()
  }

  /** @throws EditError for what this editor cannot be asked */
  #check(picture: Picture, instruction: string, request: EditRequest): void {
    checkInstruction(instruction)
    checkMore(request, this)
    const { longestInstruction } = this.#provider
    if (longestInstruction !== undefined && instruction.length > longestInstruction)
      throw new EditError(
        'input',
        `instruction: ${this.name} takes at most ${longestInstruction} characters, got ${instruction.length}; shorten it`,
      )
    const names = [...Object.keys(editOptions), 'init', 'plan'] as (keyof EditOptions)[]
    for (const name of names)
      if (request[name] !== undefined && !this.options.includes(name))
        throw new EditError('input', `${name}: ${this.name} has no such option; leave it out`)
    for (const name of remoteOptions) {
      const value = request[name]
      const { expected, accepts } = editOptions[name]
      if (value !== undefined && !accepts(value))
        throw new EditError('input', `${name}: expected ${expected}, got ${String(value)}`)
    }
    const most = this.#provider.mostSeed ?? 2 ** 31 - 1
    if (request.seed !== undefined && request.seed > most)
      throw new EditError(
        'input',
        `seed: ${this.name} takes at most ${most}, got ${request.seed}; choose a smaller one`,
      )
    if (!request.region) return
    checkRegion(request.region, picture)
    if (request.keepEditSize)
      throw new EditError(
        'input',
        'keepEditSize: expected false with a region, outside of which the picture keeps its own pixels; leave one of them out',
      )
  }

  async #edit(picture: EditedPicture, instruction: string, request: EditRequest): Promise<EditedPicture> {
    const { region, keepEditSize = false } = request
    await request.onProgress?.({
      stage: 'edit',
      doing: `waiting for ${this.name}`,
      fraction: 0,
      done: 0,
      steps: 1,
      stepSeconds: undefined,
      secondsLeft: undefined,
    })
    const mask = region && this.#provider.takesMask ? regionMask(region, picture) : undefined
    const made = framed(picture, mask, this.#sizePolicy, this.#askFor(picture))
    const result = made.back(await this.#ask(made, instruction, request), keepEditSize)
    const kept = region ? { ...keepOutside(picture, result, region), alpha: picture.alpha } : result
    await request.onChangeMap?.(changesOf(picture, kept))
    return kept
  }

  /** Asks the provider within the time limit, and reports its cost, also of a failure. */
  async #ask(made: Framed, instruction: string, request: EditRequest): Promise<EditedPicture> {
    const { timeLimitSeconds = 600 } = this.#config
    const ended = new AbortController()
    const stop = (event: Event): void => ended.abort((event.target as AbortSignal).reason)
    const signals = [request.signal, this.#closed.signal].filter((each) => each !== undefined)
    for (const signal of signals) {
      if (signal.aborted) ended.abort(signal.reason)
      signal.addEventListener('abort', stop)
    }
    const timer = setTimeout(
      () => ended.abort(new DOMException('the time limit was reached', 'TimeoutError')),
      1000 * timeLimitSeconds,
    )
    let usage: EditUsage = {}
    let isAsked = false
    const more = (request.more ?? []).map((each) => fitting(each, this.#sizePolicy))
    try {
      const job: RemoteJob = {
        picture: made.picture,
        more,
        mask: made.mask,
        ask: made.ask,
        instruction,
        options: optionsOf(request, this.#provider.options),
        signal: ended.signal,
        report: (known) => {
          isAsked = true
          usage = { ...usage, ...known }
        },
      }
      const bytes = await this.#provider.edit(job)
      isAsked = true
      usage = { images: 1, ...usage }
      const { width, height, data, alpha } = await this.#read(bytes)
      usage = { ...usage, size: { width, height } }
      return { width, height, data, ...(alpha && { alpha }) }
    } finally {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', stop)
      const cost = this.#cost(usage, made, more)
      if (isAsked) request.onUsage?.({ ...usage, ...(cost !== undefined && { cost }) })
    }
  }

  /**
   * What the server says it took counts before a list, and the user's own price before both. A picture whose tokens the
   * server does not tell counts as what was expected of it.
   */
  #cost(usage: EditUsage, { picture, ask }: Framed, more: readonly Size[]): number | undefined {
    if (!this.#config.price && usage.cost !== undefined) return usage.cost
    const isTold = usage.outputTokens !== undefined || usage.images !== 1
    const expected = isTold ? undefined : this.#provider.expectedTokens?.([picture, ...more], ask)
    const { input: inputTokens, output: outputTokens } = expected ?? {}
    const whole = { ...(expected && { inputTokens, outputTokens }), ...usage } as EditUsage
    return usageCost(this.#price, whole, more.length)
  }

  async #read(bytes: Uint8Array): Promise<EditedPicture> {
    try {
      return await readPicture(bytes)
    } catch (error) {
      throw new EditError(
        'server',
        `${this.name}: expected a picture file, got ${bytes.length} bytes that are none (${(error as Error).message})`,
        { cause: error },
      )
    }
  }

  get #sizePolicy(): SizePolicy {
    return { ...this.#provider.size, ...this.#config.size }
  }

  #askFor(picture: Size): Size | undefined {
    const own = this.#config.size?.ask
    if (!own && this.#provider.askFor) return this.#provider.askFor(picture)
    return nearestSize(picture, (own ?? this.#provider.size?.ask ?? []).map(parseSize))
  }
}

const remoteOptions: readonly RemoteOption[] = ['seed', 'steps', 'guidance', 'negative']

function optionsOf(request: EditRequest, taken: readonly RemoteOption[]): RemoteJob['options'] {
  const given = taken.filter((name) => request[name] !== undefined)
  return Object.fromEntries(
    given.map((name) => [name, name === 'seed' ? Number(request.seed) : request[name]]),
  )
}

/** The model of a configuration, or what stands for it: the file of a workflow, a program. */
export function modelOf(config: EditorConfig): string {
  if (config.type === 'comfyui') return config.workflow
  return config.type === 'command' ? config.command[0]! : config.model
}

/** Twice the change of colour, up to 127; all of it where the size changed. */
function changesOf(before: Picture, after: Picture): Mask {
  const { width, height } = after
  if (before.width !== width || before.height !== height)
    return { width, height, data: new Uint8Array(width * height).fill(127) }
  const { data } = differenceMap(before, after)
  return { width, height, data: data.map((level) => Math.min(127, 2 * level)) }
}

function closedError(cause?: unknown): EditError {
  return new EditError('closed', 'edit: the editor is closed; open a new one', { cause })
}
