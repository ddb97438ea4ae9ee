import type { Mask, Picture } from '../../image/index.ts'
import type { Facts } from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'
import type { Job, Toolbox } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import type { Sidecar, ThingFacts } from '../annotations/sidecar.ts'
import type { Kind } from '../taxonomy.ts'

/** JSON values that provenance records. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A picture that edits start from. */
export interface Source {
  /** SHA-256 of size and pixels: `pictureHash`. */
  readonly id: string
  /** At the working size of the dataset. */
  readonly picture: Picture
  /** Such as the file's path below the folder it came from; for frames with the second. */
  readonly name: string
  /** Frames of the same video, this one among them, in order; only where the source is a video. */
  readonly frames?: readonly Picture[]
  /** The content of its sidecar file. */
  readonly sidecar?: Sidecar
}

/** A subject without its background, to be put into other pictures. */
export interface Cutout {
  /** Id of what it was cut from, for provenance. */
  readonly id: string
  readonly name: { readonly en: string; readonly cn: string }
  readonly picture: Picture
  /** Coverage, of the picture's size, cropped to the subject. */
  readonly alpha: Mask
  /** What is known about it apart from its name. */
  readonly facts?: ThingFacts
}

/** Other pictures that a recipe may take from: all of the same split as the source. */
export interface Donors {
  /** A subject, by chance; undefined where there is none. */
  cutout(random: Random): Promise<Cutout | undefined>
  /** Another source that serves as a background or a texture. */
  picture(random: Random): Promise<DonorPicture | undefined>
}

/** Another source, with what is known of it. */
export interface DonorPicture extends Source {
  readonly annotation: Annotation
}

/** The inputs of a recipe. */
export interface RecipeContext {
  readonly tools: Toolbox
  readonly donors: Donors
  /** What is known of the source. */
  readonly annotation: Annotation
  /** Seeded from the source, the recipe and the number of the variant: the same draft every time. */
  readonly random: Random
}

/** A triplet before checks and captions. */
export interface Draft {
  readonly source: Picture
  /** Of the source's size. */
  readonly target: Picture
  /** Where the recipe meant to change something (> 0); left out where it meant all of the picture. */
  readonly region?: Mask
  readonly facts: Facts
  /** Everything that was drawn or measured, for provenance. */
  readonly parameters: { readonly [key: string]: Json }
  /** Ids of donors that went into it. */
  readonly donors?: readonly string[]
}

/** A way to make triplets of one kind. */
export interface Recipe {
  readonly kind: Kind
  /** Unique among all recipes: `subject-remove/inpaint`. */
  readonly name: string
  /** Increased whenever the draft of the same seed may change. */
  readonly version: number
  readonly needs: readonly Job[]
  /** Optional jobs. */
  readonly uses?: readonly Job[]
  /** Those of `needs` that the embedded tool does not do: an adapter to a larger one has to be configured. */
  readonly large?: readonly Job[]
  /** Whether it takes photographs, or videos. */
  readonly from: 'photo' | 'video'
  /** How many different drafts it is worth asking of one source; with 0 only a configuration that names it asks. */
  readonly variants: number
  /**
   * Reasons of rejection that lie in the source alone, whatever is drawn by chance: a source refused with one of them
   * need not be tried again.
   */
  readonly final?: readonly string[]
  /** @throws Rejection when the source is not fit for it */
  draft(source: Source, context: RecipeContext): Promise<Draft>
}
