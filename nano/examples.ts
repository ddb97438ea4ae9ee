import { createHash } from 'node:crypto'
import { Random } from 'pentimento/dataset'
import type { EditParts } from 'pentimento/edit'
import { toPlanes } from 'pentimento/image'
import type { EncodedTriplet, TextFeatures, TrainingData } from 'pentimento/train'
import { type PatchBasis, projectedTokens } from './pca.ts'
import { drawViews, type LoadedTriplet, pictureOf, type View, type ViewOptions } from './triplets.ts'
import { EditWordings } from './wordings.ts'

/**
 * Views of triplets as training data. Latents and features are made when they are first read, and stay in memory, where
 * ten thousand views of 128 pixels take 1.6 GB.
 */
export function nanoData(
  triplets: readonly LoadedTriplet[],
  options: ViewOptions,
  made: {
    readonly parts: Pick<EditParts, 'condition'>
    readonly basis: PatchBasis
    readonly identity: string
  },
): TrainingData {
  const { views, examples } = drawViews(triplets, options)
  const known = new Map<number, EncodedTriplet>()
  const tokens = (picture: Parameters<typeof toPlanes>[0]) => projectedTokens(toPlanes(picture), made.basis)
  const names = triplets.map(({ name, instruction: { en, cn } }) => [name, en, cn])
  const wordings = new EditWordings('all')
  return {
    name: `${triplets.length} triplets at ${options.size} px`,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([names, options, made.identity]))
      .digest('hex'),
    examples,
    read: async (index) => {
      const before = known.get(index)
      if (before) return before
      const view = views[index]!
      const triplet = triplets[view.triplet]!
      const { source, target } = triplet
      const picture = pictureOf(view, source)
      const text: TextFeatures = await made.parts.condition(picture, await wordsFor(view, triplet, wordings))
      const encoded = {
        source: tokens(picture),
        target: tokens(pictureOf(view, target)),
        text,
        // Guidance is not used: no instruction is left out.
        empty: text,
      }
      known.set(index, encoded)
      return encoded
    },
  }
}

/** Other words for the same edit at each view, where they are known; else those of the export. */
async function wordsFor(
  { language, seed }: View,
  { edit, instruction }: LoadedTriplet,
  wordings: EditWordings,
): Promise<string> {
  const drawn = edit && (await wordings.word(edit, new Random(seed)))
  return (drawn ?? instruction)[language] || instruction.en || instruction.cn
}
