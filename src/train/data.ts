import type { TensorValue } from '../graph/index.ts'

/** What the language model made of a picture and an instruction. */
export interface TextFeatures {
  readonly features: TensorValue // [1, T, width]; the last row stands for all padding where it is not masked in
  readonly mask: TensorValue // bool [1, T], true for real tokens
  readonly repeats: TensorValue // [1], padded tokens that the last row stands for; 1 where it is a real one
}

/** A triplet as the model sees it: latent tokens of both pictures, and the features of the instruction. */
export interface EncodedTriplet {
  readonly source: TensorValue // [1, N, channels]
  readonly target: TensorValue // [1, N, channels]
  readonly text: TextFeatures
  /** The features of the same picture with no instruction, for the dropout that guidance needs. */
  readonly empty: TextFeatures
}

/** What is known of a triplet before it is read. */
export interface ExampleInfo {
  /** For messages and reports: where it comes from. */
  readonly name: string
  /** Tokens of the target; examples of the same grid can share a batch. */
  readonly grid: { readonly rows: number; readonly columns: number }
  /** How often it is seen, next to the others; 1 unless given. */
  readonly weight?: number
}

/** Triplets to train on, in an order that never changes. */
export interface TrainingData {
  /** For messages: what this is and where. */
  readonly name: string
  /** Changes whenever what is read changes, so that a run is not resumed on other data. */
  readonly fingerprint: string
  readonly examples: readonly ExampleInfo[]
  read(index: number): Promise<EncodedTriplet>
}
