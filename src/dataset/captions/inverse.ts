import { type Facts, lookWords } from '../../instructions/index.ts'

/**
 * Facts of the way back, from target to source; undefined where they are not known: nobody said what the background,
 * the colour or the material was before.
 */
export function inverseFacts(facts: Facts): Facts | undefined {
  switch (facts.kind) {
    case 'color_alter': {
      const { from, to, ...rest } = facts
      return from && { ...rest, from: to, to: from }
    }
    case 'subject-add':
      return { ...facts, kind: 'subject-remove' }
    case 'subject-remove': {
      const { all, ...rest } = facts
      return all ? undefined : { ...rest, kind: 'subject-add' }
    }
    case 'subject-replace':
      return { ...facts, from: facts.to, to: facts.from }
    case 'text_change':
      switch (facts.action) {
        case 'replace':
          return { ...facts, from: facts.to, to: facts.from }
        case 'remove':
          return { kind: 'text_change', action: 'add', to: facts.from }
        case 'add':
          return { kind: 'text_change', action: 'remove', from: facts.to }
      }
      break
    case 'style_change':
      return { ...facts, direction: facts.direction === 'to-style' ? 'to-photo' : 'to-style' }
    case 'tone_transfer':
      return inverseLook(facts)
    default:
      return undefined
  }
}

/** The way back of a look, where the vocabulary has words for it. */
function inverseLook({ change }: Extract<Facts, { readonly kind: 'tone_transfer' }>): Facts | undefined {
  for (const { action, forward, back } of Object.values(lookWords)) {
    if (!forward || !back) continue
    const other = forward.change.en === change.en ? back : back.change.en === change.en ? forward : undefined
    if (other) return { kind: 'tone_transfer', action, change: other.change, result: other.result }
  }
  return undefined
}
