import { resolve } from 'node:path'
import type { Toolbox } from '../../tools/index.ts'
import type { Configuration } from '../configuration.ts'
import { DatasetError } from '../error.ts'
import type { PairStage } from '../pairs/stage.ts'
import { captionStage, type PairCaptioner } from './captionStage.ts'
import { embeddedExamples, joinBanks, readExamples } from './examples.ts'
import { grammarCaptioner } from './grammarCaptioner.ts'
import { grammarCaptions } from './grammarCaptions.ts'
import { visionCaptioner } from './visionCaptioner.ts'

/** The inputs for opening the captioners of a configuration. */
export interface CaptionSettings {
  /** Of the workspace: files that the configuration names are relative to it. */
  readonly folder: string
  readonly tools: Toolbox
}

/**
 * The captioners of a dataset's configuration as the stage `captions`.
 * @throws DatasetError `configuration`
 */
export async function openCaptionStage(
  { captions, instructions }: Pick<Configuration, 'captions' | 'instructions'>,
  { folder, tools }: CaptionSettings,
): Promise<PairStage> {
  const { captioner, inverse, examples, style, typos } = captions
  const opened = captioner.map(async (settings): Promise<PairCaptioner> => {
    if (settings === 'grammar')
      return grammarCaptions(grammarCaptioner({ typos }), { wordings: instructions, inverse, typos })
    if (!tools.has('vision'))
      throw new DatasetError(
        'configuration',
        "captions.captioner: type 'vision' asks the vision model; expected one under tools.vision, got none; " +
          'configure tools.vision, or take "grammar"',
      )
    const own = examples === undefined ? {} : await readExamples(resolve(folder, examples))
    const bank = joinBanks(await embeddedExamples(), own)
    const wordings = settings.wordings ?? instructions
    return visionCaptioner(tools.get('vision'), { settings, wordings, inverse, bank, style })
  })
  return captionStage(await Promise.all(opened))
}
