import {
  type Funnel,
  type FunnelStep,
  type Kind,
  kinds,
  readFunnel,
  retention,
  type SelectionChoice,
  type Workspace,
} from '../dataset/index.ts'

/** How far a dataset is. */
export interface DatasetStatus {
  readonly sources: number
  readonly triplets: number
  readonly open: number
  /** Pairs generated for one that is kept; null where none is. */
  readonly retention: number | null
  readonly total: FunnelStep
  readonly kinds: {
    readonly [K in Kind]?: FunnelStep & { readonly reasons: Readonly<Record<string, number>> }
  }
  /** USD and seconds of models, and decisions of people. */
  readonly cost: { readonly usd: number; readonly calls: number; readonly seconds: number }
  readonly people: Funnel['people']
  /** How far judges agree with each other and with people. */
  readonly judging: Funnel['judging']
  readonly unmeasured: readonly string[]
  readonly sourceRejections: readonly { readonly name: string; readonly detail: string }[]
  readonly dead: readonly { readonly name: string; readonly reason: string; readonly count: number }[]
  readonly leftOut: readonly { readonly recipe: string; readonly missing: readonly string[] }[]
}

/** Counts a dataset under its selection, or that with changes. @throws DatasetError where nothing was run */
export async function statusOf(workspace: Workspace, choice: SelectionChoice = {}): Promise<DatasetStatus> {
  const funnel = await readFunnel(workspace, choice)
  const { overview, total, captioners, judges } = funnel
  const models = [...captioners, ...judges]
  const sum = (of: 'cost' | 'calls' | 'seconds'): number => models.reduce((all, row) => all + row[of], 0)
  return {
    sources: overview.sources,
    triplets: total.kept,
    open: total.open,
    retention: retention(total) ?? null,
    total,
    kinds: Object.fromEntries(
      kinds.flatMap((kind) => {
        const step = funnel.kinds[kind]
        if (step === undefined) return []
        const reasons: Record<string, number> = {}
        for (const { reason, count } of step.reasons) reasons[reason] = (reasons[reason] ?? 0) + count
        return [[kind, { ...step, reasons }]]
      }),
    ),
    cost: { usd: sum('cost'), calls: sum('calls'), seconds: sum('seconds') },
    people: funnel.people,
    judging: funnel.judging,
    unmeasured: funnel.unmeasured,
    sourceRejections: overview.details,
    dead: overview.failures,
    leftOut: overview.leftOut.map(({ recipe, missing }) => ({ recipe, missing })),
  }
}

const shown = 10

/** The status as people read it. */
export function statusText(status: DatasetStatus): string {
  const { total, cost, people } = status
  const lines = [
    `${status.triplets} triplets from ${status.sources} sources${status.open > 0 ? `, ${status.open} drafts still to do` : ''}`,
    funnelText(total) + (status.retention === null ? '' : ` (${status.retention.toFixed(1)} : 1)`),
  ]
  if (total.waiting > 0)
    lines.push(
      `${total.waiting} ${total.waiting === 1 ? 'pair waits' : 'pairs wait'} for what the selection requires`,
    )
  if (cost.calls > 0)
    lines.push(`models: ${cost.calls} calls, ${cost.usd.toFixed(2)} USD, ${Math.round(cost.seconds)} s`)
  if (people.decisions > 0)
    lines.push(
      `people: ${people.decisions} decisions by ${people.reviewers} reviewers, ${Math.round(people.seconds)} s`,
    )
  lines.push(...kindLines(status.kinds), ...agreementLines(status.judging))
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
    "tools failed; 'resume' retries these:",
    status.dead.map(({ name, reason, count }) => `${name}${count > 1 ? ` (${count})` : ''}: ${reason}`),
  )
  list(
    'recipes left out:',
    status.leftOut.map(
      ({ recipe, missing }) =>
        `${recipe}: no tool for ${missing.join(', ')}; 'pentimento tools list' lists the tools`,
    ),
  )
  return `${lines.join('\n')}\n`
}

/** A line for each two judges and question, those that agree least first. */
function agreementLines({ agreement }: DatasetStatus['judging']): readonly string[] {
  return agreement
    .toSorted((a, b) => (a.kappa ?? 1) - (b.kappa ?? 1))
    .slice(0, shown)
    .map(
      ({ judges: [one, other], question, pairs, kappa, apart }) =>
        `judges ${one} and ${other} on ${question}: kappa ${kappa?.toFixed(2) ?? 'without value'}, ${apart.toFixed(1)} points apart, ${pairs} pairs`,
    )
}

/** What nobody judged or reviewed has passed nothing. */
function funnelText({ generated, measured, judged, scored, reviewed, decided, kept }: FunnelStep): string {
  return [
    `${generated} pairs generated`,
    `${measured} within measures`,
    scored === 0 ? 'no judge asked' : `${judged} left by judges, who scored ${scored}`,
    decided === 0 ? 'nobody asked' : `${reviewed} left by people, who decided on ${decided}`,
    `${kept} kept`,
  ].join(', ')
}

function kindLines(byKind: DatasetStatus['kinds']): readonly string[] {
  const rows = Object.entries(byKind).map(([kind, { reasons, ...step }]) => {
    const why = Object.entries(reasons)
      .slice(0, 4)
      .map(([reason, n]) => `${reason} ${n}`)
    return [
      kind,
      `${step.kept} kept`,
      `of ${step.generated} pairs`,
      `${step.failed} failed`,
      `${step.planned} drafts`,
      why.join(', '),
    ]
  })
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...rows.map((row) => row[i]!.length)))
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0 || i === 5 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i]!),
    )
    return `  ${cells.join('  ')}`.trimEnd()
  })
}
