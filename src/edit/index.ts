// Opening a model and editing

export type { Plan } from '../onnx/index.ts'
export type { AppliedLora, LoraChoice, MergeProgress } from './checkpoint/lora.ts'
export type { Precision } from './checkpoint/precision.ts'
export {
  DarkroomEditor,
  darkroomAlgorithm,
  darkroomJobs,
  darkroomOptions,
  darkroomPictures,
} from './darkroom/editor.ts'
export type { Finder, FinderOptions } from './darkroom/finding/finder.ts'
export { openFinder } from './darkroom/finding/finder.ts'
export type { DarkroomOptions } from './darkroom/open.ts'
export { openDarkroom } from './darkroom/open.ts'
export type { Survey, SurveyedPart } from './darkroom/survey.ts'
export { surveyPicture } from './darkroom/survey.ts'
export type { EditedPicture, Editor, EditRequest } from './editor.ts'
export type { EditErrorCode, RefusalKind } from './error.ts'
export { EditError, EditRefusal } from './error.ts'
export type { EditDefaults, ModelEditorOptions } from './modelEditor.ts'
export { ModelEditor, openModelEditor } from './modelEditor.ts'
export { darkroomName, embeddedName } from './names.ts'
export type { EditorOptions } from './openEditor.ts'
export { openEditor } from './openEditor.ts'
export type { EditHooks, EditProgress, EditStage, EditUsage, StageReport } from './progress.ts'
export type { Size } from './sampling/sampling.ts'
export type { RunStep, StepModel } from './sampling/stepSession.ts'
export { StepSession } from './sampling/stepSession.ts'

// Remote editors, workflows and commands

export type { EditorConfig, EditorsConfig, EditorType, Price, SizePolicy } from './remote/configuration.ts'
export { checkEditors, editorsSchema } from './remote/configuration.ts'
export type { RemoteOptions } from './remote/openRemote.ts'
export { openRemoteEditor, remoteConfig, remoteFacts } from './remote/openRemote.ts'
export { RemoteEditor, remoteAlgorithm } from './remote/remoteEditor.ts'

// Options of an edit: one table of names, checks, defaults and descriptions

export { Queue } from '../onnx/index.ts'
export type { EditChecks } from './checkEdit.ts'
export { checkEdit, checkMore, readableSize } from './checkEdit.ts'
export type { EditOption, EditOptions, EditSettings } from './options.ts'
export { editOptions, initStrength } from './options.ts'
export type { EditRegion } from './region.ts'
export { checkRegion, maskHash, parseBox, readMask } from './region.ts'

// Models on this machine

export { modelsFolder } from '../weights/index.ts'

export { embeddedModel } from './checkpoint/embedded.ts'
export type { KnownModel } from './checkpoint/models.ts'
export {
  defaultModel,
  findModel,
  listModels,
  modelName,
} from './checkpoint/models.ts'

// The parts of a model, for training

export type { Condition } from './condition/conditioner.ts'
export type { EditParts, SampleRequest, Step1xFacts } from './families/step1x/parts.ts'
export { openBase, openParts } from './openParts.ts'

// Checkpoint folders and what identifies their weights

export type { IdentifyOptions, Identities } from './checkpoint/identity.ts'
export { adapterIdentity, changedFiles, checkpointIdentities, isSameAdapter } from './checkpoint/identity.ts'
export type { WeightsReport } from './checkpoint/inspect.ts'
export { inspectWeights } from './checkpoint/inspect.ts'
export type { PartReport } from './checkpoint/partReport.ts'
export type {
  DrawingModel,
  ModelDefaults,
  ModelFacts,
  ModelFamily,
  ModelFolder,
  PartFacts,
} from './families/family.ts'
export { families, familyOf, findModelFolder, optionsOf } from './families/index.ts'
export type { BaseChoice } from './families/step1x/base.ts'
export { step1xOptions } from './families/step1x/family.ts'
export type { CheckpointFolder, Hints } from './families/step1x/folder.ts'
export { findCheckpoint } from './families/step1x/folder.ts'
export type { Base } from './families/step1x/start.ts'
export { bases, isNewWeight } from './families/step1x/start.ts'
export { openTransformer } from './families/step1x/weights.ts'

// How picture and instruction are put to the language model

export { runtimeProduct } from './checkpoint/runtimeProduct.ts'
export type { InstructionLength, PromptFormat, PromptHints, Quotes } from './condition/prompt.ts'
export { promptFormat, promptPrefix } from './condition/prompt.ts'
export { promptPrefixV12 } from './condition/promptV12.ts'

// Recipes, which are kept inside edited pictures

export type {
  DarkroomRecipe,
  ModelRecipe,
  Recipe,
  RecordedOptions,
  RemoteRecipe,
  SavedAs,
  UnfinishedRecipe,
  UsedPicture,
} from './recipe.ts'
export { editAlgorithm, morePictures, parseRecipe, recordedOptions, recordOptions } from './recipe.ts'
export { type EncodeEditOptions, encodeEdit, onWhite } from './recorded/encodeEdit.ts'
export type { OpenedModel } from './recorded/modelRecipes.ts'
export type { NamedPicture, RecordedEdit } from './recorded/recordedEdit.ts'
export type { MadeEdit, RecordingOptions } from './recorded/recordingEditor.ts'
export { RecordingEditor } from './recorded/recordingEditor.ts'
export { sameEdit } from './sameEdit.ts'

// Step1X-Edit v1.2's thinking and reflection

export type { Consistency, Verdict } from './reflection/answers.ts'
export type { Judgement, Reflection, Round } from './reflection/reflect.ts'
export { reflect } from './reflection/reflect.ts'
export type { RoundReport, ThoughtReport } from './reflection/report.ts'
export { roundText } from './reflection/report.ts'
export { Thinker } from './reflection/thinker.ts'

// The darkroom: plans, and who reads instructions into them

export type {
  Behind,
  DarkroomReport,
  EditPlan,
  Place,
  PlanColour,
  Planner,
  PlannerOptions,
  Property,
  Reading,
  Sides,
  Step,
  StepByKind,
  StepKind,
  StepOf,
  Target,
  TargetType,
} from './darkroom/plan.ts'
export { properties } from './darkroom/plan.ts'
export { planInstruction } from './darkroom/planInstruction.ts'
export {
  classesOf,
  describePlan,
  embeddedPlanner,
  packWeights,
  type ReaderWeights,
  readerBuckets,
  readerFeatures,
  visionPlanner,
} from './darkroom/planner/index.ts'
export { parsePlan, planSchema } from './darkroom/planSchema.ts'
