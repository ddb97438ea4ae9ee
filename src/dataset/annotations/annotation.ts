import type { Noun, Phrase } from '../../instructions/index.ts'
import type { Surface } from '../../operations/index.ts'
import type { Box } from '../../tools/index.ts'

/** The class of a thing. */
export type Nature = 'person' | 'animal' | 'plant' | 'object' | 'building' | 'vehicle' | 'food'

/** A thing in a picture. */
export interface AnnotatedThing {
  readonly name: Noun
  readonly box: Box
  readonly score: number
  /** Name of a PNG mask in the file store, where a tool gave one. */
  readonly mask?: string
  /** The source of the statement. */
  readonly from: 'sidecar' | 'matting' | 'detector' | 'tagger' | 'vision'
  /** The detector's label. */
  readonly label?: string
  /** Whether it may as well be something else that looks alike, so that nobody should call it so. */
  readonly unsure?: true
  /** General knowledge of such things, as far as known. */
  readonly nature?: Nature
  /** Usual height in metres. */
  readonly height?: number
}

/** What is known of a source picture: measured, found by tools and models, or given by the sidecar `scene.json` beside it. */
export interface Annotation {
  /** Its name as a background, with its article. */
  readonly background?: Phrase
  /** The main subject, where a sidecar or a model names it. */
  readonly subject?: Noun & { readonly nature?: Nature }
  /** The surest first. */
  readonly things: readonly AnnotatedThing[]
  readonly surfaces: readonly Surface[]
  /** Whether a sidecar says where they are; else they are measured. */
  readonly surfacesTold?: true
  /** Where the horizon lies, as a share of the height; may lie beyond the picture. */
  readonly horizon?: number
  readonly place?: 'indoors' | 'outdoors'
  readonly light?: 'day' | 'dusk' | 'night'
  /** Share of the picture that is sky. */
  readonly sky?: number
}
