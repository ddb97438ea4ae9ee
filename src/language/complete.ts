import { Graph, type ParameterSource, Parameters, program } from '../graph/index.ts'
import { type Qwen25VLConfig, type QwenTextConfig, seesPictures } from '../models/index.ts'
import { checkParameters } from '../weights/index.ts'
import { decoderOutputs } from './decoding.ts'
import { towerOutput } from './sight.ts'

/**
 * Whether a source holds every weight of a language model, in its shape, and nothing else.
 * @throws WeightsError that names all tensors which are missing, of another shape or type, or not used
 */
export function checkComplete(source: ParameterSource, config: QwenTextConfig | Qwen25VLConfig): void {
  const w = new Parameters(new Graph())
  const { parameters } = program({
    ...decoderOutputs(w, config),
    // The smallest picture there is: only its weights are wanted.
    ...(seesPictures(config) && {
      image: towerOutput(w, config, { rows: config.vision.merge, columns: config.vision.merge }),
    }),
  })
  checkParameters(parameters, source, { allowExtra: (path) => path.endsWith('.inv_freq') })
}
