import type { Clause } from '../clause.ts'
import type { Mention } from '../mentions/mention.ts'
import { isSmall } from '../senses.ts'

export const joins = (clause: Clause, one: Mention, other: Mention): boolean =>
  clause.tokens
    .slice(one.to, other.from)
    .every((token) => isSmall(token, 'and', 'the') || token.mark === '、')
