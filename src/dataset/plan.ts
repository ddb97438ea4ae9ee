import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from './atomic.ts'
import { DatasetError } from './error.ts'
import type { SourceRejection } from './sources/find.ts'
import type { Stage } from './stages.ts'
import type { LeftOut, PlannedUnit } from './units.ts'

/** A file or a photograph that a tool failed on, again and again. */
export interface StageProblem {
  readonly stage: Stage
  readonly name: string
  readonly reason: string
}

/** What the last run set out to do: the report and the export go by it. */
export interface Plan {
  readonly version: 1
  readonly name: string
  readonly seed: number
  /** Name of the catalog in the file store. */
  readonly catalog: string
  /** By key. */
  readonly units: readonly PlannedUnit[]
  readonly leftOut: readonly LeftOut[]
  readonly found: { readonly files: number; readonly others: number }
  readonly rejections: readonly SourceRejection[]
  readonly cutoutRejections: readonly SourceRejection[]
  readonly problems: readonly StageProblem[]
  readonly tools: { readonly [job: string]: { readonly implementation: string; readonly version: string } }
  readonly captioner: { readonly name: string; readonly version: string }
}

const fileOf = (folder: string): string => join(folder, 'plan.json')

/** Keeps the plan in the workspace. */
export async function writePlan(folder: string, plan: Plan): Promise<void> {
  await writeWhole(fileOf(folder), JSON.stringify(plan))
}

/** The plan of the last run. @throws DatasetError `workspace` when there was none */
export async function readPlan(folder: string): Promise<Plan> {
  const file = fileOf(folder)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DatasetError(
      'workspace',
      error.code === 'ENOENT'
        ? `${folder}: nothing has been planned yet; 'pentimento dataset run ${folder}' does`
        : `${file}: cannot be read (${error.code ?? error.message})`,
      { cause: error },
    )
  })
  try {
    return JSON.parse(text) as Plan
  } catch (error) {
    throw new DatasetError(
      'workspace',
      `${file}: damaged (${(error as Error).message}); 'pentimento dataset run ${folder}' makes it anew`,
      { cause: error },
    )
  }
}
