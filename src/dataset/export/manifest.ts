import type { Split } from '../sources/catalog.ts'
import type { ExportFile } from './files.ts'
import type { Format } from './format.ts'

/** The name of the file that lists an export. */
export const manifestFile = 'manifest.json'

/** The content of an export; `verify` uses it. */
export interface Manifest {
  readonly version: 2
  readonly name: string
  readonly format: Format
  readonly triplets: number
  readonly splits: { readonly [S in Split]?: number }
  /** Names of the Parquet files' columns. */
  readonly columns?: readonly string[]
  /** How many pairs were left out because a file or a licence of theirs is lost, and the first of them. */
  readonly lost?: { readonly count: number; readonly first: readonly string[] }
  readonly files: readonly ExportFile[]
}

/** A manifest's content. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 1)}\n`
