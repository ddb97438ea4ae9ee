import { collect, type Kind, kinds, type Workspace } from '../dataset/index.ts'

/** How far a dataset is. */
export interface DatasetStatus {
  readonly sources: number
  readonly triplets: number
  readonly open: number
  readonly kinds: {
    readonly [K in Kind]?: {
      readonly planned: number
      readonly kept: number
      readonly rejected: number
      readonly dead: number
      readonly reasons: Readonly<Record<string, number>>
    }
  }
  readonly sourceRejections: readonly { readonly name: string; readonly detail: string }[]
  readonly dead: readonly { readonly key: string; readonly recipe: string; readonly reason: string }[]
  readonly leftOut: readonly { readonly recipe: string; readonly missing: readonly string[] }[]
}

/** Counts a dataset. @throws DatasetError where nothing was run */
export async function statusOf(workspace: Workspace): Promise<DatasetStatus> {
  const { plan, sources, kept, rejected, dead, open } = await collect(workspace)
  const byKind = kinds.flatMap((kind) => {
    const planned = plan.units.filter((unit) => unit.kind === kind).length
    if (planned === 0) return []
    const refused = rejected.filter((unit) => unit.kind === kind)
    return [
      [
        kind,
        {
          planned,
          kept: kept.filter((unit) => unit.kind === kind).length,
          rejected: refused.length,
          dead: dead.filter((unit) => unit.kind === kind).length,
          reasons: counted(refused.map(({ reason }) => reason)),
        },
      ] as const,
    ]
  })
  return {
    sources: sources.size,
    triplets: kept.length,
    open: open.length,
    kinds: Object.fromEntries(byKind),
    sourceRejections: [
      ...plan.rejections.map(({ name, detail }) => ({ name, detail })),
      ...plan.problems.map(({ name, reason }) => ({ name, detail: `${name}: ${reason}` })),
    ],
    dead: dead.map(({ key, recipe, reason }) => ({ key, recipe, reason })),
    leftOut: plan.leftOut.map(({ recipe, missing }) => ({ recipe, missing })),
  }
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a))
}

const shown = 10

/** The status as people read it. */
export function statusText(status: DatasetStatus): string {
  const lines = [
    `${status.triplets} triplets from ${status.sources} sources${status.open > 0 ? `, ${status.open} still to do` : ''}`,
  ]
  const rows = Object.entries(status.kinds).map(([kind, { planned, kept, rejected, dead, reasons }]) => {
    const why = Object.entries(reasons)
      .slice(0, 4)
      .map(([reason, n]) => `${reason} ${n}`)
    return [kind, `${kept} kept`, `${rejected} rejected`, `${dead} failed`, `of ${planned}`, why.join(', ')]
  })
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...rows.map((row) => row[i]!.length)))
  for (const row of rows)
    lines.push(
      `  ${row.map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i]!))).join('  ')}`.trimEnd(),
    )
  const list = (title: string, items: readonly string[]): void => {
    if (items.length === 0) return
    lines.push(title, ...items.slice(0, shown).map((item) => `  ${item}`))
    if (items.length > shown) lines.push(`  and ${items.length - shown} more; --json lists them all`)
  }
  list(
    'not used:',
    status.sourceRejections.map(({ detail }) => detail),
  )
  list(
    'tools failed; resume tries again:',
    status.dead.map(({ recipe, reason }) => `${recipe}: ${reason}`),
  )
  list(
    'recipes left out:',
    status.leftOut.map(
      ({ recipe, missing }) =>
        `${recipe}: no tool for ${missing.join(', ')}; 'pentimento tools list' tells of them`,
    ),
  )
  return `${lines.join('\n')}\n`
}
