import type { FilePicture } from '../../image/index.ts'
import type { Check } from '../checks/check.ts'

/** The languages of instructions, under the names of GEdit-Bench's `instruction_language`. */
export const languages = ['en', 'cn'] as const
export type Language = (typeof languages)[number]

/** One instruction on one picture. Its name is `<language>/<key>`, see {@link itemName}. */
export interface SuiteItem {
  /** Unique among the items of its language; letters, digits, `-`, `_`, `.`. */
  readonly key: string
  /** The group whose mean counts, such as GEdit-Bench's `task_type`; one of the suite's kinds. */
  readonly kind: string
  readonly language: Language
  readonly instruction: string
  /** Path of the source picture in the suite's folder, with `/`. */
  readonly picture: string
  /** Paths of further pictures that the instruction speaks of, as the second, third, … picture. */
  readonly more?: readonly string[]
  /** Whether all systems of the suite's authors gave a picture: the official intersection flag. */
  readonly intersection?: boolean
  /** Path of a reference target, where the suite has one. */
  readonly target?: string
  /** Path of a mask, white where the edit is to be, where the suite has one. */
  readonly mask?: string
  /** Descriptions of the source and of the wanted result, where the suite has them. */
  readonly captions?: { readonly source?: string; readonly target?: string }
  /** Of several turns on one picture: the session's name, and the turn's number from 1. */
  readonly turn?: { readonly session: string; readonly number: number }
  /** The checks, which need no judge. */
  readonly checks?: readonly Check[]
}

/** The facts of a suite. */
export interface SuiteFacts {
  readonly name: string
  /** The revision of its source, or its own version. */
  readonly version: string
  readonly title: string
  /** Where it comes from: an address, or words. */
  readonly source: string
  readonly licence: string
  /** Its groups, in the order of tables. */
  readonly kinds: readonly string[]
}

/** A suite on this machine. Items are read one after another: none has to fit memory. */
export interface Suite {
  readonly facts: SuiteFacts
  /** SHA-256 over facts, items and pictures' hashes: what results belong to. */
  readonly identity: string
  readonly size: number
  items(): AsyncIterable<SuiteItem>
  /** The file of a path of one of its items. */
  fileOf(path: string): string
  /** The picture of a path of one of its items. @throws BenchError `suite` where it is missing or cannot be read */
  read(path: string): Promise<FilePicture>
}

/** The name of an item in results, links and folders. */
export function itemName({ language, key }: Pick<SuiteItem, 'language' | 'key'>): string {
  return `${language}/${key}`
}
