import type { Encode } from 'pentimento/language'

/** A token for each byte, as in the golden data, and those with names. */
export function goldenEncode(tokens: Readonly<Record<string, unknown>>): Encode {
  const names = Object.entries(tokens).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[0].startsWith('<|'),
  )
  return Object.assign(
    (text: string) =>
      text.split(/(<\|\w+\|>)/).flatMap((part) => {
        const named = names.find(([name]) => name === part)
        return named ? [named[1]] : [...new TextEncoder().encode(part)].map((byte) => byte + 1)
      }),
    { addedTokens: names.map(([name]) => name) },
  )
}
