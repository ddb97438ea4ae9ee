export type { AutoencoderConfig, AutoencoderHints } from './autoencoder/config.ts'
export { fluxAutoencoder, inferAutoencoderConfig, pixelsPerLatent } from './autoencoder/config.ts'
export { diffusersAutoencoder } from './autoencoder/diffusers.ts'
export {
  decode,
  decoderSegments,
  encode,
  encoderSegments,
  scaleLatent,
} from './autoencoder/model.ts'
export type { ModelErrorCode } from './error.ts'
export { ModelError } from './error.ts'
export type { ConnectorConfig, DitConfig, DitHints, Prediction, Variant } from './flux/config.ts'
export {
  inferConnectorConfig,
  inferDitConfig,
  step1xEditConnector,
  step1xEditDit,
} from './flux/config.ts'
export { diffusersTransformer } from './flux/diffusers.ts'
export type { Step1xEditConfig, Step1xEditInputs } from './flux/model.ts'
export { step1xEdit, step1xEditSegments } from './flux/model.ts'
export type { Position } from './flux/positions.ts'
export { jointPositions, rotaryTables, timeEmbedding } from './flux/positions.ts'
export type { Qwen25VLConfig, VisionConfig } from './qwen25vl/config.ts'
export { classicQwenName, parseQwen25VLConfig, qwen25vl7B } from './qwen25vl/config.ts'
export type { Grid } from './qwen25vl/positions.ts'
export { smartResize, textPositions, textRotary } from './qwen25vl/positions.ts'
export { patchify, pictureSizes } from './qwen25vl/preprocess.ts'
export { textLogits, textSegments } from './qwen25vl/text.ts'
export { visionFeeds, visionSegments } from './qwen25vl/vision.ts'
export type { Segment, State } from './segment.ts'
export { buildSegments } from './segment.ts'
