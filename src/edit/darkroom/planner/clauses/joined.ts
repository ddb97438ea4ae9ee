import { isSmall, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'

const isAdjective = (token: Token | undefined): boolean =>
  token?.senses.some(
    (each) => (each.is === 'property' && each.sign !== 0) || each.is === 'look' || each.is === 'colour',
  ) === true

/** `a dark, moody photo` is one request, as are two quoted texts of which one replaces the other. */
export function joinedAdjectives(tokens: readonly Token[], cn: boolean): readonly Token[] {
  const literals = tokens.flatMap(({ literal }, at) => (literal === undefined ? [] : [at]))
  const [first, second] = literals
  const padded =
    tokens.some(({ measure }) => measure?.unit === 'ratio') &&
    tokens.some(({ text }) => /填|补|fill|pad|mirror|镜像/.test(text))
  const swaps =
    literals.length === 2 &&
    !tokens.some((token) => sense(token, 'verb')?.verb === 'add') &&
    tokens.some(
      (token) =>
        sense(token, 'verb')?.verb === 'replace' || /^(?:swap|change|改|换|改一下|换一下)$/.test(token.text),
    )
  return tokens.filter((token, at) => {
    if (token.mark === undefined || !/^[,，.]$/.test(token.mark)) return true
    if (padded) return false
    if (swaps && at > first!) return false
    if (
      !cn &&
      /^(?:i want|should be|it should be|it should say|make it|make that|i need|put|write|use|change it to|change that to) ?[$€£\d]/.test(
        tokens
          .slice(at + 1, at + 5)
          .map(({ text }) => text)
          .join(' '),
      ) &&
      tokens.slice(0, at).some(({ measure }) => measure)
    )
      return false
    if (literals.length === 2 && first! < at && at < second!) {
      const between = tokens
        .slice(first! + 1, second)
        .map((each) => each.text)
        .join(cn ? '' : ' ')
      return !/^[,，.] ?(?:not|it should|make that|make it|instead|而不是|不是|应该是|改成|换成|改为|写错了|要)|(?:不是|而不是|改成|换成|应该是|should be|should say|should read|must be|ought to be|has to be|change to|make it|correct is|let it say|have it say|make it say|make it read|let it read|should now say|want it to say|change it to|change that to|change this to|turn it into|to say|to read)$/.test(
        between,
      )
    }
    if (cn || token.mark !== ',') return true
    const right = tokens.slice(at + 1, at + 6)
    const end = right.findIndex((each) => each.mark !== undefined)
    const rest = end < 0 ? right : right.slice(0, end)
    return !(
      isAdjective(tokens[at - 1]) &&
      isAdjective(tokens[at + 1]) &&
      rest.some((each) => isSmall(each, 'picture', 'day', 'filter') || /sky|light|day|photo/.test(each.text))
    )
  })
}
