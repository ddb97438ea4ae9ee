import { type PictureFile, readPicture } from '../image/index.ts'
import type { FileStore } from '../jobs/index.ts'

/** Reads a picture of the file store; messages call it by its name there. @throws ImageError, JobError */
export async function readStored(files: Pick<FileStore, 'get'>, name: string): Promise<PictureFile> {
  return readPicture(await files.get(name), { name })
}
