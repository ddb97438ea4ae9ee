import { describe, expect, it } from 'vitest'
import { Graph, Parameters, program } from '../../graph/index.ts'
import { ModelError } from '../error.ts'
import { changeHead, changeSizes } from './changeHead.ts'

describe('a head that edits the reference', () => {
  it('finds its sizes in the tensors of a checkpoint', () => {
    const shapes: Readonly<Record<string, readonly number[]>> = {
      'final_layer.maps.weight': [13 * 16, 16],
      'final_layer.filters.in.weight': [32, 64],
    }
    const describePath = (path: string) => shapes[path] && { dtype: 'f32' as const, shape: shapes[path] }
    expect(changeSizes({ describe: describePath })).toEqual({ maps: 13, filters: 32 })
    expect(changeSizes({ describe: () => undefined })).toEqual({ maps: 0, filters: 0 })
  })

  it('sees the reference alone, and gives the velocity of the target', () => {
    const w = new Parameters(new Graph())
    const { graph } = w
    const inputs = {
      image: graph.input('image', 'f32', [2, 8, 64]),
      cosines: graph.input('cosines', 'f32', ['text + 8', 4]),
      sines: graph.input('sines', 'f32', ['text + 8', 4]),
    }
    const head = changeHead({ maps: 2, filters: 3 })
    const seen = head.seen(inputs)
    expect(seen.image.shape).toEqual([2, 4, 64])
    expect(String(seen.cosines.shape)).toBe('text+4,4')
    expect(head.width(64)).toBe(2 * 64 + 4 * 2 + 3)
    const last = graph.input('last', 'f32', [2, 4, head.width(64)])
    expect(() => head.velocity(w, last, inputs)).toThrow(ModelError)
    const velocity = head.velocity(w, last, { ...inputs, t: graph.input('t', 'f32', [2, 1, 1]) })
    expect(velocity.shape).toEqual([2, 4, 64])
    expect([...program({ velocity }).parameters.keys()]).toEqual([
      'maps.weight',
      'filters.in.weight',
      'filters.in.bias',
      'filters.out.weight',
    ])
  })
})
