import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type TensorValue, tensorValue } from '../graph/index.ts'
import { openCheckpoint } from './checkpoint.ts'
import { readAll, writeAll } from './tensors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensors-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('tensors of every type come back as they were written', async () => {
  const dtypes = ['f32', 'f16', 'bf16', 'f64', 'i32', 'i64', 'u8', 'bool', 'f8e4m3', 'f8e5m2'] as const
  const tensors = new Map<string, TensorValue>(
    dtypes.map((dtype) => [`of.${dtype}`, tensorValue(dtype, [3, 1], [1, 0, 1])] as const),
  )
  tensors.set('empty', tensorValue('f32', [0, 4], []))
  tensors.set('scalar', tensorValue('i64', [], [-7]))
  const file = join(folder, 'm.safetensors')
  await writeAll(file, tensors, new Map([['step', '3']]))
  const checkpoint = await openCheckpoint(file)
  const back = await readAll(checkpoint)
  expect(checkpoint.metadata.get('step')).toBe('3')
  expect(back).toEqual(new Map([...back.keys()].map((path) => [path, tensors.get(path)])))
  expect(back.size).toBe(tensors.size)

  expect([...(await readAll(checkpoint, ['scalar'])).keys()]).toEqual(['scalar'])
  await expect(readAll(checkpoint, ['scalar', 'x', 'y'])).rejects.toThrow(
    'no tensors "x", "y", check their names',
  )
  await checkpoint.close()
})
