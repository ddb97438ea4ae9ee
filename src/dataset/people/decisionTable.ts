import { formatTable } from '../../files/index.ts'
import type { PairStore } from '../pairs/store.ts'

const columns = [
  'at',
  'pair',
  'kind',
  'reviewer',
  'verdict',
  'reason',
  'note',
  'text_en',
  'text_cn',
  'mask',
  'seconds',
  'gold',
  'of',
  'id',
]

/** The journal of decisions as CSV, undone ones too, in their order. */
export async function decisionTable(pairs: Pick<PairStore, 'decisions'>): Promise<string> {
  const rows = [columns]
  for await (const each of pairs.decisions()) {
    const {
      at,
      pair,
      kind = '',
      reviewer,
      verdict,
      reason = '',
      note = '',
      text,
      mask = '',
      seconds,
      gold,
    } = each
    const texts = [text?.en ?? '', text?.cn ?? '']
    const last = [
      mask,
      seconds === undefined ? '' : String(seconds),
      gold ? 'yes' : '',
      each.of ?? '',
      each.id,
    ]
    rows.push([at, pair, kind, reviewer, verdict, reason, note, ...texts, ...last])
  }
  return formatTable(rows)
}
