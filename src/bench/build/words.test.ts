import { describe, expect, it } from 'vitest'
import type { Detection, TextLine } from '../../tools/index.ts'
import { textFindings } from './findings.ts'
import { askIntents, groupIntents, intentOf } from './intents.ts'
import { proposeKind } from './kinds.ts'
import { personalTexts, withPlaceholders } from './personalText.ts'
import { modelRewriter, ruleRewriter } from './rewrite.ts'

describe('personalTexts', () => {
  it.each([
    ['write to ann.b@mail.co.uk now', 'write to name@example.com now'],
    ['see https://me.example/x?y=1', 'see www.example.com'],
    ['by @jane_doe', 'by @username'],
    ['call 030 1234 5678', 'call 123 4567 8912'],
    ['call 13812345678', 'call 12345678912'],
    ['card 4111 1111 1111 1111', 'card 1234 5678 9123 4567'],
    ['live at 221 Baker Street', 'live at 12 Example Street'],
    ['联系李小龙先生', '某人'],
  ])('finds what is personal in %s', (text, wanted) => {
    expect(withPlaceholders(text)).toContain(wanted)
  })

  it('gives a name the same placeholder everywhere, in its length and capitals, and another name another', () => {
    const [first, second] = ['JOHN SMITH', 'Change "John Smith" to "Anna Jones"'].map((text) =>
      withPlaceholders(text),
    )
    const name = /"(.*?)" to "(.*?)"/.exec(second!)!
    expect(first).toBe(name[1]!.toUpperCase())
    expect(name[1]).not.toBe(name[2])
    expect(name[1]!.split(' ').map((word) => word.length)).toEqual([4, 5])
  })

  it.each([
    'make the sky blue at 5 pm',
    'crop to 1920x1080',
    'Remove the red car in 2024',
    'add 3 more cups',
    '把背景换成海边',
    'the price is $12.99',
    'mark the place with a rose',
  ])('leaves %s alone', (text) => {
    expect(personalTexts(text)).toEqual([])
  })
})

describe('rewriting', () => {
  const change = (text: string, inPicture: string[] = [], language: 'en' | 'cn' = 'en') =>
    ruleRewriter().change(text, { language, inPicture })

  it.each([
    ['remove my friend Lena from the left', 'remove my friend from the left'],
    ['Make Mrs. Miller smile', 'Make the woman smile'],
    ['Sarah should look to the left', 'The person should look to the left'],
    ['put a hat on Kevin', 'put a hat on the person'],
    ['send it to a@b.com when done', 'send it to name@example.com when done'],
  ])('%s becomes %s', async (text, wanted) => {
    expect((await change(text))?.text).toBe(wanted)
  })

  it('keeps names that are to be written as names, and does not touch what tells nothing', async () => {
    expect((await change('Write "Tom" on the cup'))?.text).toMatch(/^Write "\w{3}" on the cup$/)
    expect(await change('Make the sky darker')).toBeUndefined()
  })

  it('does not quote personal text of the picture', async () => {
    const changed = await change('Replace "Unit 4711B" by "Hello"', ['Unit 4711B'])
    expect(changed).toMatchObject({ reason: 'it quoted personal text of the picture' })
    expect(changed!.text).toMatch(/^Replace "[A-Za-z]{4} [A-Z]{5}" by "Hello"$/)
  })

  it('asks a model, and changes by rules what it leaves or says badly', async () => {
    const asked: string[] = []
    const model = (says: string) =>
      modelRewriter({
        facts: { implementation: 'openai:x', version: '1', concurrency: 1, timeLimitSeconds: 1 },
        ask: async ({ parts }) => {
          asked.push(parts.join('\n'))
          return says
        },
      }).change('Make Zbigniew laugh, a@b.com', { language: 'en', inPicture: ['Zbigniew K.'] })
    expect(
      await model('{"instruction":"Make the man laugh, a@b.com","changed":true,"reason":"a name"}'),
    ).toEqual({
      text: 'Make the man laugh, name@example.com',
      reason: 'a name; e-mail became a placeholder',
    })
    expect((await model('Sorry, no.'))?.text).toBe('Make Zbigniew laugh, name@example.com')
    expect(asked[0]).toContain('["Zbigniew K."]')
  })
})

describe('textFindings', () => {
  const line = (text: string, x: number, y: number): TextLine => ({
    text,
    score: 0.9,
    corners: [
      [x, y],
      [x + 40, y],
      [x + 40, y + 10],
      [x, y + 10],
    ],
  })
  const thing = (label: string, x: number): Detection => ({
    label,
    score: 0.8,
    box: { x, y: 0, width: 100, height: 100 },
  })

  it('tells plates, screens and personal text from signs', () => {
    const found = textFindings(
      [
        line('B AB1234', 20, 80),
        line('TAXI', 20, 20),
        line('Inbox', 220, 20),
        line('Hello Anna', 220, 40),
        line('STOP', 420, 20),
        line('John Smith', 420, 60),
        line('AB 123', 620, 20),
      ],
      [thing('car', 0), thing('laptop', 200)],
    )
    expect(found.map(({ what, text }) => [what, text])).toEqual([
      ['plate', 'B AB1234'],
      ['text', 'John Smith'],
      ['screen', 'Inbox / Hello Anna'],
    ])
    expect(found[2]!.box).toEqual({ x: 200, y: 0, width: 100, height: 100 })
  })
})

describe('intents', () => {
  it('groups what wants the same, whatever the words', async () => {
    const texts = [
      'remove the car',
      'Please erase the cars from this photo!',
      'remove the dog',
      'turn my house into a spaceship made of cheese',
      'my house should turn into a cheese spaceship',
      '去掉汽车',
      'make it brighter',
    ]
    const wishes = await Promise.all(texts.map(async (text) => ({ intent: await intentOf(text), kind: 'k' })))
    expect(groupIntents(wishes)).toEqual([[0, 1, 5], [2], [3, 4], [6]])
    expect(groupIntents(wishes.map((wish, i) => ({ ...wish, kind: String(i) })))).toHaveLength(7)
  })

  it('asks a model, and what it forgets or says twice stands alone', async () => {
    const vision = (says: string) => ({
      facts: { implementation: 'm', version: '1', concurrency: 1, timeLimitSeconds: 1 },
      ask: async () => says,
    })
    const wishes = ['a', 'b', 'c', 'd'].map((text) => ({ text, kind: 'k' }))
    expect(await askIntents(vision('{"groups":[[1,3],[3,9],[2]]}'), wishes)).toEqual([[0, 2], [1], [3]])
    expect(await askIntents(vision('no'), wishes)).toEqual([[0], [1], [2], [3]])
  })

  it.each([
    ['remove the car', 'subject-remove'],
    ['make the car red', 'color_alter'],
    ['add a cat on the sofa', 'subject-add'],
    ['make her smile and fix her teeth', 'ps_human'],
    ['背景换成海边', 'background_change'],
    ['make it look like a watercolor', 'style_change'],
    ['change "SALE" to "OPEN"', 'text_change'],
  ])('%s seems to be %s', async (text, kind) => {
    expect((await proposeKind(text)).kind).toBe(kind)
  })
})
