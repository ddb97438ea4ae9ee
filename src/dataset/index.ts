export { analysisFolder } from './analyses.ts'
export { annotate, annotationJobs, annotationVersion } from './annotations/annotate.ts'
export type { AnnotatedThing, Annotation, Nature } from './annotations/annotation.ts'
export type { Sidecar, ThingFacts, ThingGroup } from './annotations/sidecar.ts'
export { parseFolderSidecar, parseSidecar } from './annotations/sidecar.ts'
export type { Captioner, CaptionRequest, Instruction } from './captions/captioner.ts'
export type { PairCaptioner } from './captions/captionStage.ts'
export { captionStage } from './captions/captionStage.ts'
export type { CaptionsConfig, StyleGuide, VisionCaptionerConfig } from './captions/configuration.ts'
export type { Detail } from './captions/detail.ts'
export { detailOf, details } from './captions/detail.ts'
export type { Example, ExampleBank } from './captions/examples.ts'
export { embeddedExamples, readExamples } from './captions/examples.ts'
export type { GrammarOptions } from './captions/grammarCaptioner.ts'
export { grammarCaptioner } from './captions/grammarCaptioner.ts'
export type { GrammarCaptionsOptions } from './captions/grammarCaptions.ts'
export { grammarCaptions } from './captions/grammarCaptions.ts'
export { inverseFacts } from './captions/inverse.ts'
export type { CaptionSettings } from './captions/open.ts'
export { openCaptionStage } from './captions/open.ts'
export { captionsText } from './captions/show.ts'
export type { VisionCaptionerOptions } from './captions/visionCaptioner.ts'
export { visionCaptioner } from './captions/visionCaptioner.ts'
export { measureStage } from './checks/index.ts'
export type { Comparison, PublicSet } from './compare/index.ts'
export {
  compareDatasets,
  comparisonMarkdown,
  comparisonPage,
  comparisonText,
  publicSets,
} from './compare/index.ts'
export type { Progress, RunHooks } from './complete.ts'
export { addUnits } from './complete.ts'
export type { Configuration, Place as SourcePlace, SplitShares } from './configuration.ts'
export { configurationFile, parseConfiguration, storeSchema } from './configuration.ts'
export { DonorRings } from './donors.ts'
export type { DraftOutcome, DraftTimes } from './draft.ts'
export type { DatasetErrorCode } from './error.ts'
export { DatasetError } from './error.ts'
export type { Format } from './export/format.ts'
export { formats } from './export/format.ts'
export type { ExportOptions, Manifest } from './export/index.ts'
export { exportDataset, manifestFile } from './export/index.ts'
export type { Language } from './export/official.ts'
export type { ExportBucket } from './export/toBucket.ts'
export type { CallCache } from './judgements/calls.ts'
export { folderCalls } from './judgements/calls.ts'
export type { DatasetJudgeConfig } from './judgements/configuration.ts'
export type { JudgingEstimate } from './judgements/estimate.ts'
export { estimateJudging } from './judgements/estimate.ts'
export type { DatasetJudge, JudgementOptions, JudgementStage } from './judgements/judgementStage.ts'
export { judgementStage, judgingStage } from './judgements/judgementStage.ts'
export { Ledger } from './judgements/ledger.ts'
export { openJudgements } from './judgements/open.ts'
export type { QuestionChanges, Questions } from './judgements/questions.ts'
export { questionsOf } from './judgements/questions.ts'
export type {
  Caption,
  Decision,
  Dossier,
  Judgement,
  Measure,
  Pair,
  PairSignature,
  Usage,
} from './pairs/pair.ts'
export type { PairContext, PairStage } from './pairs/stage.ts'
export type { PairStore } from './pairs/store.ts'
export type { Parts } from './parts.ts'
export { openParts } from './parts.ts'
export type { Agreement } from './people/agreement.ts'
export { decisionTable } from './people/decisionTable.ts'
export type { ReviewerFigures, ReviewFigures, StateCounts } from './people/figures.ts'
export type { IngestedPair, PairFiles, PairIngestion } from './people/ingestPairs.ts'
export { findPairs, ingestPair } from './people/ingestPairs.ts'
export type { DisputedItem, ReviewItem, ShownText } from './people/item.ts'
export type { RetouchTask, TakenBack } from './people/retouch.ts'
export { handOut, pairsToRetouch, takeBack, takeRetouched } from './people/retouch.ts'
export type { Decided, GoldItem, ReviewOptions } from './people/review.ts'
export { Review } from './people/review.ts'
export type { ReviewFilter } from './people/reviewFilter.ts'
export type { Verdict } from './people/verdict.ts'
export { rejectReasons } from './people/verdict.ts'
export type { Plan } from './plan.ts'
export { openView } from './reading/openView.ts'
export type { DatasetView, DraftCounts, Origin, Overview, TimeRow } from './reading/view.ts'
export { dyed, isDyeable } from './recipes/color_alter.ts'
export type { Lexicon } from './recipes/lexicon.ts'
export { lexicon } from './recipes/lexicon.ts'
export type {
  Cutout,
  DonorPicture,
  Donors,
  Draft,
  Json,
  Recipe,
  RecipeContext,
  Source,
} from './recipes/recipe.ts'
export type { Thing } from './recipes/things.ts'
export { thingOf } from './recipes/things.ts'
export { text as htmlText } from './report/html.ts'
export type {
  Funnel,
  FunnelStep,
  ModelRow,
  ReasonCount,
  Report,
  ReportOptions,
} from './report/index.ts'
export { readFunnel, retention, writeReport } from './report/index.ts'
export type { Calibration, JudgeAgreement, Judging, Threshold } from './report/judging.ts'
export { styles as reportStyles } from './report/styles.ts'
export { draftUnits, judgePairs, runDataset } from './run.ts'
export type { SelectionChoice } from './selection/choice.ts'
export { parseSelection, selectionOf } from './selection/choice.ts'
export { pickPairs } from './selection/pairs.ts'
export type { Picked } from './selection/pick.ts'
export { select } from './selection/select.ts'
export type { ChosenCaption, Criteria, Selected, Selection } from './selection/selection.ts'
export { isUncertain } from './selection/uncertain.ts'
export type { ShardTriplet } from './shards.ts'
export { findShards, isShard, readShards } from './shards.ts'
export { SoleProcess } from './soleProcess.ts'
export { catalogSources, noFaults } from './sourceStage.ts'
export type { CutoutEntry, SourceEntry, Split } from './sources/catalog.ts'
export type { FindOptions, FoundPage, SourceRejection } from './sources/find.ts'
export { findFiles } from './sources/find.ts'
export type { Stage, UnitListener } from './stages.ts'
export { stages } from './stages.ts'
export { openPairStore } from './tables/index.ts'
export { addOutsideSource, readDonors, sourcePages } from './tables/sourceTable.ts'
export { renewStatistics } from './tables/statistics.ts'
export type { Demands, Kind } from './taxonomy.ts'
export { kinds, taxonomy } from './taxonomy.ts'
export type { LeftOut, PlanContext, PlannedDrafts } from './units.ts'
export { DraftPlanner } from './units.ts'
export type { Garbage, Redone } from './upkeep.ts'
export { collectGarbage, redoLost } from './upkeep.ts'
export type { Problem, Verification } from './verify/index.ts'
export { verifyExport, verifyWorkspace } from './verify/index.ts'
export type { WorkChoice, Working } from './work.ts'
export { startWorking } from './work.ts'
export type { Environment, Workspace } from './workspace.ts'
export { initWorkspace, openWorkspace, readConfiguration } from './workspace.ts'
