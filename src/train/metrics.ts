import { appendFile, readFile } from 'node:fs/promises'
import { fileError, writeFileWhole } from '../files/index.ts'
import type { StepMetrics } from './loop.ts'

/** The measures of a run in a file, one JSON object a line. */
export class MetricsFile {
  readonly file: string
  readonly rows: StepMetrics[]

  private constructor(file: string, rows: StepMetrics[]) {
    this.file = file
    this.rows = rows
  }

  /**
   * Opens the file of a run that continues after `step`, or creates it: measures of later steps and a truncated line
   * are removed. @throws FileError when it is there and cannot be read, or cannot be written
   */
  static async open(file: string, step: number): Promise<MetricsFile> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw fileError(file, 'read it', error)
    })
    const rows = text.split('\n').flatMap((line) => {
      try {
        const row = JSON.parse(line) as StepMetrics
        return row.step <= step ? [row] : []
      } catch {
        return []
      }
    })
    await writeFileWhole(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return new MetricsFile(file, rows)
  }

  /** @throws FileError */
  async add(row: StepMetrics): Promise<void> {
    this.rows.push(row)
    await appendFile(this.file, `${JSON.stringify(row)}\n`).catch((error: unknown) => {
      throw fileError(this.file, 'write it', error)
    })
  }
}
