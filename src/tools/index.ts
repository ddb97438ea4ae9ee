export type { Chat, ChatOptions, ChatQuestion, ChatReply, ChatTurn, EncodedPicture } from './adapters/chat.ts'
export { openChat } from './adapters/chat.ts'
export type { ComfyUiEditing, ComfyUiOptions } from './adapters/comfyui.ts'
export { comfyUiEditing, comfyUiGenerator, comfyUiInpainter, workflowTemplates } from './adapters/comfyui.ts'
export type {
  AdapterSettings,
  Adapters,
  AdaptersConfig,
  AdapterTools,
} from './adapters/configuration.ts'
export { adaptersSchema, openAdapters, readWorkflow } from './adapters/configuration.ts'
export type { Service, ServiceReply, ServiceRequest } from './adapters/http.ts'
export { isUsedUp, jsonOf, retryAfter, send, serverError, textOf } from './adapters/http.ts'
export type { LocalVision, LocalVisionOptions } from './adapters/localVision.ts'
export { localVision, usualPixels } from './adapters/localVision.ts'
export type { OpenAiVisionOptions, TokenPrice } from './adapters/openaiVision.ts'
export { askVision, openAiVision, strictSchema } from './adapters/openaiVision.ts'
export type { TransformersOptions, TransformersTools } from './adapters/transformers.ts'
export { transformersTools } from './adapters/transformers.ts'
export { jsonIn } from './adapters/visionAnswer.ts'
export type { Coordinates } from './adapters/visionJobs.ts'
export { visionDetector, visionOcr, visionTagger } from './adapters/visionJobs.ts'
export type { Workflow, WorkflowNode, WorkflowTemplate } from './adapters/workflows/workflow.ts'
export type { AnalysisStore } from './cached.ts'
export { cachedToolbox } from './cached.ts'
export type { ToolErrorCode } from './error.ts'
export { ToolError } from './error.ts'
export type { Installed, InstallOptions } from './install.ts'
export { installPack, isInstalled, packFolder, toolsFolder, verifyPack } from './install.ts'
export type { Pack, PackFile, PackName } from './packs.ts'
export { packs } from './packs.ts'
export type { Program } from './programs.ts'
export { findPrograms } from './programs.ts'
export { Rejection } from './rejection.ts'
export type {
  Box,
  Detection,
  Face,
  Flow,
  GenerationRequest,
  Job,
  Jobs,
  OtherFont,
  Plane,
  Point,
  TextLine,
  Tool,
  Toolbox,
  ToolFacts,
  VisionAnswer,
  VisionQuestion,
  VisionTurn,
} from './tool.ts'
export type { ToolboxOptions } from './toolbox.ts'
export { allJobs, openToolbox, packsOf } from './toolbox.ts'
export { TrackedToolbox } from './tracked.ts'
