import { createHash } from 'node:crypto'
import { Random } from 'pentimento/dataset'
import type { EditParts } from 'pentimento/edit'
import { type Picture, toPlanes } from 'pentimento/image'
import type { EncodedTriplet, TextFeatures, TrainingData } from 'pentimento/train'
import type { PastedEdits } from './pasted.ts'
import { type PatchBasis, projectedTokens } from './pca.ts'
import { drawViews, type LoadedTriplet, pictureOf, type View, type ViewOptions } from './triplets.ts'
import { EditWordings } from './wordings.ts'

/** What data is made of beside triplets. */
interface Made {
  readonly parts: Pick<EditParts, 'condition'>
  readonly basis: PatchBasis
  readonly pasted: PastedEdits
  readonly identity: string
}

/** Edits that are drawn with {@link PastedEdits}, by the name that their share goes by. */
const drawings = { 'pasted removal': 'removal', 'pasted dye': 'dye' } as const

/** Pictures and words of an example. */
interface Shown {
  readonly source: Picture
  readonly target: Picture
  readonly words: string
}

/**
 * Views of triplets, and edits of pasted things, as training data. Latents and features are made when they are first
 * read, and stay in memory, where ten thousand views of 128 pixels take 1.6 GB.
 */
export function nanoData(
  triplets: readonly LoadedTriplet[],
  {
    drawn = 0,
    ...options
  }: ViewOptions & { /** Edits of pasted things, of each sort. */ readonly drawn?: number },
  made: Made,
): TrainingData {
  const { views, examples } = drawViews(triplets, options)
  const pasted = made.pasted.isEmpty ? [] : drawnExamples(drawn, options)
  const known = new Map<number, EncodedTriplet>()
  const tokens = (picture: Parameters<typeof toPlanes>[0]) => projectedTokens(toPlanes(picture), made.basis)
  const names = triplets.map(({ name, instruction: { en, cn } }) => [name, en, cn])
  const wordings = new EditWordings('all')
  const show = async (index: number): Promise<Shown> => {
    const view = views[index]
    if (view === undefined) {
      const { draw, seed, language } = pasted[index - views.length]!
      const random = new Random(seed)
      for (;;) {
        const { source, target, edit } = made.pasted[draw](random, options.size)
        const words = await wordings.word(edit, random)
        if (words !== undefined) return { source, target, words: words[language] }
      }
    }
    const triplet = triplets[view.triplet]!
    const words = await wordsFor(view, triplet, wordings)
    return { source: pictureOf(view, triplet.source), target: pictureOf(view, triplet.target), words }
  }
  return {
    name: `${triplets.length} triplets at ${options.size} px${pasted.length > 0 ? ` and ${pasted.length} pasted edits` : ''}`,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([names, options, made.identity, ...(pasted.length > 0 ? [pasted] : [])]))
      .digest('hex'),
    examples: [...examples, ...pasted.map(({ example }) => example)],
    read: async (index) => {
      const before = known.get(index)
      if (before) return before
      const { source, target, words } = await show(index)
      const text: TextFeatures = await made.parts.condition(source, words)
      // Guidance is not used: no instruction is left out.
      const encoded = { source: tokens(source), target: tokens(target), text, empty: text }
      known.set(index, encoded)
      return encoded
    },
  }
}

/** `count` edits of each sort that has a share, half of them in either language. */
function drawnExamples(count: number, { size, shares, seed }: ViewOptions) {
  return Object.entries(drawings).flatMap(([name, draw]) =>
    Array.from({ length: shares[name] === undefined ? 0 : count }, (_, i) => ({
      draw,
      seed: `${seed} ${name} ${size} ${i}`,
      language: i % 2 === 0 ? ('en' as const) : ('cn' as const),
      example: {
        name: `${name} ${i}`,
        grid: { rows: size / 16, columns: size / 16 },
        weight: shares[name]! / count,
      },
    })),
  )
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
