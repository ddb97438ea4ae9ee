import type { Checked } from 'pentimento/bench'

/** What was said of an edit by eye, before its checks were seen. */
export interface EyeLabel {
  readonly system: string
  /** Name of the item: `en/…`, `cn/…`. */
  readonly item: string
  readonly eye: 'pass' | 'fail'
  /** SHA-256 of the edited picture's pixels: the label is of this picture only. */
  readonly pixels: string
}

/** How often checks and eyes agreed on edits of one system. */
export interface Agreement {
  readonly system: string
  /** By eye, then by checks. */
  readonly passPass: number
  readonly passFail: number
  readonly failPass: number
  readonly failFail: number
  /** No check could tell. */
  readonly unknown: number
  /** Names of items where they did not agree, with what failed or, where nothing did, what passed. */
  readonly apart: readonly { readonly item: string; readonly eye: 'pass' | 'fail'; readonly seen: string }[]
}

/** Compares labels and checks of the same edits, for each system by its name. */
export function agreementOf(labels: readonly EyeLabel[], checked: readonly Checked[]): Agreement[] {
  const reports = new Map(checked.map(({ system, item, report }) => [`${system}\n${item}`, report]))
  return [...new Set(labels.map(({ system }) => system))].map((system) => {
    const counts = { passPass: 0, passFail: 0, failPass: 0, failFail: 0, unknown: 0 }
    const apart: { item: string; eye: 'pass' | 'fail'; seen: string }[] = []
    for (const { item, eye } of labels.filter((label) => label.system === system)) {
      const report = reports.get(`${system}\n${item}`)
      if (!report) continue
      const { verdict, results } = report
      if (verdict === 'unknown') counts.unknown++
      else counts[`${eye}${verdict === 'pass' ? 'Pass' : 'Fail'}`]++
      if (verdict === 'unknown' || verdict === eye) continue
      const told = results.filter((result) => result.verdict === verdict)
      apart.push({ item, eye, seen: told.map(({ check, seen }) => `${check}: ${seen}`).join('; ') })
    }
    return { system, ...counts, apart }
  })
}

/** Cohen's kappa of the four counts: 1 if both always agree, 0 if no more than by chance. */
export function kappaOf({ passPass, passFail, failPass, failFail }: Agreement): number {
  const all = passPass + passFail + failPass + failFail
  const agreed = (passPass + failFail) / all
  const byChance =
    ((passPass + passFail) * (passPass + failPass) + (failPass + failFail) * (passFail + failFail)) / all ** 2
  return byChance === 1 ? Number.NaN : (agreed - byChance) / (1 - byChance)
}
