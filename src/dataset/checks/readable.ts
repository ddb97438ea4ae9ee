import { textSimilarity } from '../../operations/index.ts'
import type { TextLine } from '../../tools/index.ts'
import type { Check, Finding } from './check.ts'

const least = 0.7

/** A text edit can be read: the old words stand in the source, the new ones in the target, and what goes is gone. */
export const readable: Check = {
  name: 'readable',
  needs: ['ocr'],
  kinds: ['text_change'],
  async run({ draft: { source, target, facts }, tools }): Promise<Finding> {
    if (facts.kind !== 'text_change') return { values: {} }
    const ocr = tools.get('ocr')
    const [before, after] = [await ocr.read(source), await ocr.read(target)]
    const from = facts.action === 'add' ? undefined : facts.from
    const to = facts.action === 'remove' ? undefined : facts.to
    const values = {
      ...(from === undefined ? {} : { from: likeness(from, before), left: likeness(from, after) }),
      ...(to === undefined ? {} : { to: likeness(to, after) }),
    }
    if (from !== undefined && likeness(from, before) < least) return { values, reason: 'old-text-unread' }
    if (to !== undefined && likeness(to, after) < least) return { values, reason: 'new-text-unread' }
    // What is replaced by something alike may still look like it.
    const mayStay = to === undefined ? 0 : textSimilarity(normal(from ?? ''), normal(to))
    if (from !== undefined && likeness(from, after) >= Math.max(0.9, mayStay + 0.05))
      return { values, reason: 'text-remains' }
    return { values }
  },
}

const normal = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}]/gu, '')

/** How well some line, or lines joined, holds a text: 0 to 1. */
function likeness(text: string, lines: readonly TextLine[]): number {
  const wanted = normal(text)
  const found = lines.map((line) => normal(line.text))
  const whole = found.join('')
  if (wanted.length > 2 && whole.includes(wanted)) return 1
  return Math.max(0, ...found.map((line) => textSimilarity(wanted, line)))
}
