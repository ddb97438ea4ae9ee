import { findModel } from './checkpoint/models.ts'
import type { OpeningOptions } from './families/family.ts'
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
