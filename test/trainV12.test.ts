import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEditor } from 'pentimento/edit'
import { type Picture, writePicture } from 'pentimento/image'
import { type PictureTrainingOptions, trainOnPictures } from 'pentimento/train'
import { openCheckpoint } from 'pentimento/weights'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyV12 } from './tinyV12.ts'

/* Step1X-Edit v1.2 trained: its texts are not padded, and its mapping of quoted text learns, too. */

const folder = mkdtempSync(join(tmpdir(), 'train-v12-'))
const model = join(folder, 'Step1X-Edit-v1p2')
beforeAll(async () => {
  await writeTinyV12(model)
  for (const name of ['source', 'target'])
    await writePicture(picture(name.length), join(folder, `${name}.png`))
})
afterAll(() => rmSync(folder, { recursive: true }))

function picture(seed: number): Picture {
  const [width, height] = [64, 48]
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * seed + (i >> 5)) % 256)
  return { width, height, data }
}

const run = (output: string, given: Partial<PictureTrainingOptions>) =>
  trainOnPictures(
    ['write "SNOW"', 'make it a winter day'].map((instruction) => ({
      source: join(folder, 'source.png'),
      target: join(folder, 'target.png'),
      instruction,
    })),
    {
      model,
      output: join(folder, output),
      size: 64,
      steps: 30,
      learningRate: 3e-3,
      features: join(folder, 'features'),
      cache: join(folder, 'cache'),
      provider: 'cpu',
      threads: 1,
      ...given,
    },
  )

const opening = { provider: 'cpu', threads: 1, precision: 'fp32', cache: join(folder, 'cache') } as const
const edit = async (from: string, more = {}) => {
  const editor = await openEditor(from, { ...opening, ...more })
  try {
    return await editor.edit(picture(3), 'write "SNOW"', { steps: 1, size: 64, reflect: false })
  } finally {
    await editor.close()
  }
}

it('a LoRA is trained on v1.2 and changes its edits; batches of several texts are refused', async () => {
  await expect(run('refused', { batch: 2, steps: 1 })).rejects.toThrow(
    'batch: expected 1 for Step1X-Edit v1.2, whose texts are not padded, got 2',
  )
  const { path } = await run('lora', { lora: { rank: 2 } })
  const made = await edit(model, { loras: [{ file: path, strength: 1 }] })
  expect(made.data).not.toEqual((await edit(model)).data)
})

it('all weights are trained, the mapping among them, and the result opens as v1.2', async () => {
  const losses: number[] = []
  const { path } = await trainAll(losses)
  expect(mean(losses.slice(-8))).toBeLessThan(mean(losses.slice(0, 8)))
  const before = await openCheckpoint(join(model, 'transformer'))
  const after = await openCheckpoint(join(path, 'step1x-edit-v1.2.safetensors'))
  try {
    const name = 'text_token_mapping.weight'
    expect(after.describe(name)?.shape).toEqual([48, 64])
    expect(await after.read(name)).not.toEqual(await before.read(name))
  } finally {
    await before.close()
    await after.close()
  }
  expect((await edit(path)).data).not.toEqual((await edit(model)).data)
})

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length

async function trainAll(losses: number[]) {
  return trainOnPictures(
    [
      {
        source: join(folder, 'source.png'),
        target: join(folder, 'target.png'),
        instruction: 'write "SNOW"',
      },
    ],
    {
      model,
      output: join(folder, 'all'),
      size: 64,
      steps: 40,
      learningRate: 2e-3,
      dropout: 0,
      features: join(folder, 'features'),
      provider: 'cpu',
      threads: 1,
    },
    { onStep: ({ loss }) => void losses.push(loss) },
  )
}
