import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TensorValue, tensorValue } from '../graph/index.ts'
import { fileIdentity, type IdentityProgress } from './identity.ts'
import { writeAll } from './tensors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const a = tensorValue('f32', [2, 2], [1, 2, 3, 4])
const b = tensorValue('f16', [3], [1, 2, 3])

let files = 0
async function written(
  tensors: Readonly<Record<string, TensorValue>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const file = join(folder, `${files++}.safetensors`)
  await writeAll(file, new Map(Object.entries(tensors)), new Map(Object.entries(metadata)))
  return file
}

describe('the identity of a file', () => {
  it('is one of its tensors, whatever their order and the notes beside them', async () => {
    const identity = await fileIdentity(await written({ a, b }))
    expect(identity).toMatch(/^tensors-sha256:[0-9a-f]{64}$/)
    expect(await fileIdentity(await written({ b, a }, { format: 'pt' }))).toBe(identity)
  })

  it.each<[string, Record<string, TensorValue>, Record<string, string>?]>([
    ['one bit of a value', { a: tensorValue('f32', [2, 2], [1, 2, 3, 4 + 2 ** -21]), b }],
    ['a shape', { a: { ...a, shape: [4] }, b }],
    ['a name', { c: a, b }],
    ['a dtype', { a, b: { ...b, dtype: 'bf16' } }],
    ['one tensor more', { a, b, c: b }],
    [
      'the metadata of quantised weights',
      { a, b },
      { 'pentimento.quantization': '{"version":1,"tensors":{}}' },
    ],
  ])('differs by %s', async (_, tensors, metadata) => {
    expect(await fileIdentity(await written(tensors, metadata))).not.toBe(
      await fileIdentity(await written({ a, b })),
    )
  })

  it('tells every tensor with NaN or infinity', async () => {
    const broken = {
      fine: a,
      nan: tensorValue('f32', [1], [Number.NaN]),
      half: tensorValue('f16', [2], [0, Number.NEGATIVE_INFINITY]),
      brain: tensorValue('bf16', [2], [0, Number.NaN]),
      double: tensorValue('f64', [2], [0, Number.POSITIVE_INFINITY]),
      eighth: tensorValue('f8e4m3', [2], [0, Number.NaN]),
      fifth: tensorValue('f8e5m2', [2], [0, Number.POSITIVE_INFINITY]),
      large: tensorValue('f8e4m3', [1], [448]),
      whole: tensorValue('i32', [1], [0x7fc00000]),
    }
    const error = (await fileIdentity(await written(broken)).catch((reason: unknown) => reason)) as Error
    expect(error).toMatchObject({ name: 'WeightsError', code: 'value' })
    const named = [...error.message.matchAll(/"(\w+)"/g)].map(([, name]) => name)
    expect(named.sort()).toEqual(['brain', 'double', 'eighth', 'fifth', 'half', 'nan'])
  })

  it('can be followed and stopped', async () => {
    const file = await written({ a, b })
    const seen: IdentityProgress[] = []
    await fileIdentity(file, { onProgress: (progress) => seen.push(progress) })
    expect(seen.map(({ done, total }) => [done, total])).toEqual([
      [16, 22],
      [22, 22],
    ])
    const controller = new AbortController()
    const stopped = fileIdentity(file, { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('the memory of identities', () => {
  /** As a file that was not changed just now. */
  const settled = (file: string) => utimes(file, 1_700_000_000, 1_700_000_000)
  /** How often the bytes of a file are read when its identity is asked for. */
  async function reads(file: string, memory: string): Promise<number> {
    let count = 0
    await fileIdentity(file, { memory, remembersFrom: 0, onProgress: () => count++ })
    return count
  }

  it('holds no small files, which are read as quickly', async () => {
    const memory = join(folder, 'none')
    const file = await written({ a })
    await settled(file)
    await fileIdentity(file, { memory })
    await expect(readdir(memory)).rejects.toThrow('ENOENT')
  })

  it('spares reading a file again until it changes', async () => {
    const memory = join(folder, 'memory')
    const file = await written({ a })
    await settled(file)
    const identity = await fileIdentity(file, { memory, remembersFrom: 0 })
    expect(await reads(file, memory)).toBe(0)
    expect(await fileIdentity(file, { memory, remembersFrom: 0 })).toBe(identity)
    await utimes(file, 1_700_000_001, 1_700_000_001)
    expect(await reads(file, memory)).toBe(1)
    expect(await reads(file, memory)).toBe(0)
    await rm(file)
    await writeAll(file, new Map([['a', { ...a, data: Float32Array.of(4, 3, 2, 1) }]]))
    await utimes(file, 1_700_000_001, 1_700_000_001)
    expect(await fileIdentity(file, { memory, remembersFrom: 0 })).not.toBe(identity)
  })

  it('does not hold what may still be changing', async () => {
    const memory = join(folder, 'memory')
    const file = await written({ a })
    await fileIdentity(file, { memory, remembersFrom: 0 })
    expect(await reads(file, memory)).toBe(1)
  })

  it('may be damaged or beyond reach', async () => {
    const memory = join(folder, 'memory')
    const file = await written({ a })
    await settled(file)
    const identity = await fileIdentity(file, { memory, remembersFrom: 0 })
    const [note] = await readdir(memory)
    for (const damage of [
      '',
      '{"path',
      JSON.stringify({ ...JSON.parse(await readFile(join(memory, note!), 'utf8')), identity: 'x' }),
    ]) {
      await writeFile(join(memory, note!), damage)
      expect(await fileIdentity(file, { memory, remembersFrom: 0 })).toBe(identity)
    }
    await rm(memory, { recursive: true })
    await writeFile(memory, 'a file where the folder should be')
    expect(await fileIdentity(file, { memory, remembersFrom: 0 })).toBe(identity)
    await mkdir(join(folder, 'other'))
    expect(await fileIdentity(file, { memory: join(folder, 'other') })).toBe(identity)
  })
})
