import type { ParameterSource, Parameters, Tensor } from '../../../graph/index.ts'
import { type EditConfig, editNetwork } from '../../../models/index.ts'
import { checkComplete, type Ignorable } from '../../checkpoint/complete.ts'

const ignorable: Ignorable = [{ path: /\.inv_freq$/, because: 'frequencies follow from the configuration' }]

/**
 * Whether a source holds every weight of the transformer and the connector, in its shape, and nothing else.
 * @param isMapped whether it is to have v1.2's mapping of quoted text @throws WeightsError that names all tensors which are missing, of another shape or type, or not used
 */
export function checkTransformer(source: ParameterSource, config: EditConfig, isMapped: boolean): void {
  checkComplete(source, (w) => ({ velocity: velocityWith(w, config, isMapped) }), ignorable)
}

/** The smallest picture and text that the models take: only their weights are wanted. */
function velocityWith(w: Parameters, config: EditConfig, isMapped: boolean): Tensor {
  const { graph } = w
  const network = editNetwork(config)
  return network.velocity(w, {
    image: graph.input('image', 'f32', [1, 2, network.channels]),
    features: graph.input('features', 'f32', [1, 'text', config.connector.inWidth]),
    mask: graph.input('mask', 'bool', [1, 'text']),
    time: graph.input('time', 'f32', [1, 256]),
    connectorTime: graph.input('time', 'f32', [1, 256]),
    ...network.placeInputs(graph, 1),
    ...(isMapped && {
      quoted: {
        embeddings: graph.input('embeddings', 'f32', [1, 'text', config.connector.inWidth]),
        mask: graph.input('quoted', 'bool', [1, 'text']),
      },
    }),
    ...(network.readsTime && { t: graph.input('t', 'f32', [1, 1, 1]) }),
  })
}
