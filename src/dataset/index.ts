export type { Collection, DeadUnit, KeptTriplet, RejectedUnit } from './collect.ts'
export { collect, readRecord } from './collect.ts'
export type { Progress, RunHooks } from './complete.ts'
export type { BucketChoice, Configuration, Place as SourcePlace, SplitShares } from './configuration.ts'
export { configurationFile, parseConfiguration } from './configuration.ts'
export type { DatasetErrorCode } from './error.ts'
export { DatasetError, Rejection } from './error.ts'
export type { Format } from './export/format.ts'
export { formats } from './export/format.ts'
export type { ExportOptions, Manifest } from './export/index.ts'
export { exportDataset, manifestFile } from './export/index.ts'
export type { Language } from './export/official.ts'
export type { Facts, FactsByKind, FactsOf, Noun, Phrase, Place } from './facts.ts'
export type { Captioner, CaptionRequest, Instruction } from './instructions/captioner.ts'
export type { GrammarOptions } from './instructions/grammarCaptioner.ts'
export { grammarCaptioner } from './instructions/grammarCaptioner.ts'
export { cocoNouns, colours, commonNouns, materials, nounOf, placeOf } from './instructions/nouns.ts'
export type { Variation } from './instructions/variation.ts'
export { usualVariation } from './instructions/variation.ts'
export type { Parts } from './parts.ts'
export { openParts } from './parts.ts'
export type { Plan } from './plan.ts'
export { readPlan } from './plan.ts'
export { Random } from './random.ts'
export { dyed, isDyeable } from './recipes/color_alter.ts'
export type { Lexicon } from './recipes/lexicon.ts'
export { lexicon } from './recipes/lexicon.ts'
export type { Cutout, Donors, Draft, Json, Recipe, RecipeContext, Source } from './recipes/recipe.ts'
export type { Stamp } from './recipes/stamps.ts'
export { photographicStamps } from './recipes/stamps.ts'
export type { Thing } from './recipes/things.ts'
export { thingOf } from './recipes/things.ts'
export type { Outcome, TripletRecord, UnitTimes } from './record.ts'
export type { Funnel, FunnelStep, ReasonCount, Report, TimeRow } from './report/index.ts'
export { writeReport } from './report/index.ts'
export { runDataset } from './run.ts'
export type { ShardTriplet } from './shards.ts'
export { findShards, isShard, readShards } from './shards.ts'
export type { Catalog, CutoutEntry, SourceEntry, Split } from './sources/catalog.ts'
export type { SourceRejection } from './sources/find.ts'
export type { Stage, UnitListener } from './stages.ts'
export { stages } from './stages.ts'
export type { Demands, Kind } from './taxonomy.ts'
export { kinds, taxonomy } from './taxonomy.ts'
export type { ComfyUiOptions } from './tools/adapters/comfyui.ts'
export { comfyUiGenerator, comfyUiInpainter, workflowTemplates } from './tools/adapters/comfyui.ts'
export type {
  AdapterSettings,
  Adapters,
  AdaptersConfig,
  AdapterTools,
} from './tools/adapters/configuration.ts'
export { adaptersSchema, openAdapters } from './tools/adapters/configuration.ts'
export type { OpenAiVisionOptions } from './tools/adapters/openaiVision.ts'
export { openAiVision } from './tools/adapters/openaiVision.ts'
export type { TransformersOptions, TransformersTools } from './tools/adapters/transformers.ts'
export { transformersTools } from './tools/adapters/transformers.ts'
export type { Coordinates } from './tools/adapters/visionJobs.ts'
export { visionDetector, visionOcr, visionTagger } from './tools/adapters/visionJobs.ts'
export type { Workflow, WorkflowNode, WorkflowTemplate } from './tools/adapters/workflows/workflow.ts'
export type { AnalysisStore } from './tools/cached.ts'
export { cachedToolbox } from './tools/cached.ts'
export type { Installed, InstallOptions } from './tools/install.ts'
export { installPack, isInstalled, packFolder, toolsFolder, verifyPack } from './tools/install.ts'
export type { Pack, PackFile, PackName } from './tools/packs.ts'
export { packs } from './tools/packs.ts'
export type { Program } from './tools/programs.ts'
export { findPrograms } from './tools/programs.ts'
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
export type { ToolboxOptions } from './tools/toolbox.ts'
export { openToolbox } from './tools/toolbox.ts'
export type { Problem, Verification } from './verify/index.ts'
export { verifyExport, verifyWorkspace } from './verify/index.ts'
export type { WorkChoice, Working } from './work.ts'
export { startWorking } from './work.ts'
export type { Environment, Workspace } from './workspace.ts'
export { initWorkspace, openWorkspace, readConfiguration } from './workspace.ts'
