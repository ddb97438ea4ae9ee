export { defaultCache } from './cache.ts'
export type { Condition } from './conditioner.ts'
export { openTokenizer } from './conditioner.ts'
export type {
  EditDefaults,
  EditHooks,
  EditOptions,
  Editor,
  EditorOptions,
  EditProgress,
} from './editor.ts'
export { checkEdit, defaultsOf, detailByDefault, openEditor } from './editor.ts'
export { embeddedModel } from './embedded.ts'
export type { EditErrorCode } from './error.ts'
export { EditError } from './error.ts'
export type { CheckpointFolder, Hints } from './folder.ts'
export { findCheckpoint, parseJson } from './folder.ts'
export type { IdentifyOptions, Identities } from './identity.ts'
export { adapterIdentity, changedFiles, checkpointIdentities, isSameAdapter } from './identity.ts'
export type { PartReport, WeightsReport } from './inspect.ts'
export { inspectWeights } from './inspect.ts'
export { freeMemory, parseBytes } from './memory.ts'
export type { EditParts, PartsOptions, SampleRequest } from './parts.ts'
export { openParts } from './parts.ts'
export type { Encode, InstructionLength, PromptFormat, PromptHints, Quotes } from './prompt.ts'
export { promptFormat, promptPrefix } from './prompt.ts'
export type { Recipe, UsedPicture } from './recipe.ts'
export { parseRecipe } from './recipe.ts'
export type { Plan } from './runner.ts'
export type { Size } from './sampling.ts'
export type { LoraChoice, Precision } from './weights.ts'
