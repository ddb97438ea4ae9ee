// Files of weights

export { openCached } from './cached.ts'
export type { Checkpoint } from './checkpoint.ts'
export { openCheckpoint, renamed } from './checkpoint.ts'
export type { WeightsErrorCode } from './error.ts'
export { WeightsError } from './error.ts'
export { foreignWeights, withoutVariants } from './foreign.ts'
export type { StoredDType, StoredTensor } from './header.ts'
export { storedAs, storedDTypes } from './header.ts'
export type { SafetensorsFile } from './safetensors.ts'
export { openSafetensors } from './safetensors.ts'
export { checkpointFiles } from './shards.ts'
export { readAll, writeAll } from './tensors.ts'
export type { SafetensorsWriter, TensorData, TensorDeclaration } from './writer.ts'
export { createSafetensors, writeSafetensors } from './writer.ts'

// What weights are, whether they are complete, and other layouts of them

export type { Assembly, RowPiece } from './assembled.ts'
export { assembled } from './assembled.ts'
export type { CheckOptions } from './check.ts'
export { checkParameters } from './check.ts'
export type { IdentityOptions, IdentityProgress } from './identity.ts'
export { fileIdentity } from './identity.ts'
export { diffusersAutoencoder } from './layouts/autoencoder.ts'
export { lastTaps } from './layouts/lastTaps.ts'
export { diffusersOmnigen } from './layouts/omnigen.ts'
export { stabilityTransformer } from './layouts/stableDiffusion3.ts'
export { diffusersTransformer } from './layouts/transformer.ts'
export { originalAutoencoder, originalTextEncoder, originalUnet } from './layouts/unet.ts'
export { wanAutoencoder } from './layouts/wanAutoencoder.ts'

// Numbers: float types, quantisation, first values

export type { FloatDType } from './floats.ts'
export { fromFloat32, isFloatDType, toFloat32 } from './floats.ts'
export type { InitializeOptions, Initializer, InitializerRule } from './initializers.ts'
export {
  constant,
  defaultInitializer,
  initialize,
  kaimingUniform,
  normal,
  ones,
  truncatedNormal,
  uniform,
  xavierUniform,
  zeros,
} from './initializers.ts'
export type { QuantizationRecipe, QuantizedTensor } from './quantization.ts'
export type { QuantizedRows, Rows } from './quantize.ts'
export { dequantizeRows, quantizedShapes, quantizeRows } from './quantize.ts'
export type { QuantizationCandidate, QuantizeOptions, QuantizeProgress } from './quantizeCheckpoint.ts'
export { quantizeCheckpoint, reasonToKeep } from './quantizeCheckpoint.ts'

// LoRA adapters: read, merged on reading, merged into a file, applied at run time, written

export type { Adapter, AdapterFile, AdapterLayer } from './adapter.ts'
export { openAdapter, readAdapter } from './adapter.ts'
export type { AdapterConfig } from './adapterConfig.ts'
export { readAdapterConfig } from './adapterConfig.ts'
export type { AppliedAdapter, LowRankFactors } from './adapterPlan.ts'
export type { AdapterFormat, AdapterWriting, TrainedLayer } from './adapterWriter.ts'
export { writeAdapter } from './adapterWriter.ts'
export { adapterFactors, withLora } from './lora.ts'
export { withLoraBranches } from './loraBranches.ts'
export type { LowRankProduct } from './lowRankProduct.ts'
export type { MergedWeight, MergeOptions } from './mergedFile.ts'
export { mergeAdapters, withMerged } from './mergedFile.ts'

// Downloads from a hub

export type { HubFile, HubListing, HubRepo, HubTries } from './hub.ts'
export { listHub } from './hub.ts'
export type { HubSettings } from './hubSettings.ts'
export { hubSettings } from './hubSettings.ts'

export { modelsFolder } from './modelsFolder.ts'
export type { ModelSource, PublishedFacts } from './published.ts'
export { publishedFacts, publishedLanguageModels, publishedModels, reasonNotToRun } from './published.ts'

export type { Pull, PullOptions, PullProgress } from './pull.ts'
export { freeSpace, pullFiles } from './pull.ts'
export type { PulledModel, PullModelOptions } from './pullModel.ts'
export { pull } from './pullModel.ts'
export { isComplete, pulledSoFar } from './pullRecord.ts'
