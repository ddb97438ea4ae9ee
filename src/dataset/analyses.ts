import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileWhole } from '../files/index.ts'
import type { AnalysisStore } from '../tools/index.ts'

/** Cached results of tools on pictures, one file each. Deleting them only costs time. */
export function analysisFolder(folder: string): AnalysisStore {
  const fileOf = (key: string): string => join(folder, key.slice(0, 2), key)
  return {
    get: (key) => readFile(fileOf(key)).catch(() => undefined),
    put: (key, bytes) => writeFileWhole(fileOf(key), bytes),
  }
}
