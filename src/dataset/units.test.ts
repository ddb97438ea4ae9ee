import { expect, it } from 'vitest'
import { type Job, type Toolbox, ToolError } from '../tools/index.ts'
import { allRecipes } from './recipes/index.ts'
import { missingJobs } from './units.ts'

/** Tools under the names of what does their jobs. */
const toolsOf = (jobs: Partial<Record<Job, string>>): Toolbox => ({
  has: (job) => job in jobs,
  get: (job) => {
    const implementation = jobs[job]
    if (implementation === undefined) throw new ToolError('tool-missing', job)
    return { facts: { implementation, version: '1', concurrency: 1, timeLimitSeconds: 10 } } as never
  },
  close: async () => {},
})

it('a recipe of larger tools is planned only where an adapter does the job, so that it takes no drafts from others', () => {
  const recipe = allRecipes.find(({ name }) => name === 'subject-remove/segmented')!
  const embedded = { detector: 'human-centernet', segmenter: 'grabcut', inpainter: 'opencv-telea' }
  expect(missingJobs(recipe, toolsOf(embedded))).toEqual(['inpainter'])
  expect(missingJobs(recipe, toolsOf({ ...embedded, inpainter: 'comfyui:removal' }))).toEqual([])
  expect(missingJobs(recipe, toolsOf({ inpainter: 'comfyui:removal' }))).toEqual(['detector', 'segmenter'])
})
