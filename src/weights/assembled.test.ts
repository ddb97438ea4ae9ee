import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataOf, type TensorValue, tensorValue } from '../graph/index.ts'
import { type Assembly, assembled } from './assembled.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { quantizeCheckpoint } from './quantizeCheckpoint.ts'
import { readAll, writeAll } from './tensors.ts'

const matrix = (rows: number, start: number): TensorValue =>
  tensorValue(
    'f32',
    [rows, 256],
    Array.from({ length: rows * 256 }, (_, i) => Math.sin(start + i)),
  )

const joins = new Map<string, Assembly>([
  ['qkv.weight', { rows: [{ path: 'q.weight' }, { path: 'k.weight' }, { path: 'v.weight' }] }],
  [
    'swapped.weight',
    {
      rows: [
        { path: 'q.weight', part: { index: 1, of: 2 } },
        { path: 'q.weight', part: { index: 0, of: 2 } },
      ],
    },
  ],
  ['convolution.weight', { rows: [{ path: 'v.weight' }], ones: 2 }],
  ['absent.weight', { rows: [{ path: 'nowhere' }] }],
])

let folder: string
let plain: Checkpoint
let int8: Checkpoint
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assembled-'))
  const file = join(folder, 'parts.safetensors')
  const values = { 'q.weight': matrix(256, 0), 'k.weight': matrix(256, 1), 'v.weight': matrix(512, 2) }
  await writeAll(file, new Map(Object.entries(values)))
  await quantizeCheckpoint(file, join(folder, 'int8.safetensors'), { bits: 8 })
  plain = await openCheckpoint(file)
  int8 = await openCheckpoint(join(folder, 'int8.safetensors'))
})
afterAll(async () => {
  await Promise.all([plain.close(), int8.close()])
  rmSync(folder, { recursive: true })
})

describe('a view put together from rows', () => {
  it('joins, swaps halves, and adds dimensions of one', async () => {
    const view = assembled(plain, joins)
    expect(view.describe('qkv.weight')?.shape).toEqual([1024, 256])
    expect(view.describe('convolution.weight')?.shape).toEqual([512, 256, 1, 1])
    expect(view.describe('q.weight')).toBeUndefined()
    expect(view.describe('absent.weight')).toBeUndefined()
    const { q, k, v } = Object.fromEntries(
      [...(await readAll(plain))].map(([path, { data }]) => [path[0], [...(data as Float32Array)]]),
    )
    const values = await readAll(view, ['qkv.weight', 'swapped.weight', 'convolution.weight'])
    expect([...dataOf(values.get('qkv.weight')!, 'f32')]).toEqual([...q!, ...k!, ...v!])
    const half = q!.length / 2
    expect([...dataOf(values.get('swapped.weight')!, 'f32')]).toEqual([
      ...q!.slice(half),
      ...q!.slice(0, half),
    ])
    expect([...dataOf(values.get('convolution.weight')!, 'f32')]).toEqual(v)
  })

  it('leaves what is one whole tensor in its file', () => {
    const view = assembled(plain, joins)
    expect(view.locate('convolution.weight')).toEqual(plain.locate('v.weight'))
    expect(view.locate('qkv.weight')).toBeUndefined()
    expect(view.locate('swapped.weight')).toBeUndefined()
  })

  it('joins quantised weights without a change of their values', async () => {
    const view = assembled(int8, joins)
    expect(view.describe('qkv.weight')).toMatchObject({ shape: [1024, 256], quantization: { bits: 8 } })
    expect(view.describe('qkv.weight.q')?.shape).toEqual([1024, 2, 128])
    const parts = [...(await readAll(int8, ['q.weight.q', 'k.weight.q', 'v.weight.q'])).values()]
    const joined = (await readAll(view, ['qkv.weight.q'])).get('qkv.weight.q')!
    expect([...(joined.data as Uint8Array)]).toEqual(parts.flatMap(({ data }) => [...(data as Uint8Array)]))
    expect((await readAll(view, ['qkv.weight.scales'])).get('qkv.weight.scales')!.shape).toEqual([1024, 2])
  })

  it('refuses to join what does not fit', () => {
    const odd = new Map<string, Assembly>([
      ['third', { rows: [{ path: 'q.weight', part: { index: 0, of: 3 } }] }],
      ['mixed', { rows: [{ path: 'q.weight' }, { path: 'k.weight.scales' }] }],
    ])
    const view = assembled(int8, odd)
    for (const path of odd.keys())
      expect.soft(() => view.describe(path), path).toThrow(/expected rows of .* for /)
  })
})
