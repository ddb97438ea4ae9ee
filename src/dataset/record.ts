import type { Facts } from '../instructions/index.ts'
import type { Job } from '../tools/index.ts'
import type { Instruction } from './captions/captioner.ts'
import type { PairSignature } from './pairs/pair.ts'
import type { Json } from './recipes/recipe.ts'
import type { Kind } from './taxonomy.ts'

/** How a triplet was made: all of it follows from the unit's key, so that the same key gives the same bytes. */
export interface TripletRecord {
  /** The unit's key. */
  readonly key: string
  readonly kind: Kind
  readonly recipe: { readonly name: string; readonly version: number; readonly variant: number }
  readonly seed: number
  /** Ids of the source and the donors; the catalog knows their names, files and licences. */
  readonly source: string
  readonly donors: readonly string[]
  readonly width: number
  readonly height: number
  /** Names of PNG files in the file store. */
  readonly pictures: { readonly source: string; readonly target: string; readonly mask?: string }
  readonly facts: Facts
  readonly parameters: { readonly [key: string]: Json }
  readonly instructions: readonly Instruction[]
  readonly captioner: { readonly name: string; readonly version: string }
  readonly tools: { readonly [J in Job]?: { readonly implementation: string; readonly version: string } }
  readonly checks: { readonly [check: string]: Readonly<Record<string, number | string>> }
}

/** Seconds of a unit: in the recipe with its tools, in the checks with theirs, in wording, in all; and in each tool. */
export interface UnitTimes {
  readonly draft: number
  readonly checks: number
  readonly captions: number
  readonly total: number
  readonly tools: { readonly [job: string]: { readonly calls: number; readonly seconds: number } }
}

/** What became of a unit: its row's output. */
export type Outcome =
  | {
      readonly state: 'kept'
      /** Name of the {@link TripletRecord} in the file store. */
      readonly record: string
      readonly signature: PairSignature
      readonly times: UnitTimes
    }
  | {
      readonly state: 'rejected'
      readonly stage: 'draft' | 'checks'
      /** Of the check that refused it. */
      readonly check?: string
      readonly reason: string
      readonly values: Readonly<Record<string, number | string>>
      /** Name of a JPEG of source and target side by side, for the report. */
      readonly preview?: string
      readonly times: UnitTimes
    }
