import { Graph, type ParameterSource, Parameters, program } from 'pentimento/graph'
import type { Step1xEditConfig } from 'pentimento/models'
import { flowInputs, flowLosses, zeroGates } from 'pentimento/train'
import { initialize, kaimingUniform, uniform } from 'pentimento/weights'

/**
 * First weights of connector and transformer. Gates and the last layer begin at zero, so that every block begins as no
 * change and the whole as the picture itself. Latents of a projection differ a hundredfold in size: the first layer
 * begins with larger weights for small ones, as do the filters, or fine structure would not be seen for long. Its bias
 * is larger than what it says of a token, so that the layer norms divide by about the same for all and brightness is not
 * lost in them. The pooled vector and its layers begin so large that instructions differ in it as much as its numbers
 * do: their means over the tokens differ by a fifth, and what each of three layers would shrink to a third is hardly
 * heard.
 * @param deviations of the latent channels
 * @param maps first values of the maps that a change mixes
 */
export function firstWeights(
  config: Step1xEditConfig,
  {
    deviations,
    maps,
    seed,
  }: { readonly deviations: ArrayLike<number>; readonly maps?: Float32Array; readonly seed: number },
): ParameterSource {
  const graph = new Graph()
  const losses = flowLosses(new Parameters(graph), flowInputs(graph, { batch: 1, tokens: 4 }, config), config)
  return initialize(program({ losses }).parameters, {
    seed,
    rule: (path) => {
      const zero = zeroGates(path)
      if (zero) return zero
      const louder = louderLayers.find(([layer]) => path === `${layer}.weight`)
      if (louder) return (shape, random) => kaimingUniform()(shape, random).map((value) => louder[1] * value)
      if (path === 'final_layer.maps.weight' && maps) return () => maps.slice()
      if (path === 'img_in.bias') return uniform(1)
      // A token is four latents of each channel.
      const deviation = (channel: number) => deviations[channel >> 2]!
      if (path === 'final_layer.filters.out.weight')
        return (shape, random) => {
          const columns = shape[1]!
          return kaimingUniform()(shape, random).map((value, i) => value * deviation(Math.floor(i / columns)))
        }
      if (path !== 'img_in.weight' && path !== 'final_layer.filters.in.weight') return undefined
      return (shape, random) => {
        const columns = shape[1]!
        return kaimingUniform()(shape, random).map((value, i) => value / Math.sqrt(deviation(i % columns)))
      }
    },
  })
}

/** Layers of the pooled vector, and how much larger than otherwise their weights begin. */
const louderLayers = [
  ['connector.global_proj_out', 8],
  ['vector_in.in_layer', Math.sqrt(3)],
  ['vector_in.out_layer', Math.sqrt(3)],
] as const
