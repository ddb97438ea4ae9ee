import { textSimilarity } from '../../operations/index.ts'
import type { TextLine } from '../../tools/index.ts'
import type { Check } from './check.ts'

/**
 * Whether a text edit can be read, as likenesses from 0 to 1: of the old words in the source (`from`), of the new ones in
 * the target (`to`), and how far the old words remain there (`remains`), less where the new ones look like them.
 */
export const readable: Check = {
  name: 'readable',
  version: 1,
  needs: ['ocr'],
  kinds: ['text_change'],
  async measure({ draft: { source, target, facts }, tools }) {
    if (facts.kind !== 'text_change') return {}
    const ocr = tools.get('ocr')
    const [before, after] = [await ocr.read(source), await ocr.read(target)]
    const from = facts.action === 'add' ? undefined : facts.from
    const to = facts.action === 'remove' ? undefined : facts.to
    return {
      ...(from === undefined ? {} : { from: likeness(from, before), remains: remains(from, to, after) }),
      ...(to === undefined ? {} : { to: likeness(to, after) }),
    }
  },
}

/** New words may resemble the old ones: only likeness beyond that counts. */
function remains(from: string, to: string | undefined, after: readonly TextLine[]): number {
  const left = likeness(from, after)
  const mayStay = to === undefined ? 0 : textSimilarity(normal(from), normal(to))
  return Math.max(0, Math.min(left, left - mayStay + 0.85))
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
