import type { Area } from '../../image/index.ts'
import type { Facts } from '../../instructions/index.ts'
import type { Job } from '../../tools/index.ts'
import type { Json } from '../recipes/recipe.ts'
import type { Split } from '../sources/catalog.ts'
import type { Kind } from '../taxonomy.ts'

/** The features by which pairs are compared: appearance of the source, appearance and place of the changed part. */
export interface PairSignature {
  readonly source: string
  readonly change: string
  readonly colours: string
  readonly area: Area
}

/**
 * Two pictures and what was done between them, kept or not. Its id is the SHA-256 of what it shows (pixels of source
 * and target, and the mask), so a pair stays the same whatever versions, settings and words change around it.
 */
export interface Pair {
  readonly id: string
  readonly kind: Kind
  /** Id of the source picture that it was made from. */
  readonly source: string
  readonly split: Split
  /** `recipe`: drafted; `retouched`: a person corrected the target of `parent`; `outside`: both pictures came from files. */
  readonly origin: 'recipe' | 'retouched' | 'outside'
  readonly parent?: string
  readonly recipe?: { readonly name: string; readonly version: number; readonly variant: number }
  readonly donors: readonly string[]
  readonly width: number
  readonly height: number
  /** Names of PNG files in the file store. */
  readonly pictures: { readonly source: string; readonly target: string; readonly mask?: string }
  /** The facts of the edit: no caption may contradict them. */
  readonly facts: Facts
  readonly parameters: { readonly [key: string]: Json }
  readonly tools: { readonly [J in Job]?: { readonly implementation: string; readonly version: string } }
  readonly signature: PairSignature
}

/** What a check measured of a pair. It is no verdict: thresholds stand in the selection. */
export interface Measure {
  readonly check: string
  readonly version: number
  readonly values: Readonly<Record<string, number | string>>
  /** Implementations and versions of the tools that it asked, where it asked some: another tool measures anew. */
  readonly tools?: string
}

/** A sentence about a pair, appended and never changed. */
export interface Caption {
  /** SHA-256 of all that decided it: pair, captioner, round, prompt, examples, language, number, and the text. */
  readonly id: string
  readonly captioner: { readonly name: string; readonly version: string; readonly model?: string }
  /**
   * `instruction` asks for the edit, `inverse` for the way back; `source`, `target` and
   * `difference` describe, for provenance.
   */
  readonly purpose: 'instruction' | 'inverse' | 'source' | 'target' | 'difference'
  /** From 0 on; of rounds that came before, later ones may be better. */
  readonly round: number
  /** Which wording: those of both languages that say the same have the same number. */
  readonly wording: number
  readonly language: 'en' | 'cn'
  readonly text: string
  /** Why there is no caption: then the text is empty, and the row says only that, to be counted. */
  readonly abstained?: string
  /** Level of detail: `terse` names the edit, `plain` the edit and the thing, `detailed` more. */
  readonly detail?: 'terse' | 'plain' | 'detailed'
  /** 0 to 1: how far rounds, facts and the other language agree with it. The grammar's is 1. */
  readonly agreement: number
  /** SHA-256 of the prompt and of the examples that it was shown. */
  readonly prompt?: string
  readonly examples?: string
  /** Structured claims and whatever else the captioner wants to be remembered. */
  readonly trace?: Json
  readonly usage?: Usage
}

/** The usage of a model call. */
export interface Usage {
  readonly calls: number
  readonly inputTokens?: number
  readonly outputTokens?: number
  /** USD, where the price is known. */
  readonly cost?: number
  readonly seconds?: number
}

/** What a judge said of a pair and, where it looked at words too, of a caption. */
export interface Judgement {
  /** SHA-256 of all that decided it. */
  readonly id: string
  readonly judge: { readonly name: string; readonly version: string; readonly model?: string }
  /** The captions that it was shown. */
  readonly captions: readonly string[]
  /** `refused` and `unreadable` are no verdict and no number. */
  readonly state: 'scored' | 'refused' | 'unreadable'
  /** 0 to 10 by question. */
  readonly scores: Readonly<Record<string, number>>
  readonly reasons: Readonly<Record<string, string>>
  readonly usage?: Usage
}

/** What a person decided: an entry of the journal, appended and never changed, whatever versions change. */
export interface Decision {
  readonly id: string
  readonly pair: string
  /** Of the pair. */
  readonly kind?: Kind
  /** A pseudonym. */
  readonly reviewer: string
  readonly verdict: 'accept' | 'reject' | 'skip' | 'undo' | 'adjudicate-accept' | 'adjudicate-reject'
  /** The reason of a rejection: a short name, such as `artefact`, `wrong-words`. */
  readonly reason?: string
  readonly note?: string
  /** What was read, and what the person made of it. */
  readonly caption?: string
  readonly text?: { readonly en?: string; readonly cn?: string }
  /** Name of a PNG mask in the file store, where the person drew another region. */
  readonly mask?: string
  /** The decision that an `undo` takes back. */
  readonly of?: string
  /** Whether it was a gold item, with a known answer. */
  readonly gold?: boolean
  /** Seconds that the person took. */
  readonly seconds?: number
  /** ISO 8601, by the database's clock. */
  readonly at: string
}

/** Everything that is known about a pair. */
export interface Dossier {
  readonly pair: Pair
  readonly measures: readonly Measure[]
  readonly captions: readonly Caption[]
  readonly judgements: readonly Judgement[]
  readonly decisions: readonly Decision[]
}
