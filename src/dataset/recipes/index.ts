import { backgroundChange, backgroundSwap } from './background_change.ts'
import { colorAlter, colorAlterClothes, colorAlterStaged } from './color_alter.ts'
import { largeRecipes } from './large/index.ts'
import { materialAlter, materialAlterStaged } from './material_alter.ts'
import { displacement } from './motion/displace.ts'
import { motionChange } from './motion_change.ts'
import { psHuman } from './ps_human.ts'
import type { Recipe } from './recipe.ts'
import { styleChange } from './style_change.ts'
import { subjectAdd, subjectUncover } from './subject-add.ts'
import { subjectErase, subjectRemove } from './subject-remove.ts'
import { subjectExchange, subjectReplace } from './subject-replace.ts'
import { textChange } from './text_change.ts'
import { toneTransfer } from './tone_transfer.ts'

/** All recipes, by kind. */
export const allRecipes: readonly Recipe[] = [
  backgroundChange,
  backgroundSwap,
  colorAlter,
  colorAlterClothes,
  colorAlterStaged,
  materialAlter,
  materialAlterStaged,
  ...motionChange,
  displacement,
  ...psHuman,
  ...styleChange,
  subjectUncover,
  subjectAdd,
  subjectErase,
  subjectRemove,
  subjectExchange,
  subjectReplace,
  ...textChange,
  ...toneTransfer,
  ...largeRecipes,
]
