import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sql } from '../jobs/index.ts'
import { DatasetError } from './error.ts'
import type { SourceRejection } from './sources/find.ts'
import type { Stage } from './stages.ts'
import { readFact, writeFact } from './tables/facts.ts'
import type { Kind } from './taxonomy.ts'
import type { LeftOut } from './units.ts'

/** A file or photograph on which a tool failed repeatedly. */
export interface StageProblem {
  readonly stage: Stage
  readonly name: string
  readonly reason: string
}

/** The counts that the last run planned; report and status are based on them. */
export interface Plan {
  readonly version: 2
  readonly name: string
  readonly seed: number
  /** Drafts by recipe. */
  readonly planned: readonly { readonly recipe: string; readonly kind: Kind; readonly drafts: number }[]
  readonly leftOut: readonly LeftOut[]
  readonly found: { readonly files: number; readonly others: number }
  /** All rejected files by reason, the most frequent first; and the first of them. */
  readonly rejected: Readonly<Record<string, number>>
  readonly rejections: readonly SourceRejection[]
  readonly cutoutRejections: readonly SourceRejection[]
  readonly problems: readonly StageProblem[]
  readonly tools: { readonly [job: string]: { readonly implementation: string; readonly version: string } }
}

/** Stores the plan next to the units. */
export const writePlan = (sql: Sql, plan: Plan): Promise<void> => writeFact(sql, 'plan', plan)

/** The plan of the last run. @throws DatasetError `workspace` when there was none */
export async function readPlan(sql: Sql, folder: string): Promise<Plan> {
  const plan = await readFact<Plan>(sql, 'plan')
  if (plan !== undefined) return plan
  const isOld = await stat(join(folder, 'plan.json')).then(
    () => true,
    () => false,
  )
  throw new DatasetError(
    'workspace',
    isOld
      ? `${folder}: made by an earlier version with another storage format; 'pentimento dataset run ${folder}' makes the triplets again from its files`
      : `${folder}: nothing has been planned yet; run 'pentimento dataset run ${folder}'`,
  )
}
