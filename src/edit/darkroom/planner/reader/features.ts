import { normalise } from '../normalise.ts'

/** How many buckets the features of an instruction are hashed into. */
export const readerBuckets = 16384

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return ((value ^ (value >>> 15)) >>> 0) % readerBuckets
}

/**
 * The buckets of an instruction, which is first made even (`normalise`): its words, pairs of neighbours, runs of 3 and 4 letters
 * within words, and runs of 1 to 4 Chinese characters. A digit is any digit, a quoted text any quoted text.
 */
export function readerFeatures(instruction: string): readonly number[] {
  const even = normalise(instruction)
    .text.replace(/\d+/g, '0')
    .replace(/[\ue000-\ue03f]/g, '"')
  const words = even.match(/\p{Script=Han}+|[a-z']+|[^\s\p{Script=Han}a-z']/gu) ?? []
  const found = new Set<string>()
  words.forEach((word, at) => {
    if (/\p{Script=Han}/u.test(word)) {
      for (let length = 1; length <= 4; length++)
        for (let from = 0; from + length <= word.length; from++) found.add(word.slice(from, from + length))
      found.add(`^${word.slice(0, 2)}`).add(`${word.slice(-2)}$`)
      return
    }
    found.add(`${word}_`).add(`${words[at - 1] ?? ''} ${word}`)
    if (at >= 2) found.add(`${words[at - 2]} * ${word}`)
    const edged = `<${word}>`
    for (const length of [3, 4])
      for (let from = 0; from + length <= edged.length; from++) found.add(edged.slice(from, from + length))
  })
  return [...new Set([...found].map(hash))]
}
