import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AnalysisStore } from './tools/cached.ts'

/** What tools said of pictures, a file each: nothing is lost with it but time. */
export function analysisFolder(folder: string): AnalysisStore {
  const fileOf = (key: string): string => join(folder, key.slice(0, 2), key)
  return {
    get: (key) => readFile(fileOf(key)).catch(() => undefined),
    async put(key, bytes) {
      const file = fileOf(key)
      const beside = `${file}.${randomBytes(4).toString('hex')}`
      await mkdir(dirname(file), { recursive: true })
      try {
        await writeFile(beside, bytes)
        await rename(beside, file)
      } catch (error) {
        await rm(beside, { force: true })
        throw error
      }
    },
  }
}
