import { EditError } from '../error.ts'
import type { EditPlan, Planner, PlannerOptions } from './plan.ts'

/**
 * The plan that a planner reads in an instruction, without doing anything.
 * @throws EditError `unclear` with what was understood, `beyond` for what the darkroom cannot do
 */
export async function planInstruction(
  planner: Planner,
  instruction: string,
  options: PlannerOptions,
): Promise<EditPlan> {
  const reading = await planner.read(instruction, options)
  if (reading.type === 'plan') return reading.plan
  const nearest = reading.nearest.map((each) => `"${each}"`).join(', ')
  const advice = nearest === '' ? '' : `; near to it: ${nearest}`
  if (reading.type === 'unclear')
    throw new EditError(
      'unclear',
      `instruction: ${reading.understood === '' ? 'not understood' : `only understood "${reading.understood}"`}, nothing was done${advice}`,
    )
  throw new EditError(
    'beyond',
    `instruction: "${reading.wish}" is beyond the darkroom, which changes what is in the picture and invents nothing${advice}; a generative model can do it ('pentimento pull step1x-edit-v1.1', then --model)`,
  )
}
