import { Graph, type ParameterSource, Parameters, program } from 'pentimento/graph'
import type { Step1xEditConfig } from 'pentimento/models'
import { flowInputs, flowLosses } from 'pentimento/train'
import { initialize, kaimingUniform, zeros } from 'pentimento/weights'

/**
 * First weights of connector and transformer. Gates and the last layer begin at zero, so that every block begins as no
 * change and the whole as the picture itself. Latents of a projection differ a hundredfold in size: the first layer
 * begins with larger weights for small ones, or fine structure would not be seen for long.
 * @param deviations of the latent channels
 */
export function firstWeights(
  config: Step1xEditConfig,
  { deviations, seed }: { readonly deviations: ArrayLike<number>; readonly seed: number },
): ParameterSource {
  const graph = new Graph()
  const losses = flowLosses(new Parameters(graph), flowInputs(graph, { batch: 1, tokens: 4 }, config), config)
  return initialize(program({ losses }).parameters, {
    seed,
    rule: (path) => {
      if (path === 'connector.scale_factor') return zeros
      if (/(mod\.lin|modulation\.lin|adaLN_modulation\.1|final_layer\.linear)\.weight$/.test(path))
        return zeros
      if (path !== 'img_in.weight') return undefined
      return (shape, random) => {
        const columns = shape[1]!
        return kaimingUniform()(shape, random).map(
          // A token is four latents of each channel.
          (value, i) => value / Math.sqrt(deviations[Math.floor((i % columns) / 4)]!),
        )
      }
    },
  })
}
