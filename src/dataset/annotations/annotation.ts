import type { Noun, Phrase } from '../../instructions/index.ts'
import type { Surface } from '../../operations/index.ts'
import type { Box } from '../../tools/index.ts'

/** A thing that is in a picture. */
export interface AnnotatedThing {
  readonly name: Noun
  readonly box: Box
  readonly score: number
  /** Name of a PNG mask in the file store, where a tool gave one. */
  readonly mask?: string
  /** Who says so. */
  readonly from: 'sidecar' | 'matting' | 'detector' | 'tagger' | 'vision'
  /** What is known of such things; left out where nobody knows. */
  readonly nature?: 'person' | 'animal' | 'plant' | 'object' | 'building' | 'vehicle' | 'food'
  /** Usual height in metres. */
  readonly height?: number
}

/** What is known of a source picture: measured, said by tools and models, or by the sidecar `scene.json` beside it. */
export interface Annotation {
  /** What it is as a background, with its article. */
  readonly background?: Phrase
  readonly things: readonly AnnotatedThing[]
  readonly surfaces: readonly Surface[]
}
