// A bench's folder, its runs and results

export { collectResults, pictureFile, sourceFile } from './collect.ts'
export type { Checker } from './run/checks.ts'
export { toolChecker } from './run/checks.ts'
export type { RunEstimate } from './run/estimate.ts'
export { estimateRun } from './run/estimate.ts'
export type { QueueStart, UnitEnd } from './run/queue.ts'
export type { BenchRun, RunEnd } from './run/run.ts'
export { runBench, withSources } from './run/run.ts'
export type { Choice } from './run/selection.ts'
export { chooseItems } from './run/selection.ts'
export type {
  BenchFacts,
  BenchJudge,
  BenchWorkspace,
  ChosenItem,
  Environment,
  FoundBench,
  NewBench,
} from './workspace.ts'
export { benchFile, findBench, openBench, prepareBench, saveFacts, withEntry } from './workspace.ts'

// The types of the benchmark

export type { BuildOptions, BuildResult } from './build/buildSuite.ts'
export { buildSuite } from './build/buildSuite.ts'
export type { Decision, DecisionType } from './build/decisions.ts'
export type { SearchConfig } from './build/searchService.ts'
export { searchSchema } from './build/searchService.ts'
export type {
  Check,
  CheckColour,
  CheckName,
  CheckReport,
  CheckResult,
  Preservation,
  Region,
} from './checks/check.ts'
export type { CheckRequest } from './checks/checkEdit.ts'
export { checkEdit, checksVersion } from './checks/checkEdit.ts'
export type { BenchErrorCode } from './error.ts'
export { BenchError } from './error.ts'
export type { EditAnswer, EditJudge, EditJudgeCall, EditQuestion } from './judges/judge.ts'
export { openEditJudge } from './judges/openEditJudge.ts'
export type { ScoreAnswer } from './judges/viescore/parse.ts'
export { lowestScore, parseScores } from './judges/viescore/parse.ts'
export { consistencyPrompt, qualityPrompt } from './judges/viescore/prompts.ts'
export { importedPrefix } from './official/columns.ts'
export type { Exported, ExportOptions } from './official/exportOfficial.ts'
export { exportOfficial } from './official/exportOfficial.ts'
export type { ImportedScores } from './official/importScores.ts'
export { importScores } from './official/importScores.ts'
export type { OfficialRow, ScoreFiles } from './official/readScores.ts'
export { readScores } from './official/readScores.ts'
export type { PublishedElo, PublishedPreference, PublishedRating } from './published/others.ts'
export { publishedElos, publishedPreferences, publishedRatings } from './published/others.ts'
export type { PublishedJudge, PublishedScore, PublishedSource, SourceName } from './published/scores.ts'
export { publishedJudges, publishedScores, publishedSources, publishedWarning } from './published/scores.ts'
export type { BenchNumbers } from './report/data.ts'
export { numbersOf } from './report/data.ts'
export { reportTables, tablesText } from './report/markdown.ts'
export type { Cell, Table } from './report/table.ts'
export { alignedColumns } from './report/table.ts'
export type { BenchReport, PictureReader, ReportOptions } from './report/writeReport.ts'
export { writeReport } from './report/writeReport.ts'
export type {
  BenchResults,
  Checked,
  EditResult,
  Judgement,
  Preference,
  SystemFacts,
  Unanswered,
} from './results.ts'
export type { AggregateOptions, Coverage, KindScores, ScoreRow, Scores } from './statistics/aggregate.ts'
export { aggregate, refusals } from './statistics/aggregate.ts'
export type { CheckCounts, CheckRow, Kept } from './statistics/checked.ts'
export { aggregateChecks } from './statistics/checked.ts'
export type { CompareOptions, Comparison } from './statistics/compare.ts'
export { compareSystems } from './statistics/compare.ts'
export type { CheckComparison, CheckMeasure } from './statistics/compareChecks.ts'
export { compareChecks } from './statistics/compareChecks.ts'
export type { JudgeAgreement, JudgeNoise } from './statistics/judges.ts'
export { compareJudges, judgeNoise } from './statistics/judges.ts'
export type { PairedDifference } from './statistics/paired.ts'
export type { PairwiseRow, PositionBias } from './statistics/pairwise.ts'
export { rankSystems } from './statistics/pairwise.ts'
export type { Measure, Subset, Unscored } from './statistics/scored.ts'
export { measures, subsets } from './statistics/scored.ts'
export type { AttentionRules, Excluded } from './study/attention.ts'
export { attentionRules } from './study/attention.ts'
export type { Consent, Consents } from './study/consent.ts'
export { openConsents } from './study/consent.ts'
export type { StudyOptions } from './study/createStudy.ts'
export { createStudy } from './study/createStudy.ts'
export { votesTable } from './study/exportVotes.ts'
export type { OpenStudy, ShownTask, StudyProgress } from './study/openStudy.ts'
export { findParticipant, openStudy } from './study/openStudy.ts'
export type { StudyReport, StudyReportOptions, StudySystem } from './study/report.ts'
export { studyReport } from './study/report.ts'
export type { Study, StudyItem, StudyMode, StudyParticipant, StudyTask, Vote } from './study/study.ts'
export { pairAnswers, studyLevels } from './study/study.ts'
export { checkNewStudy, readStudy, studySecret, writeStudy } from './study/studyFile.ts'
export type { SuiteOptions } from './suite/openSuite.ts'
export { openSuite } from './suite/openSuite.ts'
export { embeddedSuite, installedSuites, suitesFolder } from './suite/places.ts'
export type { KnownSuite, PulledSuite, PullSuiteOptions } from './suite/pullSuite.ts'
export { knownSuites, pullSuite } from './suite/pullSuite.ts'
export type { Language, Suite, SuiteFacts, SuiteItem } from './suite/suite.ts'
export { itemName, languages } from './suite/suite.ts'
export type { SuiteEntry, SuiteFile, WriteSuiteOptions } from './suite/writeSuite.ts'
export { writeSuite } from './suite/writeSuite.ts'
export { editorSystem } from './systems/editorSystem.ts'
export type { SystemOptions } from './systems/openSystem.ts'
export { openSystem, parseSystem } from './systems/openSystem.ts'
export type { Outcome, Survey, System } from './systems/system.ts'
