import { numbersOf, type ParameterSource } from '../../../graph/index.ts'
import { timeEmbedding } from '../../../models/index.ts'
import { fromFloat32, readAll } from '../../../weights/index.ts'

/** The bias that is added to the vector of every modulation. */
const into = 'time_in.out_layer.bias'

/**
 * FLUX.1 [dev] at one guidance scale as a transformer without guidance, which Step1X-Edit's is: what the embedding of a
 * fixed scale adds to the modulation vector is the same for every picture and time, so it goes into the bias of the
 * embedding of the time. The function stays exactly the same. Sources without the embedding are given back as they are.
 * @throws WeightsError when a part of the embedding is missing
 */
export async function withFixedGuidance(source: ParameterSource, scale: number): Promise<ParameterSource> {
  if (!source.describe('guidance_in.in_layer.weight')) return source
  const bias = await numbersAt(source, into)
  const hidden = await linear(source, 'guidance_in.in_layer', numbersOf(timeEmbedding([scale])))
  const shift = await linear(source, 'guidance_in.out_layer', hidden.map(silu))
  const moved = Float32Array.from(bias, (value, i) => value + shift[i]!)
  const isGuidance = (path: string): boolean => path.startsWith('guidance_in.')
  return {
    name: source.name,
    paths: () => [...source.paths()].filter((path) => !isGuidance(path)),
    describe: (path) => {
      if (path === into) return { dtype: 'f32', shape: [moved.length] }
      return isGuidance(path) ? undefined : source.describe(path)
    },
    locate: (path) => (path === into || isGuidance(path) ? undefined : source.locate(path)),
    read: async (path) => (path === into ? fromFloat32(moved, 'f32') : source.read(path)),
  }
}

const silu = (x: number): number => x / (1 + Math.exp(-x))

async function linear(source: ParameterSource, layer: string, x: ArrayLike<number>): Promise<Float64Array> {
  const [weight, bias] = [
    await numbersAt(source, `${layer}.weight`),
    await numbersAt(source, `${layer}.bias`),
  ]
  return Float64Array.from(bias, (first, row) => {
    let sum = first
    for (let i = 0; i < x.length; i++) sum += weight[row * x.length + i]! * x[i]!
    return sum
  })
}

async function numbersAt(source: ParameterSource, path: string): Promise<ArrayLike<number>> {
  return numbersOf((await readAll(source, [path])).get(path)!)
}
