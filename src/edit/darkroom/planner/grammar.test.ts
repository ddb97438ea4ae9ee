import { describe, expect, it } from 'vitest'
import {
  backdropWords,
  bareSentences,
  cocoNouns,
  colours,
  commonNouns,
  dressChinese,
  dressEnglish,
  type Facts,
  lookWords,
  materials,
  materialWords,
  type Noun,
  type Phrasing,
  phrasings,
  placeOf,
  retouchWords,
  styleWords,
  usualVariation,
} from '../../../instructions/index.ts'
import { Random } from '../../../random/index.ts'
import type { Step } from '../plan.ts'
import { readInstruction } from './embedded.ts'

/** Facts, and what they have to be read as; `undefined` where nothing may be done. */
interface Case {
  readonly facts: Facts
  readonly right?: (step: Step) => boolean
}

const odd = new Set(
  'face,sky,sea,grass,foreground,subject,people,sun,moon,star,rainbow,cloud,snowman,candle'.split(','),
)
const nouns: readonly Noun[] = [
  ...Object.values(cocoNouns),
  ...Object.entries(commonNouns).flatMap(([name, noun]) => (odd.has(name) ? [] : [noun])),
]
const places = [10, 45, 80].flatMap((y) =>
  [10, 45, 80].flatMap((x) => placeOf({ x, y, width: 10, height: 10 }, 100, 100) ?? []),
)
const texts = ['OPEN', 'Happy Birthday', '营业中', '2024', 'Sale 50%', '福']
const named = <T extends object>(words: T, ...without: string[]): (keyof T & string)[] =>
  (Object.keys(words) as (keyof T & string)[]).filter((name) => !without.includes(name))

/** Draws a case of each group. */
const groups: Readonly<Record<string, (random: Random) => Case>> = {
  erase: (random) => {
    const place = random.chance(0.3) ? random.pick(places) : undefined
    const all = random.chance(0.15)
    return {
      facts: {
        kind: 'subject-remove',
        subject: random.pick(nouns),
        ...(place && { place }),
        ...(all && { all }),
      },
      right: (step) => step.kind === 'erase' && (step.target.place !== undefined || place === undefined),
    }
  },
  recolour: (random) => ({
    facts: {
      kind: 'color_alter',
      object: random.pick(nouns),
      to: random.pick(Object.values(colours)),
      ...(random.chance(0.3) && { from: random.pick(Object.values(colours)) }),
    },
    right: (step) => step.kind === 'recolour',
  }),
  material: (random) => ({
    facts: {
      kind: 'material_alter',
      object: random.pick(nouns),
      material: materials[random.pick(named(materialWords))]!,
    },
    // `the piano in gold` may be the colour as well.
    right: (step) => step.kind === 'material' || step.kind === 'recolour',
  }),
  background: (random) => {
    const name = random.pick(named(backdropWords))
    const { en, cn } = backdropWords[name]!
    return {
      facts: {
        kind: 'background_change',
        background: { en, cn },
        ...(random.chance(0.4) && { subject: random.pick(nouns) }),
      },
      right: (step) => step.kind === 'background' && step.to.type === 'backdrop' && step.to.name === name,
    }
  },
  retouch: (random) => {
    const name = random.pick(
      named(retouchWords, 'blemishes', 'eyes-blue', 'eyes-green', 'eyes-brown', 'eyes-grey'),
    )
    const { en, cn } = retouchWords[name]
    return {
      facts: { kind: 'ps_human', retouch: { en, cn }, strength: random.pick(['slight', 'clear']) },
      right: (step) => step.kind === 'retouch' && step.retouch === name,
    }
  },
  style: (random) => {
    const name = random.pick(named(styleWords))
    return {
      facts: { kind: 'style_change', direction: 'to-style', style: styleWords[name] },
      right: (step) => step.kind === 'style' && step.style === name,
    }
  },
  look: (random) => {
    const name = random.pick(named(lookWords, 'underexposed').filter((each) => lookWords[each].forward))
    const { action, forward } = lookWords[name]
    return {
      facts: { kind: 'tone_transfer', action, change: forward!.change, result: forward!.result },
      // Warm, cool, vivid and muted are matters of degree.
      right: (step) => (step.kind === 'look' ? step.look === name : step.kind === 'adjust'),
    }
  },
  'replace text': (random) => ({
    facts: { kind: 'text_change', action: 'replace', from: 'Joe', to: random.pick(texts) },
    right: (step) => step.kind === 'replace-text' && step.from === 'Joe',
  }),
  'remove text': (random) => {
    const from = random.pick(texts)
    return {
      facts: { kind: 'text_change', action: 'remove', from },
      right: (step) => step.kind === 'erase' && step.target.text === from,
    }
  },
  'add text': (random) => {
    const to = random.pick(texts)
    return {
      facts: {
        kind: 'text_change',
        action: 'add',
        to,
        ...(random.chance(0.3) && { place: random.pick(places) }),
      },
      right: (step) => step.kind === 'add-text' && step.text === to,
    }
  },
  // What has to be invented.
  add: (random) => ({ facts: { kind: 'subject-add', subject: random.pick(nouns) } }),
  replace: (random) => ({
    facts: { kind: 'subject-replace', from: random.pick(nouns), to: random.pick(nouns) },
  }),
  'to photo': (random) => ({
    facts: { kind: 'style_change', direction: 'to-photo', style: styleWords[random.pick(named(styleWords))] },
  }),
}

function sentence(facts: Facts, random: Random): string {
  const language = random.pick(['en', 'cn'] as const)
  const phrasing = phrasings[facts.kind] as Phrasing<typeof facts.kind>
  const wording = phrasing[language](facts as never, random)
  const { pieces, order } = random.pick(bareSentences(wording))
  const bare = { pieces, order, tail: random.chance(0.05) }
  return (language === 'en' ? dressEnglish : dressChinese)(bare, random, usualVariation)
}

/** Shares that are read back at the least; the rest are sentences that can be meant in two ways. */
const least = 0.92

describe('sentences of the grammar, with their slips, are read back', () => {
  it.each(Object.keys(groups))('%s', (group) => {
    const random = new Random(`grammar ${group}`)
    const wrong: string[] = []
    const count = 40
    for (let i = 0; i < count; i++) {
      const { facts, right } = groups[group]!(random)
      const text = sentence(facts, random)
      const reading = readInstruction(text)
      const steps = reading.type === 'plan' ? reading.plan.steps : []
      if (right ? !(steps.length === 1 && right(steps[0]!)) : reading.type === 'plan') wrong.push(text)
    }
    expect(wrong.length / count, wrong.join('\n')).toBeLessThanOrEqual(1 - least)
  })
})
