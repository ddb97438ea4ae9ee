import { stopIfAborted } from '../cancel.ts'
import type { Instruction } from '../captions/captioner.ts'
import type { Collection, KeptTriplet } from '../collect.ts'
import { readRecord } from '../collect.ts'
import { DatasetError } from '../error.ts'
import type { TripletRecord } from '../record.ts'
import { type Split, splits } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'
import type { Workspace } from '../workspace.ts'

/** A picture that went into a triplet, with its licence. */
export interface Origin {
  readonly id: string
  readonly name: string
  readonly licence: string
}

/** A triplet as it is published: all that its record says, with names and licences. */
export interface ExportRow {
  readonly key: string
  readonly kind: Kind
  readonly split: Split
  readonly instruction: Instruction
  readonly instructions: readonly Instruction[]
  readonly source: Uint8Array
  readonly target: Uint8Array
  readonly mask?: Uint8Array
  readonly provenance: Provenance
}

/** How a triplet came about, as its JSON file and columns tell it. */
export interface Provenance {
  readonly key: string
  readonly kind: Kind
  readonly split: Split
  readonly width: number
  readonly height: number
  readonly recipe: TripletRecord['recipe']
  readonly seed: number
  readonly origin: Origin
  readonly donors: readonly Origin[]
  readonly instructions: readonly Instruction[]
  readonly captioner: TripletRecord['captioner']
  readonly facts: TripletRecord['facts']
  readonly parameters: TripletRecord['parameters']
  readonly tools: TripletRecord['tools']
  readonly checks: TripletRecord['checks']
  /** SHA-256 of the PNG files. */
  readonly sha256: { readonly source: string; readonly target: string; readonly mask?: string }
}

/** The kept triplets of a split with their pictures, by key, read one after another. */
export async function* exportRows(
  workspace: Workspace,
  collection: Collection,
  split: Split,
  signal?: AbortSignal,
): AsyncGenerator<ExportRow> {
  for (const triplet of collection.kept) {
    if (triplet.split !== split) continue
    stopIfAborted(signal, 'export stopped; nothing was written')
    yield await exportRow(workspace, collection, triplet)
  }
}

async function exportRow(
  workspace: Workspace,
  collection: Collection,
  triplet: KeptTriplet,
): Promise<ExportRow> {
  const { files } = workspace
  const provenance = await provenanceOf(workspace, collection, triplet)
  const { sha256 } = provenance
  const [source, target] = [await files.get(sha256.source), await files.get(sha256.target)]
  return {
    key: triplet.key,
    kind: triplet.kind,
    split: triplet.split,
    instruction: provenance.instructions[0]!,
    instructions: provenance.instructions,
    source,
    target,
    ...(sha256.mask === undefined ? {} : { mask: await files.get(sha256.mask) }),
    provenance,
  }
}

/** A kept triplet's record with the names and licences that the catalog knows. */
export async function provenanceOf(
  workspace: Pick<Workspace, 'files'>,
  { sources, cutouts }: Collection,
  { key, kind, split, record: name }: KeptTriplet,
): Promise<Provenance> {
  const record = await readRecord(workspace, name)
  const originOf = (id: string): Origin => {
    const source = sources.get(id)
    if (source) return { id, name: source.name, licence: source.licence }
    const cutout = cutouts.get(id)
    if (cutout) return { id, name: cutout.origin, licence: cutout.licence }
    throw new DatasetError('export', `${key}: its donor ${id} is not in the catalog; run the dataset again`)
  }
  return {
    key,
    kind,
    split,
    width: record.width,
    height: record.height,
    recipe: record.recipe,
    seed: record.seed,
    origin: originOf(record.source),
    donors: record.donors.map(originOf),
    instructions: record.instructions,
    captioner: record.captioner,
    facts: record.facts,
    parameters: record.parameters,
    tools: record.tools,
    checks: record.checks,
    sha256: record.pictures,
  }
}

/** Splits that have triplets. */
export const filledSplits = ({ kept }: Collection): readonly Split[] =>
  splits.filter((split) => kept.some((triplet) => triplet.split === split))
