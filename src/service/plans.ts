import { describePlan, type EditPlan, embeddedPlanner, planInstruction } from '../edit/index.ts'

/** The darkroom's reading of an instruction: its plan, and one line per step in both languages. */
export interface ServicePlan {
  readonly plan: EditPlan
  readonly lines: { readonly en: readonly string[]; readonly cn: readonly string[] }
}

/**
 * Plans an instruction as the darkroom would, in milliseconds and without the picture. `region`: whether a box or a
 * mask is given; `second`: whether a second picture is.
 * @throws EditError `unclear`, `beyond`
 */
export async function planEdit(
  instruction: string,
  given: { readonly region: boolean; readonly second: boolean },
): Promise<ServicePlan> {
  const plan = await planInstruction(embeddedPlanner(), instruction, given)
  return { plan, lines: { en: linesOf(plan, 'en'), cn: linesOf(plan, 'cn') } }
}

/** Kept parts follow the last step. */
function linesOf({ steps, keep }: EditPlan, language: 'en' | 'cn'): readonly string[] {
  return steps.map((step, i) =>
    describePlan({ steps: [step], keep: i === steps.length - 1 ? keep : [] }, language),
  )
}
