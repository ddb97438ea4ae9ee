/** What an audit of the dependencies means for a run of CI. */
export interface AuditVerdict {
  /** `again`: the registry did not answer. */
  readonly verdict: 'ok' | 'bad' | 'not audited' | 'again'
  readonly lines: readonly string[]
}

interface Report {
  readonly auditReportVersion?: number
  readonly vulnerabilities?: Readonly<
    Record<
      string,
      {
        readonly severity: string
        readonly range?: string
        readonly via?: readonly (string | { readonly title?: string; readonly url?: string })[]
      }
    >
  >
  readonly statusCode?: number
  readonly message?: string
}

/** Answers of registries and mirrors that have no advisories to ask for. */
const noEndpoint: ReadonlySet<number> = new Set([400, 403, 404, 405, 410, 501])

/** Reads what `npm audit --json` printed. */
export function judgeAudit(text: string): AuditVerdict {
  const report = parsed(text)
  if (report?.auditReportVersion === undefined) {
    const why = report?.message ?? (text.slice(0, 200) || 'npm printed nothing')
    return noEndpoint.has(report?.statusCode ?? 0)
      ? {
          verdict: 'not audited',
          lines: [`dependencies not audited: this registry has no advisories (${why})`],
        }
      : { verdict: 'again', lines: [`dependencies not audited: ${why}`] }
  }
  const found = Object.entries(report.vulnerabilities ?? {})
  const lines = found.map(([name, { severity, range = '', via = [] }]) => {
    const causes = via.map((each) =>
      typeof each === 'string' ? each : `${each.title ?? ''} ${each.url ?? ''}`.trim(),
    )
    return `${severity}: ${name} ${range}: ${causes.join('; ')}`
  })
  const isBad = found.some(([, { severity }]) => severity === 'high' || severity === 'critical')
  return isBad
    ? { verdict: 'bad', lines }
    : { verdict: 'ok', lines: [...lines, 'dependencies audited: nothing high or critical'] }
}

function parsed(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report
  } catch {
    return undefined
  }
}
