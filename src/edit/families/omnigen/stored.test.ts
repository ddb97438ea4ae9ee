import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyOmnigen, writeTinyOmnigenDiffusers } from '../../../../test/tinyOmnigen.ts'
import type { Picture } from '../../../image/index.ts'
import { fromFloat32, openCheckpoint, toFloat32, writeSafetensors } from '../../../weights/index.ts'
import { openModelEditor } from '../../modelEditor.ts'

const picture: Picture = {
  width: 48,
  height: 32,
  data: Uint8Array.from({ length: 3 * 48 * 32 }, (_, i) => (i * 31 + (i >> 5)) % 256),
}

let root: string
let plain: Picture
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'omnigen-stored-'))
  const folder = join(root, 'plain')
  await writeTinyOmnigen(folder)
  plain = await edited(folder)
})
afterAll(() => rm(root, { recursive: true }))

async function edited(folder: string): Promise<Picture> {
  const editor = await openModelEditor(folder, { precision: 'fp32', cache: join(root, 'cache') })
  try {
    return await editor.edit(picture, 'make it snow', { steps: 2, size: 48, detail: false })
  } finally {
    await editor.close()
  }
}

type Stored = Parameters<typeof writeSafetensors>[1][number]

/** A tiny checkpoint whose transformer's tensors are stored otherwise. */
async function storedAs(
  layout: 'original' | 'diffusers',
  store: (path: string, values: Float32Array, shape: readonly number[]) => readonly Stored[],
): Promise<string> {
  const folder = await mkdtemp(join(root, `${layout}-`))
  await (layout === 'original' ? writeTinyOmnigen(folder) : writeTinyOmnigenDiffusers(folder))
  const names = { original: 'model', diffusers: 'transformer/diffusion_pytorch_model' }
  const file = join(folder, `${names[layout]}.safetensors`)
  const checkpoint = await openCheckpoint(file)
  const tensors: Stored[] = []
  for (const path of checkpoint.paths()) {
    const values = toFloat32(await checkpoint.read(path), 'f32').slice()
    tensors.push(...store(path, values, checkpoint.describe(path)!.shape))
  }
  await checkpoint.close()
  await writeSafetensors(file, tensors)
  return folder
}

const stored = (
  name: string,
  dtype: 'BF16' | 'F8_E4M3' | 'F32',
  shape: readonly number[],
  values: Float32Array,
): Stored => {
  const types = { BF16: 'bf16', F8_E4M3: 'f8e4m3', F32: 'f32' } as const
  return { name, dtype, shape, data: fromFloat32(values, types[dtype]) }
}

/** The mean difference of levels. */
function distance(a: Picture, b: Picture): number {
  return a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]!), 0) / a.data.length
}

it.each(['original', 'diffusers'] as const)('runs in bf16, in the layout of the %s', async (layout) => {
  const found = await edited(
    await storedAs(layout, (path, values, shape) => [stored(path, 'BF16', shape, values)]),
  )
  expect(found).not.toEqual(plain)
  expect(distance(found, plain)).toBeLessThan(3)
})

it.each([
  ['original', 'scale_weight'],
  ['diffusers', 'weight_scale'],
] as const)('runs in fp8 with scales, in the layout of the %s, named %s', async (layout, scaleName) => {
  const folder = await storedAs(layout, (path, values, shape) => {
    const isLinear = /layers\..*\.weight$/.test(path) && shape.length === 2
    if (!isLinear) return [stored(path, 'F32', shape, values)]
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 448
    const layer = path.slice(0, -'.weight'.length)
    return [
      stored(
        path,
        'F8_E4M3',
        shape,
        values.map((value) => value / scale),
      ),
      stored(`${layer}.${scaleName}`, 'F32', [], Float32Array.of(scale)),
    ]
  })
  const found = await edited(folder)
  expect(found).not.toEqual(plain)
  expect(distance(found, plain)).toBeLessThan(8)
})
