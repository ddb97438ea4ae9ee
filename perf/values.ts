import { elementCount, type ParameterSource, type TensorValue } from 'pentimento/graph'

/** Numbers that no kernel can skip. */
export function noise(shape: readonly number[], scale = 1): TensorValue {
  let state = 11545
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state / 2 ** 31) * scale
  }
  return { dtype: 'f32', shape, data: Float32Array.from({ length: elementCount(shape) }, next) }
}

/** A source over values in memory. */
export function memorySource(values: ReadonlyMap<string, TensorValue>): ParameterSource {
  return {
    name: 'memory',
    paths: () => values.keys(),
    describe: (path) => values.get(path),
    locate: () => undefined,
    read: async (path) => {
      const { data } = values.get(path)!
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    },
  }
}
