import { mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TorchGenerator } from '../random/index.ts'
import { type Checkpoint, openCheckpoint, renamed } from './checkpoint.ts'
import { WeightsError } from './error.ts'
import { toFloat32 } from './floats.ts'
import type { StoredDType } from './header.ts'
import { quantizationKey } from './quantization.ts'
import { quantizeRows } from './quantize.ts'
import { writeSafetensors } from './writer.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'checkpoint-')))
})
afterEach(() => rm(folder, { recursive: true }))

const tensor = (name: string, ...values: number[]) =>
  ({
    name,
    dtype: 'F32',
    shape: [values.length],
    data: new Uint8Array(Float32Array.from(values).buffer),
  }) as const
const numbers = async (source: { read(path: string): Promise<Uint8Array> }, path: string) => [
  ...toFloat32(await source.read(path), 'f32'),
]
const at = (name: string) => join(folder, name)

async function using<T>(path: string, use: (checkpoint: Checkpoint) => T | Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(path)
  try {
    return await use(checkpoint)
  } finally {
    await checkpoint.close()
  }
}

describe('one file', () => {
  it('is a parameter source whose bytes can be located', async () => {
    await writeSafetensors(at('m.safetensors'), [tensor('a', 1, 2), tensor('b', 3)], new Map([['k', 'v']]))
    await symlink(at('m.safetensors'), at('link.safetensors'))
    await using(at('link.safetensors'), async (checkpoint) => {
      expect([...checkpoint.paths()]).toEqual(['a', 'b'])
      expect(checkpoint.describe('a')).toEqual({ dtype: 'f32', shape: [2] })
      expect(checkpoint.describe('none')).toBeUndefined()
      expect(checkpoint.locate('none')).toBeUndefined()
      const place = checkpoint.locate('b')
      expect(place).toMatchObject({ file: at('m.safetensors'), byteLength: 4 })
      expect(await numbers(checkpoint, 'b')).toEqual([3])
      expect(checkpoint.metadata.get('k')).toBe('v')
      await expect(checkpoint.read('none')).rejects.toMatchObject({ code: 'missing' })
      await expect(checkpoint.readRange('none', 0, 1)).rejects.toMatchObject({ code: 'missing' })
    })
  })

  it('lists and reads types that graphs lack, and refuses only to describe them', async () => {
    const odd: StoredDType[] = ['I8', 'I16', 'U16', 'U32', 'U64']
    await writeSafetensors(
      at('m.safetensors'),
      odd.map((dtype) => ({ name: dtype, dtype, shape: [0], data: new Uint8Array() })),
    )
    await using(at('m.safetensors'), async (checkpoint) => {
      expect([...checkpoint.paths()].sort()).toEqual(odd.toSorted())
      for (const dtype of odd) {
        expect(() => checkpoint.describe(dtype)).toThrow(
          `tensor "${dtype}": dtype ${dtype} is not supported in graphs`,
        )
        expect((await checkpoint.read(dtype)).byteLength).toBe(0)
        expect(checkpoint.stored(dtype)?.dtype).toBe(dtype)
      }
    })
  })
})

describe('a folder', () => {
  it('with one file, hidden and other files aside', async () => {
    await writeSafetensors(at('m.safetensors'), [tensor('a', 1)])
    await writeFile(at('.x.safetensors.tmp'), '')
    await writeFile(at('.hidden.safetensors'), '')
    await writeFile(at('config.json'), '{}')
    await using(folder, (checkpoint) => expect([...checkpoint.paths()]).toEqual(['a']))
  })

  it('with none, or with several', async () => {
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'missing' })
    await writeSafetensors(at('b.safetensors'), [])
    await writeSafetensors(at('a.safetensors'), [])
    await expect(openCheckpoint(folder)).rejects.toThrow(
      'expected one checkpoint, got a.safetensors, b.safetensors',
    )
    await writeFile(at('x.safetensors.index.json'), '{}')
    await writeFile(at('y.safetensors.index.json'), '{}')
    await expect(openCheckpoint(folder)).rejects.toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('x.safetensors.index.json, y.safetensors.index.json'),
    })
  })

  it('that is not there', async () => {
    await expect(openCheckpoint(at('none'))).rejects.toMatchObject({ code: 'missing' })
    await expect(openCheckpoint(at('none.safetensors.index.json'))).rejects.toMatchObject({ code: 'missing' })
  })
})

describe('shards', () => {
  const index = (map: Record<string, unknown>, rest: object = {}) =>
    writeFile(
      at('m.safetensors.index.json'),
      JSON.stringify({ metadata: { total_size: 8 }, weight_map: map, ...rest }),
    )

  beforeEach(async () => {
    await mkdir(at('sub'))
    await writeSafetensors(
      at('1.safetensors'),
      [tensor('a', 1), tensor('b', 2)],
      new Map([
        ['f', 'pt'],
        ['n', '1'],
      ]),
    )
    await writeSafetensors(
      at('sub/2.safetensors'),
      [tensor('c', 3)],
      new Map([
        ['f', 'pt'],
        ['n', '2'],
      ]),
    )
  })

  it('read as one', async () => {
    await index({ c: 'sub/2.safetensors', a: '1.safetensors', b: '1.safetensors' })
    await using(folder, async (checkpoint) => {
      expect([...checkpoint.paths()].sort()).toEqual(['a', 'b', 'c'])
      expect(await numbers(checkpoint, 'c')).toEqual([3])
      expect(checkpoint.locate('c')?.file).toBe(at('sub/2.safetensors'))
      expect([...checkpoint.metadata]).toEqual([['f', 'pt']])
    })
  })

  it('may be links, as download caches make them, even to files elsewhere', async () => {
    const elsewhere = await realpath(await mkdtemp(join(tmpdir(), 'blobs-')))
    await rename(at('1.safetensors'), join(elsewhere, 'blob'))
    await symlink(join(elsewhere, 'blob'), at('1.safetensors'))
    await index({ c: 'sub/2.safetensors', a: '1.safetensors', b: '1.safetensors' })
    await using(folder, async (checkpoint) => {
      expect(await numbers(checkpoint, 'b')).toEqual([2])
      expect(checkpoint.locate('b')?.file).toBe(join(elsewhere, 'blob'))
    })
    await rm(join(elsewhere, 'blob'))
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'missing' })
    await rm(elsewhere, { recursive: true })
  })

  it('that are missing by the thousand are refused at once', async () => {
    await index(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`t${i}`, `${i}.safetensors`])))
    await expect(openCheckpoint(folder)).rejects.toThrow(
      '"19.safetensors", "20.safetensors" and possibly more, download them',
    )
  })

  it('with a mutated index give a typed refusal or a consistent reading', async () => {
    await index({ c: 'sub/2.safetensors', a: '1.safetensors', b: '1.safetensors' })
    const valid = await readFile(at('m.safetensors.index.json'), 'latin1')
    const texts = ['', '"', '\\', '{', '}', '[', ',', ':', '../', '/', 'sub/', '\0', '\xff', '1', 'null']
    const edit = fc.record({ at: fc.nat(), remove: fc.nat({ max: 3 }), insert: fc.constantFrom(...texts) })
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
        let text = valid
        for (const { at: anywhere, remove, insert } of edits) {
          const cut = anywhere % (text.length + 1)
          text = text.slice(0, cut) + insert + text.slice(cut + remove)
        }
        await writeFile(at('m.safetensors.index.json'), text, 'latin1')
        const opened = await openCheckpoint(folder).catch((error: unknown) => error)
        if (opened instanceof WeightsError) return
        const checkpoint = opened as Checkpoint
        expect(await numbers(checkpoint, 'c')).toEqual([3])
        await checkpoint.close()
      }),
      { numRuns: 500 },
    )
  })

  it('refuse what index and shards do not agree on, all at once', async () => {
    await index({ a: '1.safetensors', c: '1.safetensors', d: 'sub/2.safetensors' })
    const error = await openCheckpoint(folder).catch((reason: Error) => reason)
    expect(error).toMatchObject({ code: 'index' })
    expect((error as Error).message).toContain(
      '2 missing tensors: "c" in "1.safetensors", "d" in "sub/2.safetensors"',
    )
    expect((error as Error).message).toContain('"b" in "1.safetensors", "c" in "sub/2.safetensors"')
  })

  it('refuse an index whose shard is missing or damaged', async () => {
    await index({ a: '1.safetensors', b: '1.safetensors', z: '3.safetensors' })
    await expect(openCheckpoint(folder)).rejects.toThrow('missing shards: "3.safetensors", download them')
    await writeFile(at('3.safetensors'), 'short')
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'truncated' })
  })

  it.each([
    '../x.safetensors',
    '/etc/x.safetensors',
    'sub/../../x.safetensors',
    'C:\\x.safetensors',
    'C:x.safetensors',
    '..\\x.safetensors',
    './1.safetensors',
    'sub//2.safetensors',
    'a\0.safetensors',
    'model.bin',
    '',
    7,
    null,
    {},
  ])('refuse the shard name %j', async (name) => {
    await index({ a: name })
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'index' })
  })

  it.each([
    ['{', 'not valid JSON'],
    ['[]', 'weight_map'],
    ['{}', 'weight_map'],
    ['{"weight_map":[]}', 'weight_map'],
    ['{"weight_map":{}}', 'weight_map'],
    ['{"weight_map":{"a":"1.safetensors","a":"1.safetensors"}}', 'names "a" twice'],
  ])('refuse the index %s', async (text, message) => {
    await writeFile(at('m.safetensors.index.json'), text)
    await expect(openCheckpoint(folder)).rejects.toThrow(message)
  })
})

describe('quantised weights', () => {
  const inner = 40
  const values = new TorchGenerator(3).randn(3 * inner)
  const { q, scales } = quantizeRows({ values, inner }, { bits: 4, block: 32 })
  const parts = [
    { name: 'w.weight.q', dtype: 'U8', shape: [3, 2, 16], data: q },
    { name: 'w.weight.scales', dtype: 'F32', shape: [3, 2], data: new Uint8Array(scales.buffer) },
  ] as const
  const entry = { bits: 4, block: 32, shape: [3, inner], dtype: 'bf16' }
  const describing = (tensors: unknown, version: unknown = 1) =>
    new Map([[quantizationKey, JSON.stringify({ version, tensors, recipe: {} })]])

  it('are one weight to describe, and two tensors to read', async () => {
    await writeSafetensors(at('q.safetensors'), [...parts, tensor('b', 1)], describing({ 'w.weight': entry }))
    await using(at('q.safetensors'), async (checkpoint) => {
      expect([...checkpoint.paths()].sort()).toEqual(['b', 'w.weight'])
      expect(checkpoint.describe('w.weight')).toEqual({
        dtype: 'f32',
        shape: [3, inner],
        quantization: { bits: 4, block: 32 },
      })
      expect(checkpoint.describe('w.weight.q')).toEqual({ dtype: 'u8', shape: [3, 2, 16] })
      expect(checkpoint.locate('w.weight.scales')?.byteLength).toBe(24)
      expect(checkpoint.locate('w.weight')).toBeUndefined()
      expect(await checkpoint.read('w.weight.q')).toEqual(q)
      const read = await numbers(checkpoint, 'w.weight')
      expect(read).toHaveLength(3 * inner)
      for (const [i, value] of read.entries())
        expect(Math.abs(value - (values[i] as number))).toBeLessThan(0.3)
      const view = renamed(checkpoint, (path) => `model.${path}`)
      expect(view.describe('model.w.weight.scales')).toEqual({ dtype: 'f32', shape: [3, 2] })
      expect(await view.read('model.w.weight.q')).toEqual(q)
      expect(view.locate('model.w.weight.q')).toEqual(checkpoint.locate('w.weight.q'))
      expect(view.describe('model.b.q')).toBeUndefined()
    })
  })

  it.each([
    ['another version', describing({}, 2), 'expected version 1, got 2'],
    ['no JSON', new Map([[quantizationKey, '{']]), 'not valid JSON'],
    ['no object', new Map([[quantizationKey, '[]']]), 'expected version 1, got none'],
    ['no tensors', describing([]), 'expected an object "tensors"'],
    ['3 bits', describing({ 'w.weight': { ...entry, bits: 3 } }), 'expected 4 or 8 bits, got 3'],
    ['a block of 33', describing({ 'w.weight': { ...entry, block: 33 } }), 'expected a block of'],
    ['a block of 0', describing({ 'w.weight': { ...entry, block: 0 } }), 'expected a block of'],
    ['text for bits', describing({ 'w.weight': { ...entry, bits: '4' } }), 'expected numbers'],
    ['an odd shape', describing({ 'w.weight': { ...entry, shape: [3] } }), 'expected a "shape"'],
    ['a negative shape', describing({ 'w.weight': { ...entry, shape: [-3, 40] } }), 'expected a "shape"'],
    ['another dtype', describing({ 'w.weight': { ...entry, dtype: 'toString' } }), 'expected a "dtype"'],
    [
      'a misfit',
      describing({ 'w.weight': { ...entry, shape: [4, inner] } }),
      'expected U8 [4, 2, 16], got U8 [3, 2, 16]',
    ],
    ['missing parts', describing({ x: entry }), '"x.q": expected U8 [3, 2, 16], got no such tensor'],
  ])('are refused with %s', async (_, metadata, message) => {
    await writeSafetensors(at('q.safetensors'), parts, metadata)
    await expect(openCheckpoint(at('q.safetensors'))).rejects.toThrow(message)
    await expect(openCheckpoint(at('q.safetensors'))).rejects.toMatchObject({ code: 'quantization' })
  })

  it('are refused where the weight is there as well', async () => {
    await writeSafetensors(
      at('q.safetensors'),
      [...parts, tensor('w.weight', 1)],
      describing({ 'w.weight': entry }),
    )
    await expect(openCheckpoint(at('q.safetensors'))).rejects.toMatchObject({ code: 'duplicate' })
  })
})

describe('renamed', () => {
  it('maps, drops and refuses collisions', async () => {
    await writeSafetensors(at('m.safetensors'), [tensor('x.a', 1), tensor('x.b', 2), tensor('y', 3)])
    await using(at('m.safetensors'), async (checkpoint) => {
      const view = renamed(checkpoint, (path) => (path.startsWith('x.') ? path.slice(2) : undefined))
      expect([...view.paths()]).toEqual(['a', 'b'])
      expect(await numbers(view, 'b')).toEqual([2])
      expect(view.describe('y')).toBeUndefined()
      expect(view.locate('x.a')).toBeUndefined()
      await expect(view.read('x.a')).rejects.toMatchObject({ code: 'missing' })
      expect(() => renamed(checkpoint, () => 'same')).toThrow('both "x.a" and "x.b" would be called "same"')
    })
  })
})
