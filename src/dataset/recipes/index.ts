import type { Recipe } from './recipe.ts'
import { styleChange } from './style_change.ts'
import { toneTransfer } from './tone_transfer.ts'

/** All recipes, by kind. */
export const allRecipes: readonly Recipe[] = [...styleChange, ...toneTransfer]
