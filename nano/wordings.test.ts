import { grammarCaptioner, lexicon } from 'pentimento/dataset'
import { Random } from 'pentimento/random'
import { describe, expect, it } from 'vitest'
import {
  backgroundPhrases,
  nothingPhrases,
  retouchPhrases,
  stylePhrases,
  templates,
  tonePhrases,
} from './phrases.ts'
import { answers, answersOf, EditWordings, hastyInstruction, partOf, slots } from './wordings.ts'

const words = lexicon()

describe('short wordings', () => {
  it('are kept under names that the recipes have', () => {
    const names = (phrases: readonly { readonly en: string }[]) => new Set(phrases.map(({ en }) => en))
    const tables = [
      [tonePhrases, names(words.tones.map(({ change }) => change))],
      [stylePhrases, names(words.styles.map(({ style }) => style))],
      [backgroundPhrases, names(words.backgrounds)],
      [retouchPhrases, names(words.retouches)],
    ] as const
    for (const [table, known] of tables)
      expect(Object.keys(table).filter((name) => !known.has(name))).toEqual([])
    expect(Object.keys(tonePhrases)).toHaveLength(words.tones.length)
    expect(Object.keys(stylePhrases)).toHaveLength(words.styles.length)
    expect(Object.keys(retouchPhrases)).toHaveLength(words.retouches.length)
  })

  it('are many in both languages, and Chinese ones have Chinese', () => {
    const tables = [tonePhrases, stylePhrases, backgroundPhrases, retouchPhrases, templates]
    const all = tables.flatMap((table) => Object.values(table))
    expect(all.flatMap(({ en }) => en).length).toBeGreaterThan(400)
    expect(all.flatMap(({ cn }) => cn).length).toBeGreaterThan(400)
    expect(Math.min(nothingPhrases.en.length, nothingPhrases.cn.length)).toBeGreaterThanOrEqual(30)
    const odd = all.flatMap(({ cn }) => cn).filter((text) => !/\p{Script=Han}|\{/u.test(text))
    expect(odd).toEqual([])
    expect(all.flatMap(({ en }) => en).filter((text) => /\p{Script=Han}/u.test(text))).toEqual([])
  })

  it('say a change that the recipes make, in the words of someone in a hurry', () => {
    const tone = words.tones.find(({ change }) => change.en === 'turn it into black and white')!
    const said = Array.from({ length: 40 }, (_, i) =>
      hastyInstruction({ kind: 'tone_transfer', ...tone }, new Random(i)),
    )
    expect(said.some((each) => /b&w|black/i.test(each!.en))).toBe(true)
    expect(said.some((each) => each!.cn.includes('黑白'))).toBe(true)
  })
})

describe('drawn edits', () => {
  it('have answers to every slot, no unfilled slots, and come again for the same seed', async () => {
    const wordings = new EditWordings('all')
    const draw = async () => {
      const random = new Random('test')
      const drawn = []
      for (let i = 0; i < 300; i++) drawn.push(await wordings.draw(random))
      return drawn
    }
    const drawn = await draw()
    expect(await draw()).toEqual(drawn)
    for (const { edit, en, cn } of drawn) {
      expect(en + cn).not.toMatch(/[{}]/)
      const given = answersOf(edit)
      for (const slot of slots) expect(answers[slot][given[slot]]).toBeDefined()
      expect(answers.kind[given.kind]).toBe(edit.kind)
    }
    expect(new Set(drawn.map(({ edit }) => edit.kind)).size).toBe(answers.kind.length)
  })

  it('of one part never take a wording of the other', async () => {
    const seen = { training: new Set<string>(), 'held-out': new Set<string>() }
    for (const part of ['training', 'held-out'] as const) {
      const captioner = grammarCaptioner(
        { polite: 0, typos: 0, tails: 0 },
        { wordings: (skeleton) => partOf(skeleton) === part && seen[part].add(skeleton).size > 0 },
      )
      const facts = { kind: 'style_change', direction: 'to-style', style: words.styles[0]!.style } as const
      for (let seed = 0; seed < 20; seed++)
        await captioner.caption({ facts, random: new Random(seed), count: 1 })
    }
    expect(seen.training.size).toBeGreaterThan(20)
    expect([...seen.training].filter((skeleton) => seen['held-out'].has(skeleton))).toEqual([])
  })
})
