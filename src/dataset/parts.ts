import type { Noun } from './facts.ts'
import type { Captioner } from './instructions/captioner.ts'
import type { Recipe } from './recipes/recipe.ts'
import type { Toolbox } from './tools/tool.ts'

/** What the data machine is put together from. */
export interface Parts {
  readonly recipes: readonly Recipe[]
  readonly captioner: Captioner
  readonly tools: Toolbox
  /** The name of what a detector's label means, in both languages. */
  nounOfLabel(label: string): Noun | undefined
  /** The name of a cut-out's file, by its path below the place it was found in. */
  nounOfFile(name: string): Noun | undefined
}
