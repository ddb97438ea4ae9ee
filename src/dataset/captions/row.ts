import { digestOf } from '../../jobs/index.ts'
import type { Caption } from '../pairs/pair.ts'

/** A row with its id, which is the digest of all that decided it. */
export function captionRow(pair: string, caption: Omit<Caption, 'id'>): Caption {
  const { captioner, purpose, round, wording, language, text, prompt, examples } = caption
  const id = digestOf([pair, captioner, purpose, round, wording, language, text, prompt, examples])
  return { id, ...caption }
}
