import { createHash } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { type Picture, pictureHash } from '../image/index.ts'
import type { Job, Jobs, Tool, Toolbox } from './tool.ts'

/** Where analyses are kept, by a key of 64 hexadecimal digits. */
export interface AnalysisStore {
  get(key: string): Promise<Uint8Array | undefined>
  put(key: string, bytes: Uint8Array): Promise<void>
}

/** The jobs whose results are kept: those that say something of a picture. Those that make pictures are not. */
const kept: { readonly [J in Job]?: readonly (keyof Jobs[J])[] } = {
  matting: ['matte'],
  detector: ['detect'],
  segmenter: ['segment'],
  tagger: ['tag'],
  ocr: ['read'],
  faces: ['find'],
  depth: ['depth'],
  safety: ['unsafe'],
  vision: ['answer'],
}

/**
 * A toolbox over another that asks each question about a picture only once: answers are kept by the picture's
 * content, the tool's implementation and version, and the other arguments. What fails is not kept.
 */
export function cachedToolbox(tools: Toolbox, store: AnalysisStore): Toolbox {
  const cache = new Cache(store)
  const wrapped = new Map<Job, Tool<Job>>()
  return {
    has: (job) => tools.has(job),
    get: <J extends Job>(job: J): Tool<J> => {
      const tool = (wrapped.get(job) as Tool<J> | undefined) ?? cached(cache, job, tools.get(job))
      wrapped.set(job, tool as unknown as Tool<Job>)
      return tool
    },
    close: () => tools.close(),
  }
}

function cached<J extends Job>(cache: Cache, job: J, tool: Tool<J>): Tool<J> {
  const methods = kept[job]
  if (!methods) return tool
  const { implementation, version } = tool.facts
  const asking = methods
    .filter((method) => tool[method] !== undefined)
    .map((method) => {
      const ask = tool[method] as unknown as Ask
      return [
        method,
        (...args: readonly unknown[]) =>
          cache.get([job, String(method), implementation, version], args, () => ask.apply(tool, [...args])),
      ]
    })
  return { ...tool, ...Object.fromEntries(asking) } as Tool<J>
}

type Ask = (...args: readonly unknown[]) => Promise<unknown>

class Cache {
  readonly #store: AnalysisStore
  readonly #hashes = new WeakMap<object, string>()
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(store: AnalysisStore) {
    this.#store = store
  }

  /** The answer that is kept, or a new one; who asks the same at the same time waits for the same answer. */
  get(what: readonly string[], args: readonly unknown[], ask: () => Promise<unknown>): Promise<unknown> {
    const question = JSON.stringify([...what, ...args], (_, part: unknown) => this.#name(part))
    const key = createHash('sha256').update(question).digest('hex')
    const underWay = this.#underWay.get(key)
    if (underWay) return underWay
    const answer = this.#answer(key, ask).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, answer)
    return answer
  }

  async #answer(key: string, ask: () => Promise<unknown>): Promise<unknown> {
    const known = await this.#store.get(key)
    const decoded = known && decode(known)
    if (decoded) return decoded.value
    const value = await ask()
    await this.#store.put(key, encode(value))
    return value
  }

  /** Pictures by their content, wherever they stand; what only stops a call is no part of the question. */
  #name(arg: unknown): unknown {
    if (arg instanceof AbortSignal) return undefined
    if (!isPicture(arg)) return arg
    const name = this.#hashes.get(arg) ?? pictureHash(arg)
    this.#hashes.set(arg, name)
    return name
  }
}

function isPicture(arg: unknown): arg is Picture {
  return typeof arg === 'object' && arg !== null && 'data' in arg && arg.data instanceof Uint8Array
}

/** JSON with arrays of bytes and floats in base64, deflated. */
function encode(value: unknown): Uint8Array {
  const json = JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Uint8Array) return { $bytes: Buffer.from(part).toString('base64') }
    if (!(part instanceof Float32Array)) return part
    return { $floats: Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64') }
  })
  return deflateSync(json)
}

/** Undefined where the bytes are damaged: then the question is asked anew. */
function decode(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(inflateSync(bytes).toString('utf8'), (_, part: unknown) => {
      if (typeof part !== 'object' || part === null) return part
      if ('$bytes' in part) return Uint8Array.from(Buffer.from(String(part.$bytes), 'base64'))
      if (!('$floats' in part)) return part
      return new Float32Array(Uint8Array.from(Buffer.from(String(part.$floats), 'base64')).buffer)
    })
    return { value }
  } catch {
    return undefined
  }
}
