import type { BenchResults, EditResult, Judgement, SuiteItem } from 'pentimento/bench'

/** A judgement without its calls. */
export function judged(
  system: string,
  item: string,
  scores: { readonly sc?: number; readonly pq?: number },
  { judge = 'gpt', repeat = 0 }: { readonly judge?: string; readonly repeat?: number } = {},
): Judgement {
  return { system, item, judge, repeat, ...scores, calls: {} }
}

/** An edit that is a picture. */
export function pictured(system: string, item: string): EditResult {
  const picture = 'a'.repeat(64)
  return { system, item, outcome: 'picture', picture, width: 8, height: 8, seconds: 1 }
}

export function refusedEdit(system: string, item: string): EditResult {
  return { system, item, outcome: 'refused', kind: 'safety', reason: 'moderation', text: 'No.', seconds: 1 }
}

/** Items of kinds, in English unless they say otherwise. */
export function madeItems(
  kinds: Readonly<Record<string, number>>,
  language: 'en' | 'cn' = 'en',
): SuiteItem[] {
  return Object.entries(kinds).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, i) => ({
      key: `${kind}-${i}`,
      kind,
      language,
      instruction: `Change ${i}`,
      picture: `pictures/${kind}-${i}.png`,
    })),
  )
}

/** Results of a suite of these items. */
export function madeResults(
  parts: Pick<BenchResults, 'items'> & { readonly systems: readonly string[] } & Partial<
      Omit<BenchResults, 'systems'>
    >,
): BenchResults {
  const { items, systems, judgements = [] } = parts
  return {
    suite: {
      name: 'made',
      version: '1',
      title: 'A made suite',
      source: 'test',
      licence: 'CC0',
      kinds: [...new Set(items.map(({ kind }) => kind))],
      identity: 'f'.repeat(64),
    },
    judges: [...new Set(judgements.map(({ judge }) => judge))],
    edits: [],
    preferences: [],
    checks: [],
    ...parts,
    judgements,
    systems: systems.map((name) => ({ name, identity: name, source: `folder ${name}` })),
  }
}
