import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Pix2pixLayout, tinyPix2pixFile, writeTinyPix2pix } from '../../../../test/tinyPix2pix.ts'
import type { Picture } from '../../../image/index.ts'
import {
  fromFloat32,
  openCheckpoint,
  type StoredDType,
  toFloat32,
  writeSafetensors,
} from '../../../weights/index.ts'
import { openModelEditor } from '../../modelEditor.ts'

let folder: string
let plain: Picture
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pix2pix-stored-'))
  for (const layout of ['diffusers', 'original'] as const)
    await writeTinyPix2pix(join(folder, layout), layout)
  plain = await edited(join(folder, 'diffusers'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const photo: Picture = {
  width: 64,
  height: 64,
  data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => Math.round(127 + 120 * Math.sin(i / 7 + (i % 3)))),
}

async function edited(model: string): Promise<Picture> {
  const cache = join(folder, 'cache')
  const editor = await openModelEditor(model, { provider: 'cpu', threads: 1, cache, precision: 'fp32' })
  try {
    return await editor.edit(photo, 'make it winter', { sampler: 'ddim' })
  } finally {
    await editor.close()
  }
}

/** The mean distance of two pictures, in levels. */
const distance = (a: Picture, b: Picture): number =>
  a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]!), 0) / a.data.length

interface Stored {
  readonly name: string
  readonly dtype: StoredDType
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/** A copy of which the file with the UNet is stored otherwise. */
async function storedAs(
  layout: Pix2pixLayout,
  store: (name: string, values: Float32Array, shape: readonly number[]) => readonly Stored[],
): Promise<string> {
  const copy = await mkdtemp(join(folder, 'copy-'))
  await cp(join(folder, layout), copy, { recursive: true })
  const source = await openCheckpoint(tinyPix2pixFile(join(folder, layout), layout, 'unet'))
  const tensors: Stored[] = []
  for (const path of source.paths()) {
    const { shape } = source.describe(path)!
    tensors.push(...store(path, toFloat32(await source.read(path), 'f32'), shape as readonly number[]))
  }
  await source.close()
  await writeSafetensors(tinyPix2pixFile(copy, layout, 'unet'), tensors)
  return copy
}

const inF8 = (name: string, values: Float32Array, shape: readonly number[]): Stored => ({
  name,
  dtype: 'F8_E4M3',
  shape,
  data: fromFloat32(values, 'f8e4m3'),
})
const inF32 = (name: string, values: Float32Array, shape: readonly number[]): Stored => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(values.slice().buffer),
})

it.each(['diffusers', 'original'] as const)('edits by %s in f16', async (layout) => {
  const copy = await storedAs(layout, (name, values, shape) => [
    { name, dtype: 'F16', shape, data: fromFloat32(values, 'f16') },
  ])
  expect(distance(await edited(copy), plain)).toBeLessThan(1.5)
})

it.each(['diffusers', 'original'] as const)('edits by %s in fp8, without scales', async (layout) => {
  const copy = await storedAs(layout, (...tensor) => [inF8(...tensor)])
  expect(distance(await edited(copy), plain)).toBeLessThan(25)
})

it('edits by linear layers in fp8 with scales', async () => {
  const scaled = await storedAs('diffusers', (name, values, shape) => {
    if (shape.length !== 2) return [inF32(name, values, shape)]
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 448
    const stored = values.map((value) => value / scale)
    const layer = name.slice(0, -'.weight'.length)
    return [inF8(name, stored, shape), inF32(`${layer}.scale_weight`, Float32Array.of(scale), [1])]
  })
  const found = distance(await edited(scaled), plain)
  expect(found).toBeGreaterThan(0)
  expect(found).toBeLessThan(10)
})
