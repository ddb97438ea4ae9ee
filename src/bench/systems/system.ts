import type { EditedPicture, EditUsage, RefusalKind } from '../../edit/index.ts'
import type { Picture } from '../../image/index.ts'
import type { SuiteItem } from '../suite/suite.ts'

/** The result of a system under test on an item. A failure is thrown instead, and may be retried. */
export type Outcome =
  | {
      readonly type: 'picture'
      readonly picture: EditedPicture
      readonly seconds: number
      readonly usage?: EditUsage
    }
  | {
      /** It will not or cannot do this edit: a result of its own kind, neither an error nor a score. */
      readonly type: 'refused'
      readonly kind: RefusalKind
      /** Code or finish reason, as the system gives it. */
      readonly reason: string
      /** Its explanation. */
      readonly text: string
      readonly seconds: number
      readonly usage?: EditUsage
    }
  /** A folder of pictures has none for this item, and does not say why. */
  | { readonly type: 'missing' }

/** The coverage of a suite by a folder of pictures. */
export interface Survey {
  /** Items with a picture, and without one but with a reason. */
  readonly there: number
  readonly refused: number
  /** Names of items with neither. */
  readonly missing: readonly string[]
  /** Pictures of no item. */
  readonly strangers: readonly string[]
}

/** Something under test: an editor, or a folder of pictures made elsewhere. */
export interface System {
  /** Unique in a bench: letters, digits, `-`, `_`, `.`. */
  readonly name: string
  /** What decides its results beside item, picture and seed: equal identities need no second edit. */
  readonly identity: string
  /** Edits at a time. */
  readonly concurrency: number
  /**
   * The cost of an edit in USD by the price table, undefined where its price is not known. Without it edits cost nothing.
   * @param more the item's further pictures
   */
  estimate?(item: SuiteItem, picture: Picture, more?: readonly Picture[]): number | undefined
  edit(
    item: SuiteItem,
    picture: Picture,
    request: {
      readonly seed: number
      readonly signal: AbortSignal
      /** The item's further pictures, in their order. Default: none. */
      readonly more?: readonly Picture[]
    },
  ): Promise<Outcome>
  /** Of a folder of pictures: what it has of these items. @throws BenchError where a picture would stand for two of them */
  survey?(items: AsyncIterable<SuiteItem> | Iterable<SuiteItem>): Promise<Survey>
  close(): Promise<void>
}
