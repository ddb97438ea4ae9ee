import { randomUUID } from 'node:crypto'
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StepMetrics } from './loop.ts'

/** The measures of a run in a file, one JSON object a line. */
export class MetricsFile {
  readonly file: string
  readonly rows: StepMetrics[]

  private constructor(file: string, rows: StepMetrics[]) {
    this.file = file
    this.rows = rows
  }

  /** Opens the file of a run that goes on after `step`: what was measured of later steps, and half a line, goes. */
  static async open(file: string, step: number): Promise<MetricsFile> {
    await mkdir(dirname(file), { recursive: true })
    const text = await readFile(file, 'utf8').catch(() => '')
    const rows = text.split('\n').flatMap((line) => {
      try {
        const row = JSON.parse(line) as StepMetrics
        return row.step <= step ? [row] : []
      } catch {
        return []
      }
    })
    const part = `${file}.${randomUUID()}.part`
    try {
      await writeFile(part, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      await rename(part, file)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
    return new MetricsFile(file, rows)
  }

  async add(row: StepMetrics): Promise<void> {
    this.rows.push(row)
    await appendFile(this.file, `${JSON.stringify(row)}\n`)
  }
}
