import type {
  DiskUse,
  Edit,
  EditTask,
  ListedExample,
  Me,
  MissingPart,
  Recall,
  ServiceLora,
  ServiceModel,
  ServicePack,
  Session,
  SessionNode,
  StoredPicture,
  Suggestion,
} from '../../../src/app/server/schemas/answers.ts'
import { ask, send } from './ask.ts'

export type {
  DiskUse,
  Edit,
  EditTask,
  ListedExample,
  Me,
  MissingPart,
  Recall,
  ServiceLora,
  ServiceModel,
  ServicePack,
  Session,
  SessionNode,
  StoredPicture,
  Suggestion,
}

/** A session with its tree. */
export interface OpenSession {
  readonly session: Session
  readonly nodes: readonly SessionNode[]
}

/** `POST /v1/plans`: what the darkroom understood, a line a step. */
export interface PlanAnswer {
  readonly plan: unknown
  readonly lines: { readonly en: readonly string[]; readonly cn: readonly string[] }
}

const of = encodeURIComponent

/** What the studio asks of `/v1`. All throw ServerError. */
export const server = {
  me: (): Promise<Me> => ask('/v1/me'),
  login: (key: string): Promise<unknown> => send('POST', '/v1/login', { key }),
  logout: (): Promise<unknown> => send('POST', '/v1/logout'),

  addPicture: (file: Blob, name: string, signal?: AbortSignal): Promise<StoredPicture> =>
    ask(`/v1/pictures?name=${of(name)}`, { method: 'POST', body: file, ...(signal && { signal }) }),
  /** How a picture was made, by the recipe inside it; null where it has none. */
  recall: (picture: string): Promise<Recall | null> => ask(`/v1/pictures/${picture}/recall`),

  edit: (id: string): Promise<Edit> => ask(`/v1/edits/${of(id)}`),
  cancel: (id: string): Promise<Edit> => send('POST', `/v1/edits/${of(id)}/cancel`),
  plan: (
    task: Pick<EditTask, 'picture' | 'instruction' | 'box' | 'mask'> & {
      readonly others?: readonly string[] | undefined
    },
    signal?: AbortSignal,
  ): Promise<PlanAnswer> =>
    ask('/v1/plans', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(task),
      ...(signal && { signal }),
    }),

  sessions: (): Promise<readonly Session[]> => ask('/v1/sessions'),
  createSession: (name: string): Promise<Session> => send('POST', '/v1/sessions', { name }),
  session: (id: string): Promise<OpenSession> => ask(`/v1/sessions/${of(id)}`),
  restoreSession: (id: string): Promise<Session> => send('POST', `/v1/sessions/${of(id)}/restore`),
  importSession: (file: Blob): Promise<Session> =>
    ask('/v1/sessions/import', {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: file,
    }),
  renameSession: (id: string, name: string): Promise<Session> =>
    send('PATCH', `/v1/sessions/${of(id)}`, { name }),
  deleteSession: (id: string): Promise<unknown> => send('DELETE', `/v1/sessions/${of(id)}`),
  addToSession: (id: string, picture: string): Promise<SessionNode> =>
    send('POST', `/v1/sessions/${of(id)}/pictures`, { picture }),
  editNode: (
    id: string,
    parent: string,
    tasks: readonly Omit<EditTask, 'picture'>[],
  ): Promise<readonly SessionNode[]> => send('POST', `/v1/sessions/${of(id)}/edits`, { parent, tasks }),
  changeNode: (
    id: string,
    node: string,
    change: { readonly name?: string | null; readonly removed?: boolean },
  ): Promise<SessionNode> => send('PATCH', `/v1/sessions/${of(id)}/nodes/${of(node)}`, change),

  models: (): Promise<readonly ServiceModel[]> => ask('/v1/editors'),
  pullModel: (name: string): Promise<unknown> => send('POST', `/v1/editors/${of(name)}/pull`),
  stopPull: (name: string): Promise<unknown> => send('DELETE', `/v1/editors/${of(name)}/pull`),
  deleteModel: (name: string): Promise<unknown> => send('DELETE', `/v1/editors/${of(name)}`),
  packs: (): Promise<readonly ServicePack[]> => ask('/v1/packs'),
  installPack: (name: string): Promise<unknown> => send('POST', `/v1/packs/${of(name)}/install`),
  stopInstall: (name: string): Promise<unknown> => send('DELETE', `/v1/packs/${of(name)}/install`),
  deletePack: (name: string): Promise<unknown> => send('DELETE', `/v1/packs/${of(name)}`),
  loras: (): Promise<readonly ServiceLora[]> => ask('/v1/loras'),
  disk: (): Promise<DiskUse> => ask('/v1/disk'),
  examples: (): Promise<readonly ListedExample[]> => ask('/v1/examples'),
  suggestions: (picture: string, signal: AbortSignal): Promise<readonly Suggestion[]> =>
    ask(`/v1/pictures/${picture}/suggestions`, { signal }),
}

/** The address of a picture as a browser can show it: its own file, of TIFF (which they cannot) a large thumbnail. */
export const pictureUrl = ({ id, type }: Pick<StoredPicture, 'id' | 'type'>): string =>
  type === 'image/tiff' ? thumbnailUrl(id, 2048) : fileUrl(id)

/** The address of a session's ZIP file. */
export const exportUrl = (session: string): string => `/v1/sessions/${of(session)}/export`

export const fileUrl = (id: string): string => `/v1/pictures/${id}/file`

export const exampleUrl = (name: string): string => `/v1/examples/${of(name)}`

/** A small one, for lists; `side` in pixels of the picture, at most so many. */
export const thumbnailUrl = (id: string, side = 256): string => `/v1/pictures/${id}/thumbnail?side=${side}`
