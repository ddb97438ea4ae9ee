import type { Caption, Dossier } from '../pairs/pair.ts'

interface Trace {
  readonly beliefs?: readonly {
    readonly claim: { readonly thing: string; readonly says: string }
    readonly said: number
    readonly contradicted: number
    readonly belief: number
  }[]
  readonly shown?: readonly string[]
  readonly decoy?: string
  readonly echo?: boolean
  readonly failure?: string
  readonly dropped?: readonly { readonly language: string; readonly text: string; readonly what: string }[]
  readonly examples?: Readonly<Record<string, readonly string[]>>
  readonly copied?: number
}

/** The captions of a pair and their history, round by round, as text. */
export function captionsText({ pair, captions }: Dossier): string {
  const lines = [`${pair.kind} ${pair.id}`, `facts: ${JSON.stringify(pair.facts)}`]
  const captioners = new Map<string, Caption[]>()
  for (const caption of captions) {
    const { name, version, model } = caption.captioner
    const key = `${name} ${version}${model === undefined ? '' : `, ${model}`}${caption.prompt ? `, prompts ${caption.prompt.slice(0, 12)}` : ''}`
    captioners.set(key, [...(captioners.get(key) ?? []), caption])
  }
  if (captions.length === 0) lines.push('no captions yet')
  for (const [name, rows] of captioners) {
    lines.push('', name, ...roundLines(rows))
    for (const purpose of ['instruction', 'inverse', 'source', 'target'] as const)
      for (const row of rows.filter((each) => each.purpose === purpose && !isRound(each)))
        lines.push(`  ${purpose.padEnd(12)}${textOf(row)}`)
    for (const { language, text, what } of rows.flatMap(
      ({ trace }) => (trace as Trace | undefined)?.dropped ?? [],
    ))
      lines.push(`  dropped     ${language}  ${JSON.stringify(text)}: ${what}`)
    const usage = usageText(rows)
    if (usage !== '') lines.push(`  ${usage}`)
  }
  return `${lines.join('\n')}\n`
}

const isRound = ({ trace }: Caption): boolean => (trace as Trace | undefined)?.beliefs !== undefined

function textOf({ text, abstained, language, detail, agreement, trace }: Caption): string {
  if (abstained !== undefined) return `abstained: ${abstained}`
  const { copied } = (trace ?? {}) as Trace
  const more = [
    detail,
    agreement.toFixed(2),
    copied ? `${Math.round(100 * copied)} % of an example` : undefined,
  ]
  return `${language}  ${text}  (${more.filter((each) => each !== undefined).join(', ')})`
}

function roundLines(rows: readonly Caption[]): string[] {
  return rows.filter(isRound).flatMap(({ purpose, round, text, abstained, trace }) => {
    const { beliefs = [], decoy, echo, failure } = trace as Trace
    const of = purpose === 'difference' ? 'difference' : `${purpose} picture`
    return [
      `  round ${round}, ${of}: ${failure ?? abstained ?? text}`,
      ...(decoy === undefined
        ? []
        : [`    decoy: ${decoy} ${echo ? '(confirmed: this round only repeats)' : ''}`.trimEnd()]),
      ...beliefs.map(
        ({ claim, said, contradicted, belief }) =>
          `    ${belief.toFixed(2)} ${belief >= 0.6 ? '✓' : '✗'} ${claim.thing}${claim.says === '' ? '' : `: ${claim.says}`}  (said ${said}, against ${contradicted})`,
      ),
    ]
  })
}

function usageText(rows: readonly Caption[]): string {
  const sum = (of: 'calls' | 'inputTokens' | 'outputTokens' | 'cost'): number =>
    rows.reduce((total, { usage }) => total + (usage?.[of] ?? 0), 0)
  const cost = sum('cost')
  return sum('calls') === 0
    ? ''
    : `${sum('calls')} calls, ${sum('inputTokens')} + ${sum('outputTokens')} tokens${cost > 0 ? `, $${cost.toFixed(4)}` : ''}`
}
