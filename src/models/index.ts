export type { AutoencoderConfig, AutoencoderHints } from './autoencoder/config.ts'
export {
  fluxAutoencoder,
  inferAutoencoderConfig,
  pixelsPerLatent,
  stableDiffusionAutoencoder,
} from './autoencoder/config.ts'
export { decode, encode, scaleLatent } from './autoencoder/model.ts'
export type { ClipText, ClipTextConfig } from './clip/text.ts'
export { clipEnd, clipL, clipText, inferClipTextConfig } from './clip/text.ts'
export type { EditConfig, EditInputs, EditNetwork, EditPlaces, EditSize } from './editNetwork.ts'
export { editNetwork, inferEditConfig } from './editNetwork.ts'
export type { ModelErrorCode } from './error.ts'
export { ModelError } from './error.ts'
export type { ChangeSizes } from './flux/changeHead.ts'
export { changeHead } from './flux/changeHead.ts'
export type { ConnectorConfig, ConnectorHints, DitConfig, DitHints, Variant } from './flux/config.ts'
export {
  inferConnectorConfig,
  inferDitConfig,
  isV12,
  newConnector,
  step1xEditConnector,
  step1xEditDit,
  variants,
} from './flux/config.ts'
export type { BlockContext } from './flux/dit.ts'
export { doubleBlock, isFluxModulation, singleBlock } from './flux/dit.ts'
export type { Head, HeadInputs, HeadKind, SeenTokens } from './flux/head.ts'
export { velocityHead } from './flux/head.ts'
export type { KontextInputs } from './flux/kontext.ts'
export {
  kontext,
  kontextDit,
  kontextPositions,
  kontextReferenceSize,
  kontextTargetSize,
} from './flux/kontext.ts'
export type { Step1xEditConfig, Step1xEditHints, Step1xEditInputs } from './flux/model.ts'
export { inferStep1xEditConfig, step1xEdit } from './flux/model.ts'
export type { Position } from './flux/positions.ts'
export { jointPositions, positionsOf, rotaryTables, timeEmbedding } from './flux/positions.ts'
export type { OmnigenConfig, OmnigenRotary, OmnigenSettings } from './omnigen/config.ts'
export { inferOmnigenConfig, omnigenV1, parseOmnigenSettings } from './omnigen/config.ts'
export type { OmnigenCache, OmnigenConditionInputs, OmnigenTargetInputs } from './omnigen/model.ts'
export { omnigen, omnigenCondition, omnigenStep } from './omnigen/model.ts'
export type { PatchGrid } from './omnigen/positions.ts'
export {
  fromPatches,
  omnigenPlaces,
  omnigenRotary,
  omnigenTime,
  toPatches,
} from './omnigen/positions.ts'
export type { Qwen25VLConfig, QwenTextConfig, VisionConfig } from './qwen25vl/config.ts'
export {
  classicQwenName,
  parseQwen25VLConfig,
  parseQwenConfig,
  qwen25vl7B,
  seesPictures,
} from './qwen25vl/config.ts'
export type { DecoderInputs, DecoderOutputs } from './qwen25vl/decoder.ts'
export { decoder, unseen } from './qwen25vl/decoder.ts'
export type { Grid, TextPositions } from './qwen25vl/positions.ts'
export { smartResize, textPositions, textRotary } from './qwen25vl/positions.ts'
export { patchify, pictureSizes } from './qwen25vl/preprocess.ts'
export type { LayerInputs, TextInputs } from './qwen25vl/text.ts'
export { embeddedText, embeddedTokens, textLayers, textLogits, textModel } from './qwen25vl/text.ts'
export type { VisionInputs } from './qwen25vl/vision.ts'
export { visionFeeds, visionTower } from './qwen25vl/vision.ts'
export type { QwenImageConfig, QwenImageHints } from './qwenImage/config.ts'
export { inferQwenImageConfig, qwenImageEdit } from './qwenImage/config.ts'
export type { QwenImageInputs, QwenImageOutputs } from './qwenImage/model.ts'
export { isQwenImageModulation, qwenImage } from './qwenImage/model.ts'
export type { TokenGrid } from './qwenImage/positions.ts'
export { qwenImagePositions } from './qwenImage/positions.ts'
export type { QwenVaeConfig, QwenVaeHints } from './qwenVae/config.ts'
export { inferQwenVaeConfig, qwenVae } from './qwenVae/config.ts'
export { decodeQwen, encodeQwen, normaliseLatent } from './qwenVae/model.ts'
export type { Sd3Config } from './sd3/config.ts'
export { inferSd3Config, sd35Medium } from './sd3/config.ts'
export type { Sd3EditConfig, Sd3EditInputs } from './sd3/edit.ts'
export { sd3Edit } from './sd3/edit.ts'
export type { Sd3Inputs } from './sd3/model.ts'
export { sd3, sd3Places } from './sd3/model.ts'
export type { T5Config, T5Inputs } from './t5/encoder.ts'
export { inferT5Config, t5Buckets, t5Encoder, t5Xxl } from './t5/encoder.ts'
export type { UnetConfig } from './unet/config.ts'
export { inferUnetConfig, instructPix2Pix, unetTime } from './unet/config.ts'
export type { UnetInputs } from './unet/unet.ts'
export { unet } from './unet/unet.ts'
