/** What the server answers, as types for the studio. */
export type {
  DiskUse,
  Edit,
  EditState,
  EditTask,
  OutputChoice,
  ServiceLora,
  ServiceModel,
  ServicePack,
  ServicePlan,
  ServiceTool,
  Session,
  SessionNode,
  StoredPicture,
  Suggestion,
  Transfer,
} from '../../../service/index.ts'
export type { ApiErrorBody } from '../apiError.ts'
export type { Me } from './me.ts'
export type { ListedExample } from './suggestions.ts'
