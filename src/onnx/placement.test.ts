import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Graph, type ParameterSource, program, type Tensor } from '../graph/index.ts'
import { placeParameters } from './placement.ts'

const bytes = (count: number, fill: number): Uint8Array => new Uint8Array(count).fill(fill)

function sourceOf(
  tensors: Readonly<Record<string, Uint8Array>>,
  files: Readonly<Record<string, string>> = {},
): ParameterSource {
  return {
    name: 'test',
    paths: () => Object.keys(tensors),
    describe: (path) => tensors[path] && { dtype: 'u8', shape: [tensors[path].length] },
    locate: (path) => {
      const file = files[path]
      return file === undefined ? undefined : { file, offset: 7, byteLength: tensors[path]!.length }
    },
    read: async (path) => tensors[path]!,
  }
}

function wanted(tensors: Readonly<Record<string, Uint8Array>>) {
  const graph = new Graph()
  const nodes = Object.entries(tensors).map(([path, { length }]): [string, Tensor] => [
    path,
    graph.parameter(path, 'u8', [length]),
  ])
  return program(Object.fromEntries(nodes)).parameters
}

describe('weights', () => {
  it('are read where they lie, but for small ones', async () => {
    const tensors = { large: bytes(2 ** 18, 1), small: bytes(10, 2) }
    const placement = await placeParameters(
      wanted(tensors),
      sourceOf(tensors, { large: '/models/a.bin', small: '/models/a.bin' }),
    )
    expect(placement.root).toBe('/')
    expect(placement.place.get('large')).toEqual({ location: 'models/a.bin', offset: 7, byteLength: 2 ** 18 })
    expect(placement.place.get('small')).toEqual({ bytes: bytes(10, 2) })
  })

  it('that had to be made go into the model, and many of them into a file that is removed', async () => {
    const megabyte = 2 ** 20
    const tensors = {
      few: bytes(20 * megabyte, 1),
      more: bytes(20 * megabyte, 2),
      rest: bytes(megabyte + 1, 3),
    }
    const { place, root, remove } = await placeParameters(wanted(tensors), sourceOf(tensors))
    expect(place.get('few')).toHaveProperty('bytes')
    expect(place.get('more')).not.toHaveProperty('bytes')
    const spilled = ['more', 'rest'].map(
      (path) => place.get(path) as { location: string; offset: number; byteLength: number },
    )
    const file = `${root}${spilled[0]!.location}`
    const written = readFileSync(file)
    for (const [i, path] of (['more', 'rest'] as const).entries()) {
      const { offset, byteLength } = spilled[i]!
      expect(offset % 64).toBe(0)
      expect(Buffer.compare(written.subarray(offset, offset + byteLength), tensors[path])).toBe(0)
    }
    remove()
    expect(existsSync(file)).toBe(false)
  })

  it('leave no file behind when one cannot be read', async () => {
    const tensors = { large: bytes(40 * 2 ** 20, 1), broken: bytes(5, 1) }
    const source = sourceOf(tensors)
    const failing: ParameterSource = {
      ...source,
      read: async (path) => {
        if (path === 'broken') throw new Error('the disk is gone')
        return source.read(path)
      },
    }
    await expect(placeParameters(wanted(tensors), failing)).rejects.toThrow('the disk is gone')
  })
})
