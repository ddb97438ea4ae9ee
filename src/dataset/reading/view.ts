import type { Dossier } from '../pairs/pair.ts'
import type { SourceEntry, Split } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'

/** A picture that went into a pair, with its licence. */
export interface Origin {
  readonly id: string
  readonly name: string
  readonly licence: string
}

/** The outcomes of the drafts of one recipe. */
export interface DraftCounts {
  readonly recipe: string
  readonly kind: Kind
  readonly planned: number
  /** Drafts that gave a pair. */
  readonly drafted: number
  readonly failed: number
  /** Not done yet. */
  readonly open: number
  /** How often the recipe rejected a source, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

/** Seconds and calls of one recipe or one tool. */
export interface TimeRow {
  readonly name: string
  readonly units: number
  readonly seconds: number
}

/** What a dataset knows apart from its pairs: counts, and lists that are truncated if long. */
export interface Overview {
  readonly name: string
  readonly seed: number
  readonly files: { readonly found: number; readonly others: number }
  readonly sources: number
  readonly videos: number
  readonly cutouts: number
  readonly splits: { readonly [S in Split]?: number }
  /** Sources by licence. */
  readonly licences: Readonly<Record<string, number>>
  readonly rejected: Readonly<Record<string, number>>
  /** Of the files that are not used, the first ones: name, and why in a line. */
  readonly details: readonly { readonly name: string; readonly detail: string }[]
  readonly drafts: readonly DraftCounts[]
  readonly times: { readonly recipes: readonly TimeRow[]; readonly tools: readonly TimeRow[] }
  readonly tools: {
    readonly [job: string]: { readonly implementation: string; readonly version: string }
  }
  readonly leftOut: readonly {
    readonly recipe: string
    readonly kind: Kind
    readonly missing: readonly string[]
  }[]
  readonly failures: readonly { readonly name: string; readonly reason: string; readonly count: number }[]
}

/** A dataset as report, export and verification read it, while it may still be made. */
export interface DatasetView {
  overview(): Promise<Overview>
  /** In the order of their ids, read in pages while you iterate. */
  dossiers(filter?: { readonly kinds?: readonly Kind[] }): AsyncIterable<Dossier>
  /** The pairs of one source after another. */
  bySource(): AsyncIterable<readonly Dossier[]>
  get(id: string): Promise<Dossier | undefined>
  /** Names and licences of sources and cut-outs; those that are not known any more are left out. */
  origins(ids: readonly string[]): Promise<ReadonlyMap<string, Origin>>
}

/** A source's name and licence. */
export const originOf = ({ id, name, licence }: Pick<SourceEntry, 'id' | 'name' | 'licence'>): Origin => ({
  id,
  name,
  licence,
})
