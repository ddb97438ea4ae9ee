import { afterAll, describe, expect, it } from 'vitest'
import { draftOf, sourceOf, toolsFor } from '../../../test/recipes.ts'
import type { Picture } from '../../image/index.ts'
import { Random } from '../../random/index.ts'
import { Rejection, type TextLine, type Toolbox } from '../../tools/index.ts'
import type { AnnotatedThing, Annotation } from '../annotations/annotation.ts'
import type { Source } from './recipe.ts'
import { textChange } from './text_change.ts'

const { tools, missing } = await toolsFor(['ocr', 'inpainter', 'fonts'])
afterAll(() => tools.close())

const photo = await sourceOf('photos/galen-crout-175291.jpg', 192)
const recipeOf = (name: string) => textChange.find((recipe) => recipe.name === `text_change/${name}`)!

/** The same tools, but an OCR that always reads these lines. */
const reading = (lines: readonly TextLine[]): Toolbox => ({
  ...tools,
  get: ((job) => {
    const tool = tools.get(job)
    return job === 'ocr' ? { ...tool, read: async () => lines } : tool
  }) as Toolbox['get'],
})

const refusal = async (draft: Promise<unknown>): Promise<string> => {
  const error: unknown = await draft.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof Rejection ? error.reason : String(error)
}

// Without the packs of OCR and fonts nothing can be written and read.
describe.skipIf(missing)('texts are refused', () => {
  it('on people', async () => {
    const { width, height } = photo.picture
    const size = { width: width / 8, height: height / 8 }
    const people = Array.from(
      { length: 64 },
      (_, i): AnnotatedThing => ({
        name: { en: 'person', cn: '人' },
        box: { x: (i % 8) * size.width, y: Math.floor(i / 8) * size.height, ...size },
        score: 1,
        from: 'detector',
        nature: 'person',
      }),
    )
    const annotation: Annotation = { things: people, surfaces: [] }
    for (const name of ['caption', 'sign'])
      expect(await refusal(draftOf(recipeOf(name), photo, { tools, annotation }))).toBe('on-somebody')
  })

  it('as signs that hang in the sky', async () => {
    // Blue above, a rough meadow below.
    const random = new Random('meadow')
    const picture: Picture = { width: 192, height: 144, data: new Uint8Array(3 * 192 * 144) }
    for (let y = 0; y < 144; y++)
      for (let x = 0; x < 192; x++) {
        const grain = random.between(-22, 22) + 12 * Math.sin(x / 7 + y / 9)
        const isSky = y < 90 + 6 * Math.sin(x / 13)
        const colour = isSky ? [140 + y / 3, 180 + y / 3, 238] : [62 + grain, 92 + grain, 36 + grain / 2]
        picture.data.set(colour, 3 * (y * 192 + x))
      }
    const source: Source = { id: 'sky', name: 'sky', picture }
    const reasons = new Set<string>()
    for (let seed = 0; seed < 6; seed++)
      reasons.add(await refusal(draftOf(recipeOf('sign'), source, { tools: reading([]), seed })))
    expect([...reasons]).toContain('in-the-sky')
    // What stands below the sky may be there, but this OCR reads nothing.
    for (const reason of reasons) expect(reason).toMatch(/^(in-the-sky|(old|new)-text-unread)$/)
  })

  it('that OCR cannot read', async () => {
    for (const name of ['caption', 'sign'])
      expect(await refusal(draftOf(recipeOf(name), photo, { tools: reading([]) }))).toMatch(
        /^(old|new)-text-unread$/,
      )
  })

  it('that are still read after they went, or not read once they came', async () => {
    const large = await sourceOf('photos/galen-crout-175291.jpg', 256)
    const signed = await draftOf(recipeOf('sign'), large, { tools, seed: 1 })
    const lines = (await tools.get('ocr').read(signed.target))
      .slice(0, 1)
      .map((line) => ({ ...line, score: 1 }))
    expect(lines).toHaveLength(1)
    const source: Source = { id: 'sign', name: 'sign', picture: signed.target }
    const reasons = new Set<string>()
    for (let seed = 0; seed < 8 && reasons.size < 2; seed++)
      reasons.add(await refusal(draftOf(recipeOf('scene'), source, { tools: reading(lines), seed })))
    expect([...reasons].sort()).toEqual(['new-text-unread', 'old-text-left'])
  })
})
