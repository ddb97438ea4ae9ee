import { backgroundChange, backgroundSwap } from './background_change.ts'
import { colorAlter, colorAlterClothes, colorAlterStaged } from './color_alter.ts'
import { colorAlterEverything } from './colour/everything.ts'
import { colorAlterSky } from './colour/sky.ts'
import { largeRecipes } from './large/index.ts'
import { materialAlter, materialAlterStaged } from './material_alter.ts'
import { displacement } from './motion/displace.ts'
import { nearer } from './motion/nearer.ts'
import { motionChange } from './motion_change.ts'
import { psHuman } from './ps_human.ts'
import type { Recipe } from './recipe.ts'
import { styleChange } from './style_change.ts'
import { subjectAdd, subjectTwin, subjectUncover } from './subject-add.ts'
import { subjectErase, subjectRemove, subjectUntwin } from './subject-remove.ts'
import { subjectExchange, subjectReplace } from './subject-replace.ts'
import { textChange } from './text_change.ts'
import { toneTransfer } from './tone_transfer.ts'

/** All recipes, by kind. */
export const allRecipes: readonly Recipe[] = [
  backgroundChange,
  backgroundSwap,
  colorAlter,
  colorAlterClothes,
  colorAlterSky,
  colorAlterEverything,
  colorAlterStaged,
  materialAlter,
  materialAlterStaged,
  ...motionChange,
  displacement,
  nearer,
  ...psHuman,
  ...styleChange,
  subjectUncover,
  subjectAdd,
  subjectTwin,
  subjectErase,
  subjectRemove,
  subjectUntwin,
  subjectExchange,
  subjectReplace,
  ...textChange,
  ...toneTransfer,
  ...largeRecipes,
]
