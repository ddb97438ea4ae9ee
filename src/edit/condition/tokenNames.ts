/** Places, by code points, after the first character of each added token that a text names. */
export function breaksIn(text: string, addedTokens: readonly string[]): ReadonlySet<number> {
  const places = new Set<number>()
  for (const token of addedTokens)
    for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1))
      places.add([...text.slice(0, at)].length + 1)
  return places
}
