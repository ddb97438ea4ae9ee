import { findModel } from './checkpoint/models.ts'
import type { OpeningOptions } from './families/family.ts'
import { type BaseChoice, findBase } from './families/step1x/base.ts'
import { findCheckpoint } from './families/step1x/folder.ts'
import { openFolder } from './families/step1x/open.ts'
import type { EditParts } from './families/step1x/parts.ts'

/**
 * Opens the parts of a checkpoint of Step1X-Edit: a folder, `nano`, or the name of a pulled model.
 * @throws EditError, WeightsError or ModelError in one line
 */
export async function openParts(model: string, options: OpeningOptions = {}): Promise<EditParts> {
  const found = await findCheckpoint(await findModel(model), options.variant)
  return openFolder(found, { ...options, precision: options.precision ?? 'fp32' })
}

/**
 * Opens a text-to-image model as the editor that training makes of it: FLUX.1 or Stable Diffusion 3, with a new connector
 * for Qwen2.5-VL. @param model its weights, as {@link findBase} finds them
 * @throws EditError, WeightsError, ModelError or LanguageError in one line
 */
export async function openBase(
  model: string,
  choice: BaseChoice,
  options: OpeningOptions = {},
): Promise<EditParts> {
  const found = await findBase(model, choice)
  return openFolder(found, { ...options, variant: undefined, precision: options.precision ?? 'fp32' })
}
