import { createHash } from 'node:crypto'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { Job, Tool, Toolbox } from 'pentimento/tools'

/** What tools answered, by question. */
export type Answers = Map<string, unknown>

/** The question as a short name: job, method and arguments, pictures by their pixels. */
function questionOf(job: Job, method: string, args: readonly unknown[]): string {
  const hash = createHash('sha256')
  const text = JSON.stringify([job, method, args], (_, part: unknown) => {
    if (!(part instanceof Uint8Array) && !(part instanceof Float32Array)) return part
    return createHash('sha256')
      .update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
      .digest('hex')
  })
  return hash.update(text).digest('hex').slice(0, 16)
}

/** What a tool tells of itself, without its version: an answer that is kept is of no version. */
const extras: { readonly [J in Job]?: { readonly [key: string]: unknown } } = {
  stylizer: { styles: ['oil painting', 'pencil drawing', 'woodcut'] },
}

/** A toolbox that answers as others once did, and asks nobody. */
export function replayedTools(answers: Answers, jobs: readonly Job[], fonts?: Tool<'fonts'>): Toolbox {
  return asking(jobs, fonts, async (job, method, args) => {
    const question = questionOf(job, method, args)
    if (!answers.has(question))
      throw new Error(`${job}.${method}: a question that was not asked before (${question})`)
    return answers.get(question)
  })
}

/** A toolbox over another that notes the answers; those that are known are not asked for again. */
export function recordingTools(answers: Answers, tools: Toolbox, jobs: readonly Job[]): Toolbox {
  const fonts = tools.has('fonts') ? tools.get('fonts') : undefined
  return asking(
    jobs.filter((job) => tools.has(job)),
    fonts,
    async (job, method, args) => {
      const question = questionOf(job, method, args)
      if (!answers.has(question)) {
        const tool = tools.get(job) as unknown as Record<string, (...args: readonly unknown[]) => unknown>
        answers.set(question, await tool[method]!(...args))
      }
      return answers.get(question)
    },
  )
}

function asking(
  jobs: readonly Job[],
  fonts: Tool<'fonts'> | undefined,
  ask: (job: Job, method: string, args: readonly unknown[]) => Promise<unknown>,
): Toolbox {
  const facts = { implementation: 'recorded', version: '1', concurrency: 1, timeLimitSeconds: 60 }
  return {
    has: (job) => (job === 'fonts' ? fonts !== undefined : jobs.includes(job)),
    get(job) {
      if (job === 'fonts' && fonts) return fonts as never
      const known: Record<string, unknown> = { facts, ...extras[job] }
      return new Proxy(known, {
        get: (target, method) =>
          target[String(method)] ?? ((...args: readonly unknown[]) => ask(job, String(method), args)),
      }) as never
    },
    close: () => Promise.resolve(),
  }
}

/** Answers as bytes: JSON, in which arrays of numbers are places in what follows it; all of it compressed. */
export function packAnswers(answers: Answers): Uint8Array {
  const parts: Uint8Array[] = []
  let end = 0
  const place = (type: string, bytes: Uint8Array) => {
    parts.push(bytes)
    end += bytes.length
    return { $type: type, from: end - bytes.length, to: end }
  }
  const sorted = [...answers].sort(([a], [b]) => (a < b ? -1 : 1))
  const json = JSON.stringify(sorted, (_, part: unknown) => {
    if (part instanceof Uint8Array) return place('bytes', part)
    if (!(part instanceof Float32Array)) return part
    return place('floats', new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  })
  const head = Buffer.from(json)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(head.length)
  return brotliCompressSync(Buffer.concat([length, head, ...parts]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  })
}

/** The inverse of {@link packAnswers}. */
export function unpackAnswers(packed: Uint8Array): Answers {
  const bytes = brotliDecompressSync(packed)
  const head = 4 + bytes.readUInt32LE(0)
  const entries = JSON.parse(bytes.subarray(4, head).toString('utf8'), (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || !('$type' in part)) return part
    const { $type, from, to } = part as unknown as { $type: string; from: number; to: number }
    const own = Uint8Array.from(bytes.subarray(head + from, head + to))
    return $type === 'bytes' ? own : new Float32Array(own.buffer)
  }) as [string, unknown][]
  return new Map(entries)
}
