// Training on pictures, from a list to a LoRA or a checkpoint

export type {
  PictureLora,
  PictureSamples,
  PictureTrainingOptions,
  TripletSource,
} from './pictures/options.ts'
export type { PrepareProgress } from './pictures/prepare.ts'
export type { PictureTrainingHooks, PictureTrainingResult, TrainingStageReport } from './pictures/run.ts'
export { trainOnPictures } from './pictures/run.ts'
export type { Triplet } from './triplets.ts'
export { readTriplets } from './triplets.ts'

// Options of a run: one table of names, checks, defaults and descriptions

export type { TrainingOption, TrainingOptions, TrainingSettings } from './options.ts'
export { trainingOptions } from './options.ts'
export type { Decay, ScheduleOptions } from './schedule.ts'
export { learningRateAt } from './schedule.ts'
export type { TimestepSampling } from './timesteps.ts'

// The training loop alone: a model, encoded triplets, options

export type { CachedExample } from './cache.ts'
export { cachedData, FeatureCache } from './cache.ts'
export type { EncodedTriplet, ExampleInfo, TextFeatures, TrainingData } from './data.ts'
export type { RunWeights } from './descent.ts'
export type { StepMetrics, TrainingHooks, TrainingJob } from './loop.ts'
export { profiledSteps, train } from './loop.ts'
export type { TrainableModel } from './model.ts'
export { zeroGates } from './model.ts'

// LoRA

export type { LoraOptions } from './lora.ts'
export { branchesOf, defaultTargets, lowRankRule, trainedLayers, trainedWeights } from './lora.ts'

// Parts: the loss of rectified flow, any other loss, the optimizer, sizes, files

export type { AdamWOptions, AdamWState } from './adamw.ts'
export { AdamW } from './adamw.ts'
export { WeightAverage } from './average.ts'
export type { BucketOptions, BucketSize } from './buckets.ts'
export { bucketSizes, nearestBucket } from './buckets.ts'
export type { Descended } from './descent.ts'
export type { TrainErrorCode } from './error.ts'
export { TrainError } from './error.ts'
export type { Fit, FitHooks, FitOptions } from './fit.ts'
export { fitLoss } from './fit.ts'
export type { FlowInputs, StepShape } from './loss.ts'
export { flowInputs, flowLosses } from './loss.ts'
export { MetricsFile } from './metrics.ts'
export type { ReportSample, TrainingReport } from './pictures/report.ts'
export { reportHtml } from './pictures/report.ts'
