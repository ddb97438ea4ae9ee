import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openSafetensors } from './safetensors.ts'
import { createSafetensors, writeSafetensors } from './writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'writer-'))
})
afterEach(() => rm(folder, { recursive: true }))

const bytes = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill)

it('lays tensors out by size of type, then name, from a multiple of 64', async () => {
  const file = join(folder, 'a.safetensors')
  await writeSafetensors(
    file,
    [
      { name: 'z', dtype: 'U8', shape: [3], data: bytes(3) },
      { name: 'b', dtype: 'F16', shape: [1], data: bytes(2) },
      { name: 'a', dtype: 'U8', shape: [1], data: bytes(1) },
      { name: 'y', dtype: 'I64', shape: [1], data: bytes(8) },
      { name: 'c', dtype: 'F32', shape: [3], data: bytes(12) },
    ],
    new Map([['format', 'pt']]),
  )
  const opened = await openSafetensors(file)
  expect([...opened.tensors].map(([name, { offset }]) => [name, offset % 64])).toEqual([
    ['y', 0],
    ['c', 8],
    ['b', 20],
    ['a', 22],
    ['z', 23],
  ])
  expect(opened.metadata.get('format')).toBe('pt')
  await opened.close()
})

it('takes pieces in any order of tensors, from iterables of both kinds', async () => {
  const file = join(folder, 'a.safetensors')
  const writer = await createSafetensors(file, [
    { name: 'a', dtype: 'U8', shape: [4] },
    { name: 'b', dtype: 'F32', shape: [2] },
  ])
  await writer.write('a', [Uint8Array.of(1), Uint8Array.of(2, 3)])
  await writer.write('b', bytes(4, 1))
  await writer.write('a', Uint8Array.of(4))
  async function* rest() {
    yield bytes(3, 2)
    yield bytes(0)
    yield bytes(1, 3)
  }
  await writer.write('b', rest())
  expect(await readdir(folder)).toHaveLength(1)
  await writer.commit()
  expect(await readdir(folder)).toEqual(['a.safetensors'])
  const opened = await openSafetensors(file)
  expect([...(await opened.read('a'))]).toEqual([1, 2, 3, 4])
  expect([...(await opened.read('b'))]).toEqual([1, 1, 1, 1, 2, 2, 2, 3])
  await opened.close()
  await expect(writer.write('a', bytes(1))).rejects.toMatchObject({ code: 'closed' })
  await expect(writer.commit()).rejects.toMatchObject({ code: 'closed' })
  await writer.abort()
  expect(await readdir(folder)).toEqual(['a.safetensors'])
})

const declared = [{ name: 'a', dtype: 'U8', shape: [4] }] as const

it.each([
  ['too few bytes', [bytes(3)], 'truncated'],
  ['too many bytes', [bytes(3), bytes(2)], 'argument'],
  [
    'a source that fails',
    (function* () {
      yield bytes(1)
      throw new Error('source broke')
    })(),
    undefined,
  ],
])('%s leave the old file and no temporary one', async (_, data, code) => {
  const file = join(folder, 'old.safetensors')
  await writeFile(file, 'old')
  const writing = writeSafetensors(file, [{ ...declared[0], data }])
  await expect(writing).rejects.toMatchObject(code ? { code } : { message: 'source broke' })
  expect(await readFile(file, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['old.safetensors'])
})

it('a system error while writing leaves nothing behind and is one clear line', async () => {
  const file = join(folder, 'old.safetensors')
  const probe = await open(join(folder, 'probe'), 'w')
  const prototype = Object.getPrototypeOf(probe)
  await probe.close()
  await rm(join(folder, 'probe'))
  const full = vi
    .spyOn(prototype, 'sync')
    .mockRejectedValueOnce(Object.assign(new Error('x'), { code: 'ENOSPC' }))
  await expect(writeSafetensors(file, [{ ...declared[0], data: bytes(4) }])).rejects.toMatchObject({
    code: 'full',
    message: `${file}: cannot write it, the disk is full`,
  })
  full.mockRestore()
  expect(await readdir(folder)).toEqual([])
})

it('refuses a target that is a folder or lies below a file, and makes folders that are missing', async () => {
  await mkdir(join(folder, 'sub'))
  await expect(writeSafetensors(join(folder, 'sub'), [])).rejects.toMatchObject({ code: 'exists' })
  expect(await readdir(folder)).toEqual(['sub'])
  await writeSafetensors(join(folder, 'new', 'a'), [])
  expect(await readdir(join(folder, 'new'))).toEqual(['a'])
  await expect(writeSafetensors(join(folder, 'new', 'a', 'b'), [])).rejects.toMatchObject({ code: 'io' })
})

it('writers to the same target do not collide: one of them wins whole', async () => {
  const file = join(folder, 'a.safetensors')
  await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      writeSafetensors(file, [{ name: 'a', dtype: 'U8', shape: [5000], data: bytes(5000, i) }]),
    ),
  )
  const opened = await openSafetensors(file)
  expect(new Set(await opened.read('a')).size).toBe(1)
  await opened.close()
  expect(await readdir(folder)).toEqual(['a.safetensors'])
})

it.each([
  ['the same name twice', [declared[0], declared[0]], 'duplicate'],
  ['the reserved name', [{ ...declared[0], name: '__metadata__' }], 'argument'],
  ['a lone surrogate', [{ ...declared[0], name: '\ud800' }], 'argument'],
  ['a negative size', [{ ...declared[0], shape: [-1] }], 'shape'],
  ['half a size', [{ ...declared[0], shape: [0.5] }], 'shape'],
  ['too many elements', [{ ...declared[0], shape: [2 ** 40, 2 ** 40] }], 'shape'],
  ['no dtype of the format', [{ ...declared[0], dtype: 'F4' as 'U8' }], 'dtype'],
])('refuses to declare %s', async (_, tensors, code) => {
  await expect(createSafetensors(join(folder, 'a'), tensors)).rejects.toMatchObject({ code })
  expect(await readdir(folder)).toEqual([])
})

it('refuses bytes for a tensor that was not declared', async () => {
  const writer = await createSafetensors(join(folder, 'a'), declared)
  await expect(writer.write('b', bytes(1))).rejects.toMatchObject({ code: 'argument' })
  await writer.abort()
  expect(await readdir(folder)).toEqual([])
})

it('refuses a header that no reader would take', async () => {
  const file = join(folder, 'm.safetensors')
  const metadata = new Map([['note', 'x'.repeat(100_000_000)]])
  await expect(writeSafetensors(file, [], metadata)).rejects.toMatchObject({ code: 'header' })
  expect(await readdir(folder)).toEqual([])
})
