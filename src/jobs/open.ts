import { JobError } from './error.ts'
import type { FileStore, FileStoreOptions } from './files.ts'
import type { JobStore, JobStoreOptions } from './store.ts'

/** Opens the job store of a folder or a Postgres database, and makes what is missing there. */
export async function openJobStore(options: JobStoreOptions): Promise<JobStore> {
  throw new JobError('database', `openJobStore: not built yet ${Object.keys(options).join()}`)
}

/** Opens a store of files in a folder, which is made if it is missing, or in a bucket, which has to be there. */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  throw new JobError('storage', `openFileStore: not built yet ${Object.keys(options).join()}`)
}
