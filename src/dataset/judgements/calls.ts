import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, writeFileWhole } from '../../files/index.ts'

/** Complete answers by the hash of their request, so that no question is asked and paid twice. */
export interface CallCache {
  get(hash: string): Promise<string | undefined>
  put(hash: string, call: string): Promise<void>
}

/** Answers in files of a folder. */
export function folderCalls(folder: string): CallCache {
  const place = (hash: string): string => join(folder, hash.slice(0, 2))
  return {
    async get(hash) {
      return await readFile(join(place(hash), `${hash}.json`), 'utf8').catch(() => undefined)
    },
    async put(hash, call) {
      await makeFolder(place(hash))
      await writeFileWhole(join(place(hash), `${hash}.json`), call)
    },
  }
}
