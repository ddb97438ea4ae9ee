import type { ParameterSource } from '../../../graph/index.ts'
import { type DitConfig, kontext } from '../../../models/index.ts'
import { checkComplete } from '../../checkpoint/complete.ts'

/** Whether a source holds every weight of the transformer, and nothing else. @throws WeightsError that names them all */
export function checkTransformer(source: ParameterSource, config: DitConfig): void {
  const half = config.width / config.heads / 2
  checkComplete(source, (w) => {
    const input = (name: string, ...shape: number[]) => w.graph.input(name, 'f32', shape)
    const velocity = kontext(
      w,
      {
        image: input('image', 1, 2, config.inChannels),
        text: input('text', 1, 2, config.contextWidth),
        pooled: input('pooled', 1, config.vectorWidth),
        time: input('time', 1, 256),
        guidance: input('guidance', 1, 256),
        cosines: input('cosines', 4, half),
        sines: input('sines', 4, half),
      },
      config,
    )
    return { velocity }
  })
}
