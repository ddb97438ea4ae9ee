import type { Recipe } from '../recipe.ts'
import { namedMotion } from './namedMotion.ts'
import { segmentedRemoval } from './removal.ts'
import { depthRepainting } from './repaint.ts'
import { generatedBackground, generatedReplacement } from './replacement.ts'
import { fromDrawing, toDrawing } from './restyling.ts'
import { validText } from './validText.ts'

/**
 * Recipes as the paper made its set, for those who have its tools: each needs an adapter to a larger model, and is left out
 * where there is none.
 */
export const largeRecipes: readonly Recipe[] = [
  ...segmentedRemoval,
  generatedReplacement,
  generatedBackground,
  ...depthRepainting,
  fromDrawing,
  toDrawing,
  validText,
  namedMotion,
]
