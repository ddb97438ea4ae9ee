/** Letters and digits only, in one form, those that look alike in many fonts as one: what readings are compared by. */
export function bareText(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  return plain.replaceAll('0', 'o').replaceAll(/[1i]/g, 'l')
}

/** Changes of one letter that it takes to make one text of another. */
export function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)))
    row = next
  }
  return row[other.length]!
}

/** 1 − the edit distance by the longer length: 1 for equal texts, empty ones too. */
export function textSimilarity(one: string, other: string): number {
  const longest = Math.max(one.length, other.length)
  return longest === 0 ? 1 : 1 - editDistance(one, other) / longest
}

/**
 * How well a text stands somewhere in another: 1 − the fewest changes of a letter that make a piece of it the text, by the
 * text's length, 0 to 1. Both as {@link bareText} has them; texts of one or two letters must be there whole. Source:
 * Sellers, "The theory and computation of evolutionary distances".
 */
export function containedText(wanted: string, text: string): number {
  if (wanted.length === 0) return 0
  if (wanted.length < 3) return text === wanted ? 1 : 0
  let row = Array.from({ length: wanted.length + 1 }, (_, j) => j)
  let least = wanted.length
  for (const letter of text.split('')) {
    const next = [0]
    for (let j = 1; j <= wanted.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (letter === wanted[j - 1] ? 0 : 1)))
    row = next
    least = Math.min(least, row[wanted.length]!)
  }
  return 1 - least / wanted.length
}
