import { expect, it } from 'vitest'
import { embeddedPlanner } from '../../edit/index.ts'
import { editKinds, suggest } from './suggestions.ts'

const everything = suggest({ parts: ['sky'], things: ['car', 'person'] })
const indoors = suggest({ parts: [], things: ['cup', 'person', 'dog'] })

it('fit what is seen, of each kind one at most', () => {
  expect(everything.map(({ en }) => en)).toMatchInlineSnapshot(`
    [
      "remove the car",
      "make the sky turquoise",
      "smooth the skin",
      "blur the background",
      "turn the car into marble",
      "make it warmer and more vivid",
      "turn it into an oil painting",
      "write "Hello" at the bottom",
      "replace the car with a sculpture",
      "make the person jump",
      "add a hot-air balloon",
    ]
  `)
  for (const list of [everything, indoors])
    expect(new Set(list.map(({ kind }) => kind)).size).toBe(list.length)
  const all = new Set([...everything, ...indoors].map(({ kind }) => kind))
  expect([...all].sort()).toEqual([...editKinds].sort())
  expect(suggest({ parts: [], things: [] }).map(({ kind }) => kind)).toEqual([
    'tone_transfer',
    'style_change',
    'text_change',
    'subject-add',
  ])
})

it('are understood by the darkroom in both languages, or beyond it', async () => {
  const planner = embeddedPlanner()
  for (const { en, cn, isGenerative } of [...everything, ...indoors]) {
    const [english, chinese] = [await planner.read(en, {}), await planner.read(cn, {})]
    const wanted = isGenerative ? 'beyond' : 'plan'
    expect([en, english.type, cn, chinese.type]).toEqual([en, wanted, cn, wanted])
    if (english.type !== 'plan' || chinese.type !== 'plan') continue
    const kinds = (reading: typeof english) => reading.plan.steps.map(({ kind }) => kind)
    expect(kinds(chinese), cn).toEqual(kinds(english))
  }
})
