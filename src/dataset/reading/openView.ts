import type { Sql } from '../../jobs/index.ts'
import { type Plan, readPlan } from '../plan.ts'
import type { SourceEntry } from '../sources/catalog.ts'
import type { Payloads } from '../stages.ts'
import { cutoutsById, sourcesById } from '../tables/sourceTable.ts'
import type { Kind } from '../taxonomy.ts'
import type { Workspace } from '../workspace.ts'
import {
  type DatasetView,
  type DraftCounts,
  type Origin,
  type Overview,
  originOf,
  type TimeRow,
} from './view.ts'

/**
 * Opens what a workspace holds, as the last run planned it. It may still be made.
 * @throws DatasetError `workspace` where nothing was run
 */
export async function openView(workspace: Workspace): Promise<DatasetView> {
  const { jobs, pairs, folder } = workspace
  const plan = await readPlan(jobs.sql, folder)
  return {
    dossiers: (filter) => pairs.dossiers(filter),
    bySource: () => pairs.bySource(),
    get: (id) => pairs.get(id),
    async origins(ids) {
      const found = new Map<string, Origin>()
      for (const [id, { origin, licence }] of await cutoutsById(jobs.sql, ids))
        found.set(id, { id, name: origin, licence })
      for (const [id, source] of await sourcesById(jobs.sql, ids)) found.set(id, originOf(source))
      return found
    },
    overview: () => overviewOf(workspace, plan),
  }
}

async function overviewOf({ jobs }: Workspace, plan: Plan): Promise<Overview> {
  const { sql } = jobs
  const { drafts, failures } = await draftCounts(jobs, plan)
  const counted = async (column: 'split' | 'licence'): Promise<Record<string, number>> => {
    const value = column === 'split' ? 'split' : "content->>'licence'"
    const rows = await sql.query<{ value: string; count: number }>(
      `SELECT ${value} AS value, count(*)::int AS count FROM ${sql.schema}.sources
        WHERE state IN ('used', 'outside') GROUP BY 1 ORDER BY 2 DESC, 1`,
    )
    return Object.fromEntries(rows.map((row) => [row.value, row.count]))
  }
  const [sources] = await sql.query<{ all: number; videos: number }>(
    `SELECT count(*)::int AS all, (count(*) FILTER (WHERE type = 'video'))::int AS videos
       FROM ${sql.schema}.sources WHERE state = 'used'`,
  )
  const [cutouts] = await sql.query<{ all: number }>(
    `SELECT count(*)::int AS all FROM ${sql.schema}.cutouts WHERE state = 'used'`,
  )
  return {
    name: plan.name,
    seed: plan.seed,
    files: {
      found: plan.found.files + Object.values(plan.rejected).reduce((sum, count) => sum + count, 0),
      others: plan.found.others,
    },
    sources: sources?.all ?? 0,
    videos: sources?.videos ?? 0,
    cutouts: cutouts?.all ?? 0,
    splits: (await counted('split')) as { readonly [S in SourceEntry['split']]?: number },
    licences: await counted('licence'),
    rejected: plan.rejected,
    details: plan.rejections.map(({ name, detail }) => ({ name, detail })),
    drafts,
    times: await timesOf(sql),
    tools: plan.tools,
    leftOut: plan.leftOut,
    failures: [...failures, ...plan.problems.map(({ name, reason }) => ({ name, reason, count: 1 }))],
  }
}

async function draftCounts(
  jobs: Workspace['jobs'],
  plan: Plan,
): Promise<Pick<Overview, 'drafts' | 'failures'>> {
  const { sql } = jobs
  const counts = new Map<string, DraftCounts & { refused: Record<string, number> }>()
  const of = (recipe: string, kind: Kind) => {
    const known = counts.get(recipe)
    if (known !== undefined) return known
    const made = { recipe, kind, planned: 0, drafted: 0, failed: 0, open: 0, refused: {} }
    counts.set(recipe, made)
    return made
  }
  for (const { recipe, kind, drafts } of plan.planned)
    counts.set(recipe, { ...of(recipe, kind), planned: drafts, open: drafts })
  const rows = await sql.query<{
    recipe: string
    kind: Kind
    reason: string | null
    count: number
  }>(
    `SELECT recipe, kind, reason, count(*)::int AS count FROM ${sql.schema}.drafts
      WHERE wanted GROUP BY recipe, kind, reason ORDER BY recipe, reason`,
  )
  const change = (
    recipe: string,
    kind: Kind,
    changes: (known: DraftCounts) => Partial<DraftCounts>,
  ): void => {
    const known = of(recipe, kind)
    counts.set(recipe, { ...known, ...changes(known) } as typeof known)
  }
  for (const { recipe, kind, reason, count } of rows)
    change(recipe, kind, (known) => ({
      open: Math.max(0, known.open - count),
      ...(reason === null
        ? { drafted: known.drafted + count }
        : { refused: { ...known.refused, [reason]: count } }),
    }))
  const failures = new Map<string, number>()
  for (const state of ['dead', 'cancelled'] as const)
    for await (const { payload, reason = '' } of jobs.rows('drafts', { state })) {
      const { recipe, drafts } = payload as unknown as Payloads['drafts']
      const known = counts.get(recipe)
      // Units of earlier plans do not count as failures.
      if (known === undefined || known.open === 0) continue
      change(recipe, known.kind, ({ open, failed }) => ({
        open: Math.max(0, open - drafts.length),
        failed: failed + Math.min(open, drafts.length),
      }))
      const name = JSON.stringify([recipe, state === 'cancelled' ? 'cancelled' : reason])
      failures.set(name, (failures.get(name) ?? 0) + drafts.length)
    }
  return {
    drafts: [...counts.values()].sort((a, b) => (a.recipe < b.recipe ? -1 : 1)),
    failures: [...failures].map(([row, count]) => {
      const [name, reason] = JSON.parse(row) as [string, string]
      return { name, reason, count }
    }),
  }
}

async function timesOf(sql: Sql): Promise<Overview['times']> {
  const recipes = await sql.query<TimeRow>(
    `SELECT recipe AS name, count(*)::int AS units, coalesce(sum((times->>'total')::float8), 0) AS seconds
       FROM ${sql.schema}.drafts WHERE wanted GROUP BY recipe ORDER BY seconds DESC`,
  )
  const tools = await sql.query<TimeRow>(
    `SELECT tool.key AS name, sum((tool.value->>'calls')::int)::int AS units,
            sum((tool.value->>'seconds')::float8) AS seconds
       FROM ${sql.schema}.drafts, json_each(times->'tools') AS tool
      WHERE wanted GROUP BY tool.key ORDER BY seconds DESC`,
  )
  return { recipes, tools }
}
