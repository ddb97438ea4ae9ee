import { join } from 'node:path'
import { kinds } from '../../dataset/index.ts'
import { encodePicture, type Picture, readPicture } from '../../image/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import { entryOf } from '../suite/loaders/loader.ts'
import type { SuiteFacts } from '../suite/suite.ts'
import { type SuiteEntry, writeSuite } from '../suite/writeSuite.ts'
import { type Decision, type DecisionLog, decisionId, heldValue } from './decisions.ts'
import { obscured } from './obscure.ts'
import { heldInstruction, heldKind, type PicturedRequest, waitsFor } from './propose.ts'
import type { ReplacementSource } from './replacements.ts'

/** The outcome of the requests. */
export interface Assembly {
  /** Items that were written. */
  readonly items: number
  /** Requests that wait for a person's decision. */
  readonly waiting: number
  /** Requests that are left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
}

/** The picture of an item, or why there is none. */
type Resolved =
  | { readonly use: 'own'; readonly obscured: readonly Decision[] }
  | { readonly use: 'replacement'; readonly name: string }
  | { readonly leftOut: string }
  | { readonly waiting: true }

type Usable = Extract<Resolved, { readonly use: string }>

/** The combined result of the decisions on a picture. */
function resolvePicture(log: DecisionLog, picture: string, acceptAll: boolean): Resolved {
  const [metadata] = log.of('metadata', { picture })
  if (!metadata) return { leftOut: 'its picture was not examined' }
  const [clean] = log.of('nothing-found', { picture })
  for (const row of [metadata, clean])
    if (row?.status === 'rejected') return { leftOut: 'its picture was rejected' }
  const findings = log.of('finding', { picture })
  const personal = findings.filter((row) => heldValue(row) === 'personal')
  const obscured = findings.filter((row) => heldValue(row) === 'obscure')
  if (personal.length === 0) return { use: 'own', obscured }
  const [replacement] = log.of('replacement', { picture })
  if (replacement && replacement.status !== 'rejected') {
    if (waitsFor(log, replacement) && !acceptAll) return { waiting: true }
    return { use: 'replacement', name: heldValue(replacement)! }
  }
  const [anonymise] = log.of('anonymise', { picture })
  if (!anonymise || anonymise.status === 'rejected')
    return { leftOut: 'something personal is in its picture' }
  if (waitsFor(log, anonymise) && !acceptAll) return { waiting: true }
  if (heldValue(anonymise) !== 'obscure') return { leftOut: 'something personal is in its picture' }
  return { use: 'own', obscured: [...personal, ...obscured] }
}

/** How the suite is written. */
export interface AssembleOptions {
  readonly facts: Omit<SuiteFacts, 'kinds'>
  readonly folder: string
  readonly sources: readonly ReplacementSource[]
  readonly tools: Toolbox
  readonly acceptAll: boolean
  readonly signal: AbortSignal
}

/**
 * Writes the suite that the decisions make, with their record, from which everything private is taken out. Nothing is
 * written where no item is left.
 */
export async function assemble(
  log: DecisionLog,
  requests: readonly PicturedRequest[],
  { facts, folder, sources, tools, acceptAll, signal }: AssembleOptions,
): Promise<Assembly> {
  const leftOut: Record<string, number> = {}
  const chosen: { request: PicturedRequest; kind: string; resolved: Usable }[] = []
  let waiting = 0
  for (const request of requests) {
    const intent = log.get(decisionId('intent', request.id))
    const kind = heldKind(log, request)
    const resolved = resolvePicture(log, request.picture, acceptAll)
    const reason =
      intent && (heldValue(intent) ?? (intent.proposal === 'drop' ? 'keep' : 'drop')) === 'drop'
        ? 'others of the same intent are kept'
        : kind === undefined
          ? 'its kind was rejected'
          : 'leftOut' in resolved
            ? resolved.leftOut
            : undefined
    if (reason !== undefined) leftOut[reason] = (leftOut[reason] ?? 0) + 1
    else if ('waiting' in resolved) waiting++
    else if ('use' in resolved) chosen.push({ request, kind: kind!, resolved })
  }
  const met = new Set(chosen.map(({ kind }) => kind))
  const known: readonly string[] = kinds.filter((kind) => met.has(kind))
  const all = [...known, ...[...met].filter((kind) => !known.includes(kind))]
  if (chosen.length === 0) return { items: 0, waiting, leftOut }
  async function* entries(): AsyncGenerator<SuiteEntry> {
    for (const { request, kind, resolved } of chosen) {
      const picture = await pictureOf(request, resolved, { sources, tools, signal })
      const bytes = await encodePicture(picture, 'png')
      for (const each of request.instructions)
        yield entryOf(request.where, {
          key: request.id,
          kind,
          language: each.language,
          instruction: heldInstruction(log, request, each),
          picture: bytes,
        })
    }
  }
  const items = await writeSuite(join(folder, 'suite'), { ...facts, kinds: all }, entries(), {
    signal,
    beside: [
      {
        path: 'decisions.jsonl',
        content: publicRecord(log, new Set(chosen.map(({ request }) => request.id))),
      },
    ],
  })
  return { items, waiting, leftOut }
}

async function pictureOf(
  request: PicturedRequest,
  resolved: Usable,
  { sources, tools, signal }: Pick<AssembleOptions, 'sources' | 'tools' | 'signal'>,
): Promise<Picture> {
  if (resolved.use === 'replacement') {
    const { name } = resolved
    const source = sources.find((each) => name.startsWith(`${each.name}:`))
    if (source) return source.read(name, signal)
    // A person may have named a file.
    const { width, height, data } = await readPicture(name)
    return { width, height, data }
  }
  const { width, height, data } = await readPicture(request.file)
  return obscured({ width, height, data }, resolved.obscured, tools)
}

/**
 * The record without what is private: no file names, hashes of private pictures, texts that were read, instructions as
 * they were; of requests that are not in the suite no words at all.
 */
function publicRecord(log: DecisionLog, written: ReadonlySet<string>): Uint8Array {
  const names = new Map<string, string>()
  let lines = ''
  for (const { private: _, ...row } of log.rows()) {
    if (row.type === 'examined') continue
    const picture = names.get(row.picture) ?? `picture-${names.size + 1}`
    names.set(row.picture, picture)
    const isSilent =
      row.request !== undefined &&
      (!written.has(row.request) || (row.type === 'instruction' && row.status === 'rejected'))
    const isOwnFile = row.type === 'replacement' && !row.options?.includes(row.value ?? row.proposal)
    const { value, ...rest } = row
    const shown = value === undefined ? {} : { value: isOwnFile || isSilent ? '' : value }
    const said = isSilent && row.type !== 'intent' ? { proposal: '', reason: '' } : {}
    lines += `${JSON.stringify({ ...rest, ...shown, ...said, picture })}\n`
  }
  return new TextEncoder().encode(lines)
}
