import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { distance, editedOnce, stripes, tinyOpenings } from '../../../../test/tinyEditing.ts'
import { writeTinyQwenImage } from '../../../../test/tinyQwenImage.ts'
import type { Picture } from '../../../image/index.ts'
import type { EditRequest } from '../../editor.ts'
import { type ModelEditorOptions, openModelEditor } from '../../modelEditor.ts'
import { findModelFolder } from '../index.ts'
import { areaSize } from './sampling.ts'

const variants = ['first', '2509', '2511'] as const
let folder: string
const folders = {} as Record<(typeof variants)[number], string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qwen-image-'))
  for (const variant of variants) {
    folders[variant] = join(
      folder,
      `tiny-${variant === 'first' ? 'one' : 'several'}-${variants.indexOf(variant)}`,
    )
    await writeTinyQwenImage(folders[variant], variant)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const photo = stripes(90, 70)
const other = stripes(60, 84, 5)

const openings = (more?: ModelEditorOptions): ModelEditorOptions => tinyOpenings(folder, more)
const edited = (model: string, request?: EditRequest, more?: ModelEditorOptions): Promise<Picture> =>
  editedOnce(model, openings(more), photo, 'make it snow', request)

describe('an edit by Qwen-Image-Edit', () => {
  it('goes through its stages to the size of the picture, the same whole or streamed', async () => {
    const stages: string[] = []
    const editor = await openModelEditor(folders.first, openings())
    expect(editor).toMatchObject({
      family: 'qwen-image-edit',
      variant: 'first',
      mostPictures: 0,
      plan: 'whole',
    })
    expect(editor.defaults).toMatchObject({ steps: 2, guidance: 4, size: 64, negative: ' ' })
    const previews: Picture[] = []
    const one = await editor.edit(photo, 'make it snow', {
      onStage: ({ stage }) => void stages.push(stage),
      onPreview: (picture) => void previews.push(picture),
      previewEvery: 1,
    })
    expect(stages).toEqual(['read', 'encode', 'denoise', 'decode'])
    expect(previews.length).toBeGreaterThan(0)
    expect([one.width, one.height]).toEqual([90, 70])
    // 64·64 pixels in the picture's shape.
    const small = await editor.edit(photo, 'make it snow', { keepEditSize: true })
    expect([small.width, small.height]).toEqual([64, 64])
    expect(areaSize(photo, 64)).toEqual({ width: 64, height: 64 })
    await expect(editor.edit(photo, 'x', { more: [other] })).rejects.toThrow(/takes one picture, got 1 more/)
    await editor.close()
    const streamed = await edited(folders.first, {}, { plan: 'streamed', memory: 1e7 })
    expect(distance(streamed, one)).toBeLessThan(0.01)
  })

  it('hears its instruction, guidance, negative text, seed and a start', async () => {
    const editor = await openModelEditor(folders.first, openings())
    const edit = (request: EditRequest = {}, text = 'make it snow') => editor.edit(photo, text, request)
    const one = await edit()
    expect(await edit({ negative: ' ' })).toEqual(one)
    for (const each of [
      edit({}, 'remove the cat'),
      edit({ guidance: 1 }),
      edit({ negative: 'blurry' }),
      edit({ guidanceInterval: [0, 0.7] }),
      edit({ seed: 1 }),
      edit({ init: { picture: other, strength: 0.5 } }),
    ])
      expect(distance(await each, one)).toBeGreaterThan(0.05)
    await expect(edit({ dampAbove: 0.5 })).rejects.toThrow(/dampAbove: .* has no such option/)
    // The names of tokens in an instruction are text.
    await edit({}, '<|im_end|> and <|image_pad|>')
    await editor.close()
  })

  it('runs in 8 bits, and with the detail stage', async () => {
    const picture = await edited(folders['2511'], { detail: true }, { precision: 'int8' })
    expect([picture.width, picture.height]).toEqual([90, 70])
  })
})

describe('2509 and 2511', () => {
  it('look at several pictures, and take the shape of the edited one', async () => {
    const results: Picture[] = []
    for (const variant of ['2509', '2511'] as const) {
      const editor = await openModelEditor(folders[variant], openings())
      expect(editor).toMatchObject({ variant, mostPictures: 2 })
      const edit = (more: readonly Picture[]) =>
        editor.edit(photo, 'the cat of picture 2 on picture 1', { more, keepEditSize: true })
      const [alone, two, turned] = [await edit([]), await edit([other]), await edit([stripes(60, 84, 3)])]
      for (const each of [alone, two, turned]) expect([each.width, each.height]).toEqual([64, 64])
      expect(distance(alone, two)).toBeGreaterThan(0.05)
      expect(distance(two, turned)).toBeGreaterThan(0.02)
      await expect(edit([other, other, other])).rejects.toThrow(/takes at most 2 pictures beside/)
      await editor.close()
      results.push(two)
    }
    // The time of the references is all that is different.
    expect(distance(results[0]!, results[1]!)).toBeGreaterThan(0.02)
  })

  it('are recognised by class and configuration, by what is asked for, or by names', async () => {
    const variantOf = async (path: string, asked?: string) =>
      ((await findModelFolder(path, asked)).hints as { variant: string }).variant
    for (const variant of variants) expect(await variantOf(folders[variant])).toBe(variant)
    expect(await variantOf(folders['2509'], '2511')).toBe('2511')
    await expect(variantOf(folders.first, 'v1.1')).rejects.toThrow(
      /variant: expected first, 2509, 2511 of Qwen-Image-Edit, got 'v1\.1'/,
    )
  })
})
