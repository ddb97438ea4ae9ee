import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Editor, openEditor } from 'pentimento/edit'
import { meanDifference, type Picture, peakSignalToNoise, readPicture, resizePicture } from 'pentimento/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasGpu } from './gpu.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const model = join(root, 'models/nano')

let photo: Picture
let editor: Editor
beforeAll(async () => {
  photo = await readPicture(join(root, 'examples/photos/sean-afnan-244576.jpg'))
  editor = await openEditor(model, { provider: 'cpu' })
})
afterAll(() => editor.close())

/** Mean distance of the colours from grey, in levels. */
function colourfulness({ data }: Picture): number {
  let sum = 0
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!]
    sum += Math.max(r, g, b) - Math.min(r, g, b)
  }
  return sum / (data.length / 3)
}

describe('the embedded model', () => {
  it('takes less than 40 MB', async () => {
    const files = ['step1x-edit-nano.safetensors', 'vae.safetensors', 'Qwen2.5-VL-nano/model.safetensors']
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(model, file))).size))
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(40e6)
  })

  it.each(['make it black and white', '把它变成黑白'])("takes colour out: '%s'", async (instruction) => {
    const edited = await editor.edit(photo, instruction)
    expect(edited).toMatchObject({ width: photo.width, height: photo.height })
    expect(colourfulness(edited)).toBeLessThan(0.15 * colourfulness(photo))
  })

  it.each(['leave the photo as it is', '保持原样'])("leaves the picture alone: '%s'", async (instruction) => {
    const edited = await editor.edit(photo, instruction)
    expect(peakSignalToNoise(edited, photo)).toBeGreaterThan(30)
  })

  it('gives in one step what it gives in four, by any seed', async () => {
    const edit = (options: object) => editor.edit(photo, 'make it sepia', { keepEditSize: true, ...options })
    const [one, otherSeed, four] = [
      await edit({ seed: 1 }),
      await edit({ seed: 2 }),
      await edit({ steps: 4 }),
    ]
    expect(peakSignalToNoise(one, otherSeed)).toBeGreaterThan(60)
    expect(peakSignalToNoise(one, four)).toBeGreaterThan(40)
  })

  it.runIf(hasGpu())('edits alike on a GPU', async () => {
    const small = resizePicture(photo, { width: 64, height: 48 })
    const options = { size: 64, keepEditSize: true }
    const gpu = await openEditor(model, { provider: 'webgpu' })
    try {
      const [one, other] = [
        await editor.edit(small, 'make it sepia', options),
        await gpu.edit(small, 'make it sepia', options),
      ]
      expect(meanDifference(one, other)).toBeLessThan(1)
    } finally {
      await gpu.close()
    }
  })
})
