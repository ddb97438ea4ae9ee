import { stopIfAborted } from '../cancel.ts'
import type { Caption, Decision, Judgement, Measure, Pair } from '../pairs/pair.ts'
import { mapOrdered } from '../reading/ordered.ts'
import type { DatasetView, Origin } from '../reading/view.ts'
import { type Picked, pickAll, type SetVerdicts } from '../selection/pick.ts'
import type { ChosenCaption, Selection } from '../selection/selection.ts'
import type { Split } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'
import type { Workspace } from '../workspace.ts'

/** The origin of a pair and everything known about it, as in its JSON file and columns. */
export interface Provenance {
  readonly key: string
  readonly kind: Kind
  readonly split: Split
  readonly width: number
  readonly height: number
  readonly made: Pair['origin']
  readonly parent?: string
  readonly recipe?: Pair['recipe']
  readonly origin: Origin
  readonly donors: readonly Origin[]
  /** Whether the selection keeps it; where it does not, at which stage and why. */
  readonly kept: boolean
  readonly stage?: string
  readonly reason?: string
  readonly score?: number
  readonly instructions: readonly ChosenCaption[]
  readonly captions: readonly Caption[]
  readonly measures: readonly Measure[]
  readonly judgements: readonly Judgement[]
  readonly decisions: readonly Decision[]
  readonly facts: Pair['facts']
  readonly parameters: Pair['parameters']
  readonly tools: Pair['tools']
  /** SHA-256 of the PNG files. */
  readonly sha256: { readonly source: string; readonly target: string; readonly mask?: string }
}

/** A pair as it is published. */
export interface ExportRow {
  readonly key: string
  readonly kind: Kind
  readonly split: Split
  readonly source: Uint8Array
  readonly target: Uint8Array
  readonly mask?: Uint8Array
  readonly provenance: Provenance
}

/** A pair that cannot be published. */
export interface LostRow {
  readonly key: string
  readonly lost: string
}

/** The source of the rows. */
export interface RowSource {
  readonly workspace: Pick<Workspace, 'files'>
  readonly view: DatasetView
  readonly selection: Selection
  readonly verdicts: SetVerdicts
  /** Also pairs that the selection does not keep. */
  readonly all: boolean
}

/** Rows that are read ahead: each waits for up to three files. */
const ahead = 8

/**
 * The pairs to publish with their pictures, in the order of their ids. Every file is read and checked against its
 * hash; a pair whose files or licences are lost is told as such.
 */
export function exportRows(from: RowSource, signal?: AbortSignal): AsyncGenerator<ExportRow | LostRow> {
  async function* wanted(): AsyncGenerator<Picked> {
    for await (const picked of pickAll(from.view, from.selection, from.verdicts)) {
      stopIfAborted(signal, 'export stopped; nothing was written')
      if (from.all || picked.selected.state === 'kept') yield picked
    }
  }
  return mapOrdered(wanted(), ahead, (picked) => readRow(from, picked))
}

async function readRow(
  { workspace: { files }, view }: RowSource,
  picked: Picked,
): Promise<ExportRow | LostRow> {
  const { id: key, kind, split } = picked.dossier.pair
  try {
    const provenance = await provenanceOf(view, picked)
    const { sha256 } = provenance
    const [source, target, mask] = await Promise.all([
      files.get(sha256.source),
      files.get(sha256.target),
      sha256.mask === undefined ? undefined : files.get(sha256.mask),
    ])
    return { key, kind, split, source, target, ...(mask === undefined ? {} : { mask }), provenance }
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code !== 'file-missing' && code !== 'file-damaged' && !(error instanceof LostOrigin)) throw error
    return { key, lost: (error as Error).message.split('\n')[0]! }
  }
}

/** A pair whose source or donor is no longer known. */
export class LostOrigin extends Error {}

/** All that is known of a pair, with the names and licences of what went into it. */
export async function provenanceOf(
  view: Pick<DatasetView, 'origins'>,
  { dossier, selected }: Picked,
): Promise<Provenance> {
  const { pair, captions, measures, judgements, decisions } = dossier
  const origins = await view.origins([pair.source, ...pair.donors])
  const originOf = (id: string): Origin => {
    const origin = origins.get(id)
    if (origin) return origin
    throw new LostOrigin(`its source or donor ${id.slice(0, 12)} is no longer in the dataset; run it again`)
  }
  const { source, target, mask } = pair.pictures
  const drawn = selected.state === 'kept' ? (selected.mask ?? mask) : mask
  return {
    key: pair.id,
    kind: pair.kind,
    split: pair.split,
    width: pair.width,
    height: pair.height,
    made: pair.origin,
    ...(pair.parent === undefined ? {} : { parent: pair.parent }),
    ...(pair.recipe === undefined ? {} : { recipe: pair.recipe }),
    origin: originOf(pair.source),
    donors: pair.donors.map(originOf),
    ...(selected.state === 'kept'
      ? { kept: true, score: selected.score, instructions: selected.captions }
      : { kept: false, stage: selected.stage, reason: selected.reason, instructions: anyWords(captions) }),
    captions,
    measures,
    judgements,
    decisions,
    facts: pair.facts,
    parameters: pair.parameters,
    tools: pair.tools,
    sha256: { source, target, ...(drawn === undefined ? {} : { mask: drawn }) },
  }
}

/** The first captions of a pair that is not kept, in both languages, whatever their quality. */
function anyWords(captions: readonly Caption[]): readonly ChosenCaption[] {
  const first = (language: 'en' | 'cn') =>
    captions.find((each) => each.purpose === 'instruction' && each.language === language && each.text !== '')
  const [en, cn] = [first('en'), first('cn')]
  if (en === undefined || cn === undefined) return []
  const { captioner, round } = en
  const agreement = Math.min(en.agreement, cn.agreement)
  return [{ en: en.text, cn: cn.text, ids: [en.id, cn.id], captioner: captioner.name, round, agreement }]
}
