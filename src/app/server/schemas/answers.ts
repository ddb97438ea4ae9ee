/** What the server answers, as types for the studio. */
export type {
  DiskUse,
  Edit,
  EditTask,
  MissingPart,
  Recall,
  ServiceLora,
  ServiceModel,
  ServicePack,
  Session,
  SessionNode,
  StoredPicture,
  Suggestion,
} from '../../../service/index.ts'
export type { Me } from './me.ts'
export type { ListedExample } from './suggestions.ts'
