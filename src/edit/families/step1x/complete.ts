import type { ParameterSource, Parameters, Tensor } from '../../../graph/index.ts'
import {
  type AutoencoderConfig,
  decode,
  type EditConfig,
  editNetwork,
  encode,
  type Qwen25VLConfig,
  textModel,
  visionTower,
} from '../../../models/index.ts'
import { checkComplete, type Ignorable } from '../../checkpoint/complete.ts'
import { EditError } from '../../error.ts'

const ignorable: Ignorable = [
  { path: /^lm_head\.weight$/, because: 'edits read hidden states; it scores the next token' },
  { path: /\.inv_freq$/, because: 'frequencies follow from the configuration' },
]

/**
 * Whether a source holds every weight of the transformer and the connector, in its shape, and nothing else.
 * @throws WeightsError that names all tensors which are missing, of another shape or type, or not used
 */
export function checkTransformer(source: ParameterSource, config: EditConfig): void {
  if (source.describe('text_token_mapping.weight'))
    throw new EditError('checkpoint', `${source.name}: is Step1X-Edit v1.2, expected v1.0 or v1.1`)
  checkComplete(source, (w) => ({ velocity: velocityWith(w, config) }), ignorable)
}

/** The same of the autoencoder. @throws WeightsError */
export function checkAutoencoder(source: ParameterSource, config: AutoencoderConfig): void {
  checkComplete(source, (w) => autoencoderWith(w, config), ignorable)
}

/** The same of the language model and its vision tower. @throws WeightsError */
export function checkLanguageModel(source: ParameterSource, config: Qwen25VLConfig): void {
  checkComplete(source, (w) => ({ hidden: languageModelWith(w, config) }), ignorable)
}

/** The smallest picture and text that the models take: only their weights are wanted. */
function velocityWith(w: Parameters, config: EditConfig): Tensor {
  const { graph } = w
  const network = editNetwork(config)
  return network.velocity(w, {
    image: graph.input('image', 'f32', [1, 2, network.channels]),
    features: graph.input('features', 'f32', [1, 'text', config.connector.inWidth]),
    mask: graph.input('mask', 'bool', [1, 'text']),
    time: graph.input('time', 'f32', [1, 256]),
    connectorTime: graph.input('time', 'f32', [1, 256]),
    ...network.placeInputs(graph, 1),
    ...(network.readsTime && { t: graph.input('t', 'f32', [1, 1, 1]) }),
  })
}

function autoencoderWith(w: Parameters, config: AutoencoderConfig): Readonly<Record<string, Tensor>> {
  const picture = w.graph.input('picture', 'f32', [1, 3, 64, 64])
  const latent = w.graph.input('latent', 'f32', [1, config.latentChannels, 2, 2])
  return { ...encode(w, picture, config), picture: decode(w, latent, config) }
}

function languageModelWith(w: Parameters, config: Qwen25VLConfig): Tensor {
  const { graph } = w
  const { vision } = config
  const grid = { rows: vision.merge, columns: vision.merge }
  const patches = vision.merge ** 2
  const half = vision.width / vision.heads / 2
  const textHalf = config.width / config.heads / 2
  const image = visionTower(
    w,
    {
      pixels: graph.input('pixels', 'f32', [patches, vision.channels * vision.frames * vision.patch ** 2]),
      windowOrder: graph.input('windowOrder', 'i64', [1]),
      rasterOrder: graph.input('rasterOrder', 'i64', [1]),
      patchCosines: graph.input('patchCosines', 'f32', [patches, half]),
      patchSines: graph.input('patchSines', 'f32', [patches, half]),
    },
    config,
    grid,
  )
  return textModel(
    w,
    {
      before: graph.input('before', 'i64', [1, 1]),
      image,
      after: graph.input('after', 'i64', [1, 1]),
      visible: graph.input('visible', 'bool', [1, 1, 1, 3]),
      cosines: graph.input('cosines', 'f32', [3, textHalf]),
      sines: graph.input('sines', 'f32', [3, textHalf]),
    },
    config,
  )
}
