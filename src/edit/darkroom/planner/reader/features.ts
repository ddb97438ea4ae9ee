import { type Normalised, normalise } from '../normalise.ts'
import { tokenise } from '../tokens.ts'
import type { Sense } from '../words/lexicon.ts'

/** Buckets of words, followed by those of their meanings. */
const [wordBuckets, senseBuckets] = [16384, 4096]

/** How many buckets the features of an instruction are hashed into. */
export const readerBuckets: number = wordBuckets + senseBuckets

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}

/**
 * The buckets of an instruction, which is first made even (`normalise`): its words, pairs of neighbours, runs of 3 and 4 letters
 * within words, and runs of 1 to 4 Chinese characters; and what the lexicon knows of its words, alone, by neighbours, and each
 * verb with everything else. A digit is any digit, a quoted text any quoted text.
 */
export function readerFeatures(instruction: string): readonly number[] {
  const even = normalise(instruction)
  const words = [...wordsIn(even.text)].map((each) => hash(each) % wordBuckets)
  const senses = [...sensesIn(even)].map((each) => wordBuckets + (hash(each) % senseBuckets))
  return [...new Set([...words, ...senses])]
}

function wordsIn(text: string): ReadonlySet<string> {
  const plain = text.replace(/\d+/g, '0').replace(/[\ue000-\ue03f]/g, '"')
  const words = plain.match(/\p{Script=Han}+|[a-z']+|[^\s\p{Script=Han}a-z']/gu) ?? []
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
  return found
}

function sensesIn(even: Normalised): ReadonlySet<string> {
  const all = tokenise(even)
    .map(({ senses, measure, literal, mark }) =>
      measure
        ? [`#${measure.unit}`]
        : literal !== undefined
          ? ['"']
          : mark !== undefined
            ? [',']
            : senses.length === 0
              ? ['?']
              : senses.filter(({ is }) => is !== 'frame').map(nameOf),
    )
    .filter((each) => each.length > 0)
  const found = new Set<string>(['^', ...all.flat()])
  all.forEach((each, at) => {
    for (const one of each) for (const other of all[at - 1] ?? ['^']) found.add(`${other} ${one}`)
  })
  const names = [...new Set(all.flat())]
  for (const verb of names.filter((each) => each.startsWith('verb')))
    for (const other of names) if (other !== verb) found.add(`${verb}*${other}`)
  return found
}

function nameOf(sense: Sense): string {
  switch (sense.is) {
    case 'noun':
      return `noun ${sense.type}`
    case 'verb':
      return `verb ${sense.verb}`
    case 'property':
      return `property ${sense.property} ${sense.sign}`
    case 'small':
      return sense.small
    case 'degree':
      return sense.factor < 1 ? 'little' : 'much'
    default:
      return sense.is
  }
}
