import type { EditService, Models, Pictures } from '../../service/index.ts'
import type { FetchPicture } from '../server/remoteUrls.ts'
import type { Describe } from './describe.ts'
import type { Finishing } from './finishing.ts'
import type { AllowedFolders } from './folders.ts'

/** What the tools stand on. */
export interface McpParts {
  readonly edits: Pick<EditService, 'submit' | 'get' | 'watch' | 'cancel'>
  readonly pictures: Pick<Pictures, 'add' | 'get' | 'read' | 'thumbnail'>
  readonly models: Pick<Models, 'models'>
  readonly describe: Describe
  /** Folders of this machine whose pictures clients may name by path; left out, none may be named. */
  readonly folders?: AllowedFolders | undefined
  /** Left out, pictures by address are refused. */
  readonly fetchPicture?: FetchPicture | undefined
  /** How long a client that knows tasks waits for the edit itself, in milliseconds. */
  readonly taskAfterMs: number
  readonly finishing: Finishing
  readonly log: (line: string) => void
}
