import { describe, expect, it } from 'vitest'
import { Random } from '../random/index.ts'
import { backgroundChange } from './backgroundChange.ts'
import { joinPieces } from './grammar.ts'
import { bareSentences } from './phrasings.ts'
import { backdropWords } from './vocabulary/backdrops.ts'

const backdrops = Object.entries(backdropWords)

describe('new backgrounds', () => {
  it.each(backdrops)('%s is not called a background twice', (_, { en, cn }) => {
    const facts = {
      kind: 'background_change',
      subject: { en: 'dog', cn: '狗' },
      background: { en, cn },
    } as const
    for (const wording of [backgroundChange.en(facts), backgroundChange.cn(facts, new Random(0))]) {
      const texts = bareSentences(wording).map(({ pieces }) => joinPieces(pieces))
      expect(texts.length).toBeGreaterThan(20)
      for (const text of texts)
        expect(text).not.toMatch(
          /background background|background (?:as|in|into|behind) (?:a|the) back|背景的背景|背景(?:作为|当作|做|当|为)/,
        )
    }
  })
})
