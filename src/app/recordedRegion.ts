import { type EditRegion, maskHash, type Recipe } from '../edit/index.ts'
import type { EditJob } from './job.ts'
import { recordedPath } from './recordedPath.ts'

/** What a recipe says of the part of the picture that an edit kept to. */
export function recordedRegion(job: EditJob, region: EditRegion | undefined): Pick<Recipe, 'box' | 'mask'> {
  if (!region) return {}
  if (!('data' in region)) return { box: [region.x, region.y, region.width, region.height] }
  return { mask: { path: recordedPath(job.mask!, job.output), sha256: maskHash(region) } }
}
