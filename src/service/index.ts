/**
 * Editing as a service: edits as durable jobs of many owners, their pictures, their history, and the models that make
 * them. It does not depend on HTTP.
 */

export type { QueueState } from './edits/rows.ts'
export type { Edit, EditService, EditState, EditTask, OutputChoice, Owner, StoredPicture } from './edits.ts'
export { ServiceError, type ServiceErrorCode } from './error.ts'
export { type ExportedPicture, exportPicture } from './exportPicture.ts'
export type { ImportLimits } from './history/archive/importSession.ts'
export { openHistory } from './history/openHistory.ts'
export type { HistoryParts } from './history/tableHistory.ts'
export { editsInSessions, picturesInSessions } from './history/tables.ts'
export type { History, MissingPart, Recall, Session, SessionChange, SessionNode } from './history.ts'
export { type KnownEditor, knownEditors } from './models/find.ts'
export { bytesIn } from './models/list.ts'
export { type NamedLora, type OpenEditors, openEditorsOf } from './models/openEditors.ts'
export { type ModelsOptions, openModels } from './models/openModels.ts'
export { type ListedEditor, listedEditor } from './models/remotes.ts'
export { type EditorSettings, lorasFolder } from './models/settings.ts'
export type {
  DiskUse,
  Models,
  ServiceLora,
  ServiceModel,
  ServicePack,
  ServiceTool,
  Transfer,
} from './models.ts'
export {
  defaultServiceLimits,
  openService,
  type Service,
  type ServiceLimits,
  type ServiceOptions,
} from './open.ts'
export type { Pictures } from './pictures.ts'
export { planEdit, type ServicePlan } from './plans.ts'
export { openSuggester, type Suggester } from './suggestions/suggester.ts'
export { type EditKind, editKinds, type Suggestion } from './suggestions/suggestions.ts'
export type { EditWorkOptions, EndedEdit } from './work/serviceWorker.ts'
