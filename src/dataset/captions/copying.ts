/** Consecutive words, or Chinese characters, that count as copied. */
const run = { en: 3, cn: 5 } as const

/**
 * The largest share of a text's runs (three words, five Chinese characters) that it shares with one example, 0 to 1.
 * Runs with words of the facts do not count, and neither do texts that are too short.
 * @param own words that the text has to have
 */
export function copiedShare(
  text: string,
  examples: readonly string[],
  language: 'en' | 'cn',
  own: readonly string[] = [],
): number {
  const free = (each: string): string =>
    own.reduce(
      (left, word) => (word === '' ? left : left.replaceAll(word.toLowerCase(), ' | ')),
      each.toLowerCase(),
    )
  const runs = runsOf(free(text), language)
  if (runs.size < 2) return 0
  const shares = examples.map((example) => {
    const taken = runsOf(free(example), language)
    return [...runs].filter((each) => taken.has(each)).length / runs.size
  })
  return Math.max(0, ...shares)
}

function runsOf(text: string, language: 'en' | 'cn'): Set<string> {
  const units =
    text.match(language === 'en' ? /[\p{L}\p{N}'-]+|\|/gu : /[\p{Script=Han}]|[A-Za-z0-9]+|\|/gu) ?? []
  const runs = new Set<string>()
  for (let at = 0; at + run[language] <= units.length; at++) {
    const each = units.slice(at, at + run[language])
    if (!each.includes('|')) runs.add(each.join(' '))
  }
  return runs
}
