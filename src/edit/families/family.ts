import type { Area, Picture } from '../../image/index.ts'
import type { Plan, Profile, Provider, RuntimeOptions } from '../../onnx/index.ts'
import type { QuantizeProgress } from '../../weights/index.ts'
import type { IdentifyOptions, Identities } from '../checkpoint/identity.ts'
import type { FolderListing } from '../checkpoint/listing.ts'
import type { AppliedLora, LoraChoice, MergeProgress } from '../checkpoint/lora.ts'
import type { PartReport } from '../checkpoint/partReport.ts'
import type { Precision } from '../checkpoint/precision.ts'
import type { Quotes } from '../condition/prompt.ts'
import type { EditOptions, EditSettings } from '../options.ts'
import type { EditHooks, StageClock } from '../progress.ts'
import type { Size } from '../sampling/sampling.ts'

/** Options for opening a model. */
export interface OpeningOptions extends RuntimeOptions, IdentifyOptions {
  /** The version of the weights, where a family has several and the files leave it open. */
  readonly variant?: string | undefined
  readonly loras?: readonly LoraChoice[] | undefined
  /**
   * `fp32` takes the weights as they are stored, `int8` and `int4` quantise those that are not quantised yet; `auto`
   * quantises to int8 where the weights do not fit into memory.
   */
  readonly precision?: Precision | 'auto' | undefined
  /** Bytes that the weights and their work may take. Default: four fifths of what is free. */
  readonly memory?: number | undefined
  /** Whether all weights are in memory or are streamed. Default: whole where the part fits into memory. */
  readonly plan?: Plan | undefined
  /** Precision and plan of each part; overrides `precision` and `plan`, so that another editor runs in the same way. */
  readonly parts?: Readonly<Record<string, PartFacts>> | undefined
  /** Of Step1X-Edit: which quotes mark text to draw. */
  readonly quotes?: Quotes | undefined
  /** Collects times by segment, op and kernel; runs take longer. Default: false. */
  readonly profile?: boolean | undefined
  readonly onQuantize?: ((progress: QuantizeProgress) => void) | undefined
  /** LoRAs are merged once for a model and their strengths, and kept in the cache. */
  readonly onMerge?: ((progress: MergeProgress) => void) | undefined
  /** Called with a line for each assumption, ignored tensor or rebuilt cache file. */
  readonly onWarning?: ((line: string) => void) | undefined
}

/** The actual precision and plan of one part of a model. */
export interface PartFacts {
  /** Of its linear weights, as they are in the file that was opened. */
  readonly precision: Precision
  readonly plan: Plan
}

/** The actual precision and plan of the parts of a model, by their names: `transformer`, `autoencoder`. */
export type ModelFacts = Readonly<Record<string, PartFacts>>

/** A model's defaults of an edit's options. */
export type ModelDefaults = Pick<EditSettings, 'steps' | 'guidance' | 'size'> & Partial<EditSettings>

/** A folder that a family has recognised, with the places of its parts. Nothing of it is opened yet. */
export interface ModelFolder {
  /** The name of its family. */
  readonly family: string
  readonly folder: string
  /**
   * Files or folders of the parts by their names: weights (`transformer`, `autoencoder`), tokenizers (names that begin
   * with `tokenizer`), settings (`scheduler`). Identities of files begin with these names.
   */
  readonly parts: Readonly<Record<string, string>>
  /** What files beside the weights say of the model; it decides results, so it is part of the model's identity. */
  readonly hints: object
}

/** A kind of model that edits: how its folders are recognised and opened. */
export interface ModelFamily<Found extends ModelFolder = ModelFolder> {
  readonly name: string
  /** As its authors write it: `FLUX.1 Kontext`. */
  readonly title: string
  /** Options of an edit that its models take, but for `more`; others are refused. */
  readonly options: readonly (keyof EditOptions)[]
  /** Pictures that an edit may take beside the one that is edited. */
  readonly mostPictures: number
  /** Parts whose linear weights are quantised. */
  readonly quantized: readonly string[]
  /** Whether a folder is one of its models, though parts may be missing. Names alone are looked at. */
  recognises(listing: FolderListing): boolean
  /** Finds the parts in a folder that it recognises. @throws EditError that names the missing and the existing parts */
  find(listing: FolderListing, variant?: string): Promise<Found>
  defaultsOf(found: Found): ModelDefaults
  /** The size at which a picture is edited. @throws EditError for a picture that cannot be */
  sizeOf(picture: Size, settings: EditSettings, found: Found): Size
  /** Opens a model. Nothing stays open when it fails. @throws EditError, WeightsError, ModelError or RuntimeError */
  open(found: Found, options: OpeningOptions): Promise<DrawingModel>
  /** The content of the parts, and whether each is complete. Only headers are read. */
  inspect(found: Found): Promise<InspectedFolder>
}

/** The parts of a folder. */
export interface InspectedFolder {
  readonly variant?: string | undefined
  readonly parts: readonly PartReport[]
}

/** An edit that has been checked, for a model to draw. */
export interface DrawJob {
  readonly picture: Picture
  /** Further pictures, in the order of the request. */
  readonly more: readonly Picture[]
  readonly instruction: string
  readonly settings: EditSettings
  /** At which it is made: what {@link ModelFamily.sizeOf} said. */
  readonly size: Size
  readonly init: EditOptions['init']
}

/** The result of a model. */
export interface Drawing {
  /** The picture as the model saw it, at the size of the edit. */
  readonly seen: Picture
  readonly result: Picture
  /** The part of the picture that was seen, where the model saw not all of it. */
  readonly frame?: Area | undefined
  /** The seen picture through the autoencoder and back: what of the result is the autoencoder's own. */
  roundTrip(): Promise<Picture>
}

/** An opened model, which draws one edit at a time. `ModelEditor` has all that models share. */
export interface DrawingModel {
  readonly checkpoint: ModelFolder
  /** Of the checkpoint's files. */
  readonly identities: Identities
  readonly variant: string | undefined
  readonly facts: ModelFacts
  /** The part that draws, among the facts: `transformer`, `unet`. */
  readonly mainPart: string
  /** Pictures that an edit may take beside the one that is edited. Default: those of its family. */
  readonly mostPictures?: number | undefined
  readonly provider: Provider
  readonly loras: readonly AppliedLora[]
  readonly defaults: ModelDefaults
  /** Draws an edit in stages of the clock. @throws EditError, RuntimeError */
  draw(job: DrawJob, clock: StageClock, hooks: EditHooks): Promise<Drawing>
  /** Frees every session; the next use of a part loads its own again. */
  unload(): Promise<void>
  /** Frees every session. @returns the profile of each part since the last call, with the option `profile` */
  profile(): Promise<Readonly<Record<string, Profile>> | undefined>
  /** Waits for the work under way and frees everything. May be called twice. */
  close(): Promise<void>
}
