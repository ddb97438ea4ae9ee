import type { TensorValue } from '../graph/index.ts'

/** The language model's features of a picture and an instruction. */
export interface TextFeatures {
  readonly features: TensorValue // [1, T, width]; the last row stands for all padding where it is not masked in
  readonly mask: TensorValue // bool [1, T], true for real tokens
  readonly repeats: TensorValue // [1], padded tokens that the last row stands for; 1 where it is a real one
  readonly embeddings?: TensorValue // of v1.2: [1, T, width], the tokens as they go into the language model
  readonly quoted?: TensorValue // of v1.2: bool [1, T], true for letters of quoted text
  readonly places?: TensorValue // of v1.2: [T, 3], the tokens' places for the transformer
}

/** A triplet as the model sees it: latent tokens of both pictures, and the features of the instruction. */
export interface EncodedTriplet {
  readonly source: TensorValue // [1, N, channels]
  readonly target: TensorValue // [1, N, channels]
  readonly text: TextFeatures
  /** The features of the same picture with no instruction, for the dropout that guidance needs. */
  readonly empty: TextFeatures
}

/** A triplet before it is read. */
export interface ExampleInfo {
  /** For messages: the list and the row. */
  readonly name: string
  /** Tokens of the target; examples of the same grid can share a batch. */
  readonly grid: { readonly rows: number; readonly columns: number }
  /** How often it is seen, next to the others. Default: 1. */
  readonly weight?: number | undefined
}

/** Triplets to train on, in an order that never changes. */
export interface TrainingData {
  /** For messages. */
  readonly name: string
  /** A name for the content, so that a run is not resumed on other data. */
  readonly fingerprint: string
  readonly examples: readonly ExampleInfo[]
  read(index: number): Promise<EncodedTriplet>
}
