import type { ParameterSource, Parameters, Tensor } from '../../graph/index.ts'
import { type Qwen25VLConfig, textModel, visionTower } from '../../models/index.ts'
import { checkComplete, type Ignorable } from './complete.ts'

const ignorable: Ignorable = [
  { path: /^lm_head\.weight$/, because: 'edits read hidden states; it scores the next token' },
  { path: /\.inv_freq$/, because: 'frequencies follow from the configuration' },
]

/**
 * Whether a source holds every weight of Qwen2.5-VL and its vision tower, and nothing else.
 * @throws WeightsError that names all tensors which are missing, of another shape or type, or not used
 */
export function checkLanguageModel(source: ParameterSource, config: Qwen25VLConfig): void {
  checkComplete(source, (w) => ({ hidden: languageModelWith(w, config) }), ignorable)
}

/** The smallest picture and text that the model takes: only its weights are wanted. */
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
