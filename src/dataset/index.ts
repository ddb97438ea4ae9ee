export type { DatasetErrorCode } from './error.ts'
export { DatasetError, Rejection } from './error.ts'
export type { Facts, FactsByKind, Noun, Phrase, Place } from './facts.ts'
export type { Captioner, CaptionRequest, Instruction } from './instructions/captioner.ts'
export { Random } from './random.ts'
export type { Cutout, Donors, Draft, Json, Recipe, RecipeContext, Source } from './recipes/recipe.ts'
export type { ShardTriplet } from './shards.ts'
export { findShards, isShard, readShards } from './shards.ts'
export type { Demands, Kind } from './taxonomy.ts'
export { kinds, taxonomy } from './taxonomy.ts'
export type {
  Box,
  Detection,
  Face,
  Flow,
  GenerationRequest,
  Job,
  Jobs,
  Plane,
  Point,
  TextLine,
  Tool,
  Toolbox,
  ToolFacts,
  VisionQuestion,
} from './tools/tool.ts'
