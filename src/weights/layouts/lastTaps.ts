import type { ParameterInfo, ParameterSource } from '../../graph/index.ts'

/**
 * A view of a source in which a convolution over time [out, in, t, h, w] is the one in the plane [out, in, h, w] that it
 * is for a first frame before which there is nothing: its last tap. Other tensors stay as they are.
 */
export function lastTaps(source: ParameterSource): ParameterSource {
  const isVideo = (info: ParameterInfo | undefined): info is ParameterInfo => info?.shape.length === 5
  return {
    name: source.name,
    paths: () => source.paths(),
    describe: (path) => {
      const info = source.describe(path)
      return isVideo(info) ? { ...info, shape: info.shape.filter((_, axis) => axis !== 2) } : info
    },
    locate: (path) => {
      const info = source.describe(path)
      return isVideo(info) && info.shape[2] !== 1 ? undefined : source.locate(path)
    },
    read: async (path) => {
      const info = source.describe(path)
      const bytes = await source.read(path)
      return isVideo(info) ? lastTap(bytes, info.shape) : bytes
    },
  }
}

function lastTap(bytes: Uint8Array, shape: readonly number[]): Uint8Array {
  const [out, inner, taps] = shape as [number, number, number]
  const tap = bytes.length / (out * inner * taps)
  const kept = new Uint8Array(out * inner * tap)
  for (let kernel = 0; kernel < out * inner; kernel++) {
    const last = (kernel + 1) * taps * tap
    kept.set(bytes.subarray(last - tap, last), kernel * tap)
  }
  return kept
}
