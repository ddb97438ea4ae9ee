import type { Picture } from 'pentimento/image'
import { Random } from 'pentimento/random'
import type { ExampleInfo } from 'pentimento/train'
import { type NamedCutout, PastedEdits } from './pasted.ts'
import { drawViews, type LoadedTriplet, pictureOf, type View, type ViewOptions } from './triplets.ts'
import { EditWordings } from './wordings.ts'

/** What examples are made of. All of it can be sent to another thread. */
export interface Ingredients {
  readonly triplets: readonly LoadedTriplet[]
  /** Pictures that things are pasted into, and the things. */
  readonly backgrounds: readonly Picture[]
  readonly cutouts: readonly NamedCutout[]
  readonly options: ExampleOptions
}

/** How examples are drawn. */
export interface ExampleOptions extends ViewOptions {
  /** Edits of pasted things, of each sort that has a share. */
  readonly drawn?: number
}

/** Pictures and words of an example. */
export interface Prepared {
  readonly source: Picture
  readonly target: Picture
  readonly words: string
}

/** Edits that are drawn with {@link PastedEdits}, by the name that their share goes by. */
const sorts = { 'pasted removal': 'removal', 'pasted dye': 'dye' } as const

/** The examples that there are: views of triplets, then edits of pasted things. */
export function listExamples({ triplets, backgrounds, cutouts, options }: Ingredients): {
  readonly views: readonly View[]
  readonly drawings: readonly Drawing[]
  readonly examples: readonly ExampleInfo[]
} {
  const { views, examples } = drawViews(triplets, options)
  const drawings = backgrounds.length > 0 && cutouts.length > 1 ? drawingsOf(options) : []
  return { views, drawings, examples: [...examples, ...drawings.map(({ example }) => example)] }
}

/** An edit of a pasted thing before it is drawn. */
export interface Drawing {
  readonly sort: (typeof sorts)[keyof typeof sorts]
  readonly seed: string
  readonly language: 'en' | 'cn'
  readonly example: ExampleInfo
}

function drawingsOf({ size, shares, seed, drawn = 0 }: ExampleOptions): readonly Drawing[] {
  return Object.entries(sorts).flatMap(([name, sort]) =>
    Array.from({ length: shares[name] === undefined ? 0 : drawn }, (_, i) => ({
      sort,
      seed: `${seed} ${name} ${size} ${i}`,
      language: i % 2 === 0 ? ('en' as const) : ('cn' as const),
      example: {
        name: `${name} ${i}`,
        grid: { rows: size / 16, columns: size / 16 },
        weight: shares[name]! / drawn,
      },
    })),
  )
}

/** Makes examples, each by its number alone. */
export class Preparer {
  readonly #ingredients: Ingredients
  readonly #views: readonly View[]
  readonly #drawings: readonly Drawing[]
  readonly #pasted: PastedEdits
  readonly #wordings = new EditWordings('all')

  constructor(ingredients: Ingredients) {
    this.#ingredients = ingredients
    const { views, drawings } = listExamples(ingredients)
    this.#views = views
    this.#drawings = drawings
    this.#pasted = new PastedEdits(ingredients.backgrounds, ingredients.cutouts)
  }

  async prepare(index: number): Promise<Prepared> {
    const view = this.#views[index]
    return view ? this.#view(view) : this.#draw(this.#drawings[index - this.#views.length]!)
  }

  /** A view, with other words for the same edit each time where they are known; else those of the export. */
  async #view(view: View): Promise<Prepared> {
    const { source, target, edit, instruction } = this.#ingredients.triplets[view.triplet]!
    const drawn = edit && (await this.#wordings.word(edit, new Random(view.seed)))
    const words = (drawn ?? instruction)[view.language] || instruction.en || instruction.cn
    return { source: pictureOf(view, source), target: pictureOf(view, target), words }
  }

  async #draw({ sort, seed, language }: Drawing): Promise<Prepared> {
    const random = new Random(seed)
    for (;;) {
      const { source, target, edit } = this.#pasted[sort](random, this.#ingredients.options.size)
      const words = await this.#wordings.word(edit, random)
      if (words !== undefined) return { source, target, words: words[language] }
    }
  }
}
