import type { ModelFamily } from '../family.ts'
import { step1xEdit } from '../step1x/family.ts'
import { type CheckpointFolder, findStep1x } from '../step1x/folder.ts'

const name = 'sd3-edit'

/**
 * Editors that were trained on Stable Diffusion 3 with `base: sd3`: Step1X-Edit's connector, prompt and loop around
 * another transformer. Known by the name of its file, `sd3-edit.safetensors`.
 */
export const sd3Edit: ModelFamily<CheckpointFolder> = {
  ...step1xEdit,
  name,
  title: 'Editor on Stable Diffusion 3',
  recognises: ({ files }) => files.some((file) => /^sd3-edit.*\.safetensors$/.test(file)),
  find: async (listing, variant) => ({ ...(await findStep1x(listing, variant)), family: name }),
}
