import { encodeStored, readPicture } from '../../image/index.ts'
import { canonicalJson, digestOf, type Json } from '../../jobs/index.ts'
import { stopIfAborted } from '../cancel.ts'
import { type Chain, chainedKinds, chainsOf, mostTurns, type Turn } from '../chains/chain.ts'
import type { Dossier } from '../pairs/pair.ts'
import { select } from '../selection/select.ts'
import type { Split } from '../sources/catalog.ts'
import { readStored } from '../storedPicture.ts'
import type { Kind } from '../taxonomy.ts'
import { sha256Of } from '../verify/problem.ts'
import type { Column } from './columns.ts'
import { LostOrigin, type LostRow, type Provenance, provenanceOf, type RowSource } from './row.ts'

/** Several edits of one source, one after another. */
export interface MultiTurnRow {
  readonly key: string
  /** Of the first turn. */
  readonly kind: Kind
  readonly split: Split
  readonly source: Uint8Array
  /** After each turn. */
  readonly pictures: readonly Uint8Array[]
  /** Of the pairs that the turns were made of. */
  readonly turns: readonly Provenance[]
}

const json = (value: unknown): string => canonicalJson(value as Json)

/** The columns of the Parquet files; of shorter chains the last pictures are null. */
export const multiTurnColumns: readonly Column<MultiTurnRow>[] = [
  { name: 'key', type: 'text', value: ({ key }) => key },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'turns', type: 'integer', value: ({ turns }) => turns.length },
  {
    name: 'source',
    type: 'picture',
    value: ({ source, key }) => ({ bytes: source, path: `${key}.source.png` }),
  },
  ...Array.from(
    { length: mostTurns },
    (_, i): Column<MultiTurnRow> => ({
      name: `turn_${i + 1}`,
      type: 'picture',
      value: ({ pictures, key }) =>
        pictures[i] === undefined ? null : { bytes: pictures[i], path: `${key}.turn${i + 1}.png` },
    }),
  ),
  ...(['en', 'cn'] as const).map(
    (language): Column<MultiTurnRow> => ({
      name: `instructions_${language}`,
      type: 'texts',
      value: ({ turns }) => turns.map(({ instructions }) => instructions[0]?.[language] ?? ''),
    }),
  ),
  { name: 'kinds', type: 'texts', value: ({ turns }) => turns.map(({ kind }) => kind) },
  { name: 'pairs', type: 'texts', value: ({ turns }) => turns.map(({ key }) => key) },
  { name: 'facts', type: 'text', value: ({ turns }) => json(turns.map(({ facts }) => facts)) },
  { name: 'width', type: 'integer', value: ({ turns }) => turns[0]!.width },
  { name: 'height', type: 'integer', value: ({ turns }) => turns[0]!.height },
  { name: 'source_id', type: 'text', value: ({ turns }) => turns[0]!.origin.id },
  { name: 'licence', type: 'text', value: ({ turns }) => turns[0]!.origin.licence },
  { name: 'donors', type: 'text', value: ({ turns }) => json(turns.flatMap(({ donors }) => donors)) },
  { name: 'source_sha256', type: 'text', value: ({ turns }) => turns[0]!.sha256.source },
  { name: 'turns_sha256', type: 'texts', value: ({ pictures }) => pictures.map(sha256Of) },
]

/** Chains of the kept pairs of one source after another, with their pictures. */
export async function* multiTurnRows(
  from: RowSource,
  signal?: AbortSignal,
): AsyncGenerator<MultiTurnRow | LostRow> {
  for await (const all of from.view.bySource()) {
    stopIfAborted(signal, 'export stopped; nothing was written')
    // Clips have several frames, and recipes may fill a source first: all turns must start from the same picture.
    const groups = new Map<string, Dossier[]>()
    for (const dossier of all) {
      if (!isKept(from, dossier)) continue
      const { source } = dossier.pair.pictures
      groups.set(source, [...(groups.get(source) ?? []), dossier])
    }
    for (const [source, dossiers] of groups) if (dossiers.length > 1) yield* rowsOf(from, source, dossiers)
  }
}

function isKept({ selection, verdicts }: RowSource, dossier: Dossier): boolean {
  const { id, kind } = dossier.pair
  return (
    chainedKinds.has(kind) &&
    select(dossier, selection).state === 'kept' &&
    verdicts.of(id, kind) === undefined
  )
}

async function* rowsOf(
  { workspace: { files }, view, selection }: RowSource,
  sourceName: string,
  dossiers: readonly Dossier[],
): AsyncGenerator<MultiTurnRow | LostRow> {
  try {
    const source = await files.get(sourceName)
    const turns: Turn[] = []
    for (const { pair } of dossiers)
      turns.push({
        id: pair.id,
        facts: pair.facts,
        target: await readStored(files, pair.pictures.target),
      })
    const byId = new Map(dossiers.map((dossier) => [dossier.pair.id, dossier]))
    for (const chain of chainsOf(await readPicture(source, { name: sourceName }), turns)) {
      const provenances: Provenance[] = []
      for (const { id } of chain.turns) {
        const dossier = byId.get(id)!
        provenances.push(await provenanceOf(view, { dossier, selected: select(dossier, selection) }))
      }
      yield await rowOf(chain, source, provenances)
    }
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code !== 'file-missing' && code !== 'file-damaged' && !(error instanceof LostOrigin)) throw error
    yield { key: dossiers[0]!.pair.id, lost: (error as Error).message.split('\n')[0]! }
  }
}

async function rowOf(
  { turns, pictures }: Chain,
  source: Uint8Array,
  provenances: readonly Provenance[],
): Promise<MultiTurnRow> {
  const { kind, split } = provenances[0]!
  return {
    key: digestOf(['chain', ...turns.map(({ id }) => id)]),
    kind,
    split,
    source,
    pictures: await Promise.all(pictures.map((picture) => encodeStored(picture))),
    turns: provenances,
  }
}
