import { listFolder } from '../checkpoint/listing.ts'
import type { EditOptions } from '../options.ts'
import type { ModelFamily, ModelFolder } from './family.ts'
import { fluxKontext } from './flux-kontext/family.ts'
import { instructPix2Pix } from './instruct-pix2pix/family.ts'
import { omnigenFamily } from './omnigen/family.ts'
import { qwenImageEditFamily } from './qwen-image-edit/family.ts'
import { sd3Edit } from './sd3-edit/family.ts'
import { step1xEdit, step1xEditV12 } from './step1x/family.ts'

/**
 * The families of models that edit. A folder belongs to the first that recognises it; the last one takes what none does,
 * and says what is missing of it.
 */
export const families: readonly ModelFamily[] = [
  fluxKontext,
  instructPix2Pix,
  sd3Edit,
  omnigenFamily,
  qwenImageEditFamily,
  step1xEditV12,
  step1xEdit,
]

/** The family of a folder. */
export function familyOf({ family }: Pick<ModelFolder, 'family'>): ModelFamily {
  return families.find(({ name }) => name === family)!
}

/** Options of an edit that the models of a family take, further pictures among them. */
export function optionsOf({
  options,
  mostPictures,
}: Pick<ModelFamily, 'options' | 'mostPictures'>): readonly (keyof EditOptions)[] {
  return mostPictures > 0 ? [...options, 'more'] : options
}

/**
 * Finds the parts of a model's folder, of any family.
 * @throws EditError that names the missing and the existing parts
 */
export async function findModelFolder(folder: string, variant?: string): Promise<ModelFolder> {
  const listing = await listFolder(folder)
  const family = families.find((each) => each.recognises(listing)) ?? families.at(-1)!
  return family.find(listing, variant)
}
