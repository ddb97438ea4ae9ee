import { canonicalJson, digestOf, type Json } from '../../jobs/index.ts'
import { stopIfAborted } from '../cancel.ts'
import { mapOrdered } from '../reading/ordered.ts'
import { select } from '../selection/select.ts'
import type { Split } from '../sources/catalog.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import type { Column } from './columns.ts'
import { type ExportFile, type ExportFolder, FileWriter, writeFileOf } from './files.ts'
import { ParquetFiles } from './parquet.ts'
import { LostOrigin, type LostRow, type Provenance, provenanceOf, type RowSource } from './row.ts'

/** Two edits of one source: the one that the selection keeps, and one that it refused. */
export interface PreferenceRow {
  readonly key: string
  readonly kind: Kind
  readonly split: Split
  /** `facts`: both were made for the same edit; `kind`: for the same kind of edit, so the words fit only the chosen one. */
  readonly match: 'facts' | 'kind'
  readonly source: Uint8Array
  readonly chosen: Uint8Array
  readonly rejected: Uint8Array
  readonly chosenProvenance: Provenance
  readonly rejectedProvenance: Provenance
}

const json = (value: unknown): string => canonicalJson(value as Json)

/** The columns of the Parquet files. */
export const preferenceColumns: readonly Column<PreferenceRow>[] = [
  { name: 'key', type: 'text', value: ({ key }) => key },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'prompt', type: 'text', value: (row) => words(row, 'en') },
  { name: 'prompt_cn', type: 'text', value: (row) => words(row, 'cn') },
  ...(['source', 'chosen', 'rejected'] as const).map(
    (name): Column<PreferenceRow> => ({
      name,
      type: 'picture',
      value: (row) => ({ bytes: row[name], path: `${row.key}.${name}.png` }),
    }),
  ),
  { name: 'match', type: 'text', value: ({ match }) => match },
  { name: 'rejected_stage', type: 'text', value: (row) => row.rejectedProvenance.stage ?? null },
  { name: 'rejected_reason', type: 'text', value: (row) => row.rejectedProvenance.reason ?? null },
  { name: 'chosen_id', type: 'text', value: (row) => row.chosenProvenance.key },
  { name: 'rejected_id', type: 'text', value: (row) => row.rejectedProvenance.key },
  { name: 'chosen_scores', type: 'text', value: (row) => json(scores(row.chosenProvenance)) },
  { name: 'rejected_scores', type: 'text', value: (row) => json(scores(row.rejectedProvenance)) },
  { name: 'source_id', type: 'text', value: (row) => row.chosenProvenance.origin.id },
  { name: 'licence', type: 'text', value: (row) => row.chosenProvenance.origin.licence },
  {
    name: 'donors',
    type: 'text',
    value: (row) => json([...row.chosenProvenance.donors, ...row.rejectedProvenance.donors]),
  },
  { name: 'width', type: 'integer', value: (row) => row.chosenProvenance.width },
  { name: 'height', type: 'integer', value: (row) => row.chosenProvenance.height },
  { name: 'source_sha256', type: 'text', value: (row) => row.chosenProvenance.sha256.source },
  { name: 'chosen_sha256', type: 'text', value: (row) => row.chosenProvenance.sha256.target },
  { name: 'rejected_sha256', type: 'text', value: (row) => row.rejectedProvenance.sha256.target },
]

const words = ({ chosenProvenance }: PreferenceRow, language: 'en' | 'cn'): string =>
  chosenProvenance.instructions[0]?.[language] ?? ''

const scores = ({ measures, judgements, decisions }: Provenance): object => ({
  measures: Object.fromEntries(measures.map(({ check, values }) => [check, values])),
  judges: judgements.map(({ judge, state, scores: of, reasons }) => ({
    judge: judge.name,
    state,
    scores: of,
    reasons,
  })),
  decisions: decisions.map(({ verdict, reason }) => ({
    verdict,
    ...(reason === undefined ? {} : { reason }),
  })),
})

/** Reasons of refusal that do not say which edit is better, or whose pictures should not be shown. */
const unfit = new Set(['unsafe', 'size', 'near-duplicate', 'retouched'])

interface Match {
  readonly chosen: string
  readonly rejected: string
  readonly match: PreferenceRow['match']
}

/**
 * Every refused pair with a kept one of the same source and kind: of the same facts, where there is one. Kind after
 * kind, so that memory holds ids of one kind.
 */
async function* matches({ view, selection, verdicts }: RowSource): AsyncGenerator<Match> {
  interface Group {
    readonly kept: (readonly [facts: string, id: string])[]
    readonly refused: (readonly [facts: string, id: string])[]
  }
  for (const kind of kinds) {
    const groups = new Map<string, Group>()
    for await (const dossier of view.dossiers({ kinds: [kind] })) {
      const { id, source, pictures, facts } = dossier.pair
      const alone = select(dossier, selection)
      const selected = alone.state === 'kept' ? (verdicts.of(id, kind) ?? alone) : alone
      if (selected.state === 'waiting' || (selected.state === 'rejected' && unfit.has(selected.reason)))
        continue
      // Clips have several frames: both edits must start from the same one.
      const name = `${source} ${pictures.source}`
      const group = groups.get(name) ?? { kept: [], refused: [] }
      groups.set(name, group)
      const edit = digestOf(JSON.parse(json(facts)) as Json).slice(0, 16)
      group[selected.state === 'kept' ? 'kept' : 'refused'].push([edit, id])
    }
    for (const { kept, refused } of groups.values())
      for (const [edit, rejected] of refused) {
        const same = kept.find(([facts]) => facts === edit)
        const chosen = same ?? kept[0]
        if (chosen !== undefined) yield { chosen: chosen[1], rejected, match: same ? 'facts' : 'kind' }
      }
  }
}

/** Preference pairs with their pictures. */
export function preferenceRows(
  from: RowSource,
  signal?: AbortSignal,
): AsyncGenerator<PreferenceRow | LostRow> {
  async function read({ chosen, rejected, match }: Match): Promise<PreferenceRow | LostRow> {
    stopIfAborted(signal, 'export stopped; nothing was written')
    const key = `${chosen.slice(0, 32)}${rejected.slice(0, 32)}`
    try {
      const [good, bad] = [await provenance(from, chosen), await provenance(from, rejected)]
      const { files } = from.workspace
      const [source, target, refused] = await Promise.all([
        files.get(good.sha256.source),
        files.get(good.sha256.target),
        files.get(bad.sha256.target),
      ])
      return {
        key,
        kind: good.kind,
        split: good.split,
        match,
        source,
        chosen: target,
        rejected: refused,
        chosenProvenance: good,
        rejectedProvenance: bad,
      }
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (code !== 'file-missing' && code !== 'file-damaged' && !(error instanceof LostOrigin)) throw error
      return { key, lost: (error as Error).message.split('\n')[0]! }
    }
  }
  return mapOrdered(matches(from), 6, read)
}

async function provenance({ view, selection, verdicts }: RowSource, id: string): Promise<Provenance> {
  const dossier = await view.get(id)
  if (dossier === undefined) throw new Error(`internal: pair ${id} is gone`)
  const alone = select(dossier, selection)
  const selected = alone.state === 'kept' ? (verdicts.of(id, dossier.pair.kind) ?? alone) : alone
  return provenanceOf(view, { dossier, selected })
}

/**
 * Writes preference pairs twice: as Parquet files with the pictures inside, and as `<split>.jsonl` with `prompt`,
 * `image`, `chosen` and `rejected` (paths of pictures relative to it), as trainers by preferences read them.
 */
export class PreferenceFiles {
  readonly #folder: ExportFolder
  readonly #split: string
  readonly #parquet: ParquetFiles<PreferenceRow>
  readonly #files: ExportFile[] = []
  #lines: FileWriter | undefined
  #rows = 0

  constructor(folder: ExportFolder, split: string) {
    this.#folder = folder
    this.#split = split
    this.#parquet = new ParquetFiles(
      folder,
      `data/${split}`,
      preferenceColumns,
      ({ source, chosen, rejected }) => source.length + chosen.length + rejected.length,
    )
  }

  async add(row: PreferenceRow): Promise<void> {
    await this.#parquet.add(row)
    const path = (side: string): string => `pictures/${this.#split}/${row.key}.${side}.png`
    for (const side of ['source', 'chosen', 'rejected'] as const)
      this.#files.push(await writeFileOf(this.#folder, path(side), row[side]))
    const line = {
      prompt: words(row, 'en'),
      prompt_cn: words(row, 'cn'),
      image: path('source'),
      chosen: path('chosen'),
      rejected: path('rejected'),
      kind: row.kind,
      match: row.match,
      rejected_reason: row.rejectedProvenance.reason,
      chosen_scores: scores(row.chosenProvenance),
      rejected_scores: scores(row.rejectedProvenance),
    }
    this.#lines ??= await FileWriter.create(this.#folder, `${this.#split}.jsonl`)
    await this.#lines.write(new TextEncoder().encode(`${JSON.stringify(line)}\n`))
    this.#rows++
  }

  async close(): Promise<readonly ExportFile[]> {
    const lines = await this.#lines?.close(this.#rows)
    return [...(await this.#parquet.close()), ...this.#files, ...(lines ? [lines] : [])]
  }

  async abort(): Promise<void> {
    await this.#parquet.abort()
    await this.#lines?.abort()
  }
}
