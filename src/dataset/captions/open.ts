import type { Configuration } from '../configuration.ts'
import type { PairStage } from '../pairs/stage.ts'
import { captionStage } from './captionStage.ts'
import { grammarCaptioner } from './grammarCaptioner.ts'
import { grammarCaptions } from './grammarCaptions.ts'

/**
 * The captioners of a dataset's configuration as the stage `captions`.
 * @param folder of the workspace, to which files of the configuration are relative
 * @throws DatasetError `configuration`
 */
export async function openCaptionStage(
  { captions, instructions }: Pick<Configuration, 'captions' | 'instructions'>,
  _folder: string,
): Promise<PairStage> {
  const { inverse } = captions
  return captionStage([grammarCaptions(grammarCaptioner(), { wordings: instructions, inverse })])
}
