import { openClipTokenizer, openUnigram } from '../../../language/index.ts'
import type { OpeningOptions } from '../family.ts'
import { openFolder } from '../opened.ts'
import type { KontextFolder } from './folder.ts'
import { KontextModel } from './model.ts'
import { large, openWeights } from './weights.ts'

/** Opens the parts of a folder. Frees everything when it fails. @throws EditError, WeightsError or ModelError */
export function openKontext(found: KontextFolder, options: OpeningOptions): Promise<KontextModel> {
  return openFolder(found, options, {
    large,
    open: (request) => openWeights(found, { ...options, ...request }),
    make: async (opened) =>
      new KontextModel(opened, {
        clip: await openClipTokenizer(found.parts.tokenizer),
        t5: await openUnigram(found.parts['tokenizer 2']),
      }),
  })
}
