import { isSmall, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import { hasVerb, isUnknownWord, says } from './words.ts'

const takers =
  /^(?:take|takes|taking|get|gets|photoshop|shop|edit|paint|clone|retouch|airbrush|wipe|clean|clear|kick|throw|leave|pull|remove|heal|brush|erase)\b/

/** `take him out`, `photoshop the guy … out of this`: the particle at the end is part of the verb. */
export function withParticles(part: readonly Token[]): Token[] {
  // `the two boats on the right, out`, `all text off the poster`
  const bare = part.filter(says)
  const off = part.findIndex((token) => token.text === 'off' || token.text === 'out')
  if (
    off >= 0 &&
    (bare.length === 1 || (off > 0 && part[off]!.text === 'off' && isSmall(part[off + 1], 'the', 'my'))) &&
    !hasVerb(part)
  )
    return part.map((token, i) =>
      i === off ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] } : token,
    )
  const at = part.findIndex((token) => takers.test(token.text))
  const cutOut = part.findIndex((token) => /^(?:cut|crop)$/.test(token.text))
  const fromPicture = /\bout of (?:the |this |my )?(?:picture|photo|pic|image|shot|frame)/.test(
    part.map(({ text }) => text).join(' '),
  )
  if (cutOut >= 0 && fromPicture)
    return part.map((token, i) =>
      i === cutOut ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] } : token,
    )
  if (
    (at < 0 && cutOut < 0) ||
    part.some((token) => token.senses.some((each) => each.is === 'verb' && each.verb === 'remove'))
  )
    return [...part]
  // `take me out of this office` does not erase: it leaves a place, not the picture.
  const out = part.findIndex((token, i) => i > at && token.text === 'out')
  const left = part.slice(out + 1)
  if (
    out > 0 &&
    isSmall(left[0], 'of') &&
    left.some((token) => sense(token, 'noun') ?? isUnknownWord(token)) &&
    !left.some((token) => isSmall(token, 'picture'))
  )
    return [...part]
  const cuts = part.findIndex((token) => token.text === 'cut')
  if (cuts >= 0)
    return part.map((token, i) =>
      i > cuts && token.text === 'out'
        ? { ...token, senses: [{ is: 'verb', verb: 'isolate' } as const] }
        : i === cuts && part.slice(i + 2).some(({ text }) => text === 'out')
          ? { ...token, senses: [{ is: 'frame' } as const] }
          : token,
    )
  if (at < 0) return [...part]
  // `tidy them up`, `clean this mess up`
  const up = part.findIndex(
    (token, i) => i > at + 1 && i <= at + 4 && /^up/.test(token.text) && isSmall(token, 'up'),
  )
  if (
    up > 0 &&
    /^(?:clean|clear)/.test(part[at]!.text) &&
    part
      .slice(at + 1, up)
      .every((token) => /^(?:them|those|these|the|this|that|all)$/.test(token.text) || sense(token, 'noun'))
  )
    return part.map((token, i) =>
      i === up ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] } : token,
    )
  if (
    /^clear/.test(part[at]!.text) &&
    part
      .slice(at + 1)
      .filter(says)
      .every((token) => isSmall(token, 'it', 'all'))
  )
    return part.map((token, i) =>
      i === at ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] } : token,
    )
  return part.map((token, i) =>
    i > at + 1 &&
    (/^(?:out|away|outta)$/.test(token.text) ||
      (token.text === 'off' &&
        /^(?:get|take|clean|wipe)/.test(part[at]!.text) &&
        part.slice(at, i).every((each) => each.measure === undefined)))
      ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] }
      : token,
  )
}
