import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { fileError, makeFolder } from '../../files/index.ts'
import { BenchError } from '../error.ts'
import { misfits } from '../suite/schema.ts'

const types = [
  /** Metadata of a picture's file, which are never taken along. */
  'metadata',
  /** Something personal in a picture: its value is `personal`, `obscure` or `harmless`. */
  'finding',
  /** A picture in which the tools found nothing personal. */
  'nothing-found',
  /** A public picture in place of a private one; its value is one of the options. */
  'replacement',
  /** The treatment of a private picture without a replacement: `obscure` or `leave out`. */
  'anonymise',
  /** Another instruction. */
  'instruction',
  /** The kind of a request that had none. */
  'kind',
  /** Whether one of several requests of the same intent is kept: `keep` or `drop`. */
  'intent',
  /** A picture was examined completely: no decision, but the point at which an interrupted run continues. */
  'examined',
] as const

/** The subject of a row. */
export type DecisionType = (typeof types)[number]

/** One row of the record. A later row of the same id takes the place of the one before. */
export interface Decision {
  readonly id: string
  readonly type: DecisionType
  /** The first signs of the SHA-256 of the picture's file. */
  readonly picture: string
  readonly request?: string
  /** The value that applies unless somebody decides otherwise. */
  readonly proposal: string
  readonly reason: string
  readonly status: 'proposed' | 'accepted' | 'changed' | 'rejected'
  /** Where it was changed. */
  readonly value?: string
  /** Values that a change may have, where not any text will do. */
  readonly options?: readonly string[]
  readonly what?: 'face' | 'plate' | 'screen' | 'text'
  readonly box?: readonly [x: number, y: number, width: number, height: number]
  /** When, ISO 8601, and by whom. */
  readonly at: string
  readonly by: 'pentimento' | 'person'
  /** Data that must not enter a suite: file names, recognised texts, crops, the original instruction. */
  readonly private?: {
    readonly file?: string
    readonly text?: string
    readonly crop?: string
    readonly instruction?: string
  }
}

const schema: z.ZodType<Decision> = z.strictObject({
  id: z.string().min(1),
  type: z.enum(types),
  picture: z.string(),
  request: z.string().exactOptional(),
  proposal: z.string(),
  reason: z.string(),
  status: z.enum(['proposed', 'accepted', 'changed', 'rejected']),
  value: z.string().exactOptional(),
  options: z.array(z.string()).exactOptional(),
  what: z.enum(['face', 'plate', 'screen', 'text']).exactOptional(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).exactOptional(),
  at: z.string(),
  by: z.enum(['pentimento', 'person']),
  private: z
    .strictObject({
      file: z.string().exactOptional(),
      text: z.string().exactOptional(),
      crop: z.string().exactOptional(),
      instruction: z.string().exactOptional(),
    })
    .exactOptional(),
})

/** The value that applies after a decision: its value, its proposal, or undefined if it was rejected. */
export function heldValue({ status, value, proposal }: Decision): string | undefined {
  if (status === 'rejected') return undefined
  return status === 'changed' ? (value ?? proposal) : proposal
}

/** The id of a decision, from what it is about: the same in every run. */
export function decisionId(...about: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 12)
}

/** The record of a build: rows are only ever added to its file, and each is on the disk before the work goes on. */
export class DecisionLog {
  readonly file: string
  readonly #handle: FileHandle
  readonly #now: () => Date
  readonly #rows: Map<string, Decision>

  private constructor(file: string, handle: FileHandle, now: () => Date, rows: Map<string, Decision>) {
    this.file = file
    this.#handle = handle
    this.#now = now
    this.#rows = rows
  }

  /** A row that was half written when its process ended is taken off. @throws BenchError `suite`, FileError */
  static async open(file: string, now: () => Date = () => new Date()): Promise<DecisionLog> {
    await makeFolder(dirname(file))
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw fileError(file, 'read it', error)
    })
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole))
    const rows = new Map<string, Decision>()
    for (const [i, line] of whole.split('\n').entries()) {
      if (line === '') continue
      const row = rowOf(file, i + 1, line)
      rows.set(row.id, row)
    }
    const handle = await open(file, 'a')
    return new DecisionLog(file, handle, now, rows)
  }

  /** The rows as they hold now, in the order in which they were first met. */
  rows(): readonly Decision[] {
    return [...this.#rows.values()]
  }

  get(id: string): Decision | undefined {
    return this.#rows.get(id)
  }

  of(
    type: DecisionType,
    about: { readonly picture?: string; readonly request?: string },
  ): readonly Decision[] {
    return this.rows().filter(
      (row) =>
        row.type === type &&
        (about.picture === undefined || row.picture === about.picture) &&
        (about.request === undefined || row.request === about.request),
    )
  }

  /** Adds a proposal. One that is there already, or that a person has decided, stays. */
  async propose(proposal: Omit<Decision, 'status' | 'at' | 'by'>): Promise<void> {
    const before = this.#rows.get(proposal.id)
    if (before && (before.by === 'person' || before.proposal === proposal.proposal)) return
    await this.#write({ ...proposal, status: 'proposed', at: this.#now().toISOString(), by: 'pentimento' })
  }

  /** Adds what a person decided. */
  async decide(id: string, status: 'accepted' | 'changed' | 'rejected', value?: string): Promise<void> {
    const before = this.#rows.get(id)
    if (!before) throw new BenchError('suite', `${this.file}: no decision has the id ${id}`)
    const { value: _, ...rest } = before
    const changed = { ...rest, status, ...(value !== undefined && { value }) }
    await this.#write({ ...changed, at: this.#now().toISOString(), by: 'person' })
  }

  async #write(row: Decision): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(row)}\n`).catch((error: unknown) => {
      throw fileError(this.file, 'write it', error)
    })
    await this.#handle.datasync()
    this.#rows.set(row.id, row)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

function rowOf(file: string, line: number, text: string): Decision {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BenchError('suite', `${file} line ${line}: not JSON (${(error as Error).message})`, {
      cause: error,
    })
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw new BenchError('suite', `${file} line ${line}: ${misfits(parsed.error).join('; ')}`)
  return parsed.data
}
