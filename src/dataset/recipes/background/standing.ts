import type { Box } from '../../../tools/index.ts'
import { overlapOf } from '../../annotations/overlap.ts'
import type { RecipeContext } from '../recipe.ts'
import { people, type Subject } from '../subject.ts'

/** Who stands is so many times taller than wide. */
const leastUpright = 1.9
/** The least score of a person, and the share of the subject's box that one takes who matters. */
const [leastPerson, leastTaken] = [0.35, 0.08]

/** Whether the people of a subject stand: before a studio wall who sits, leaps or lies would do so on nothing. */
export function areStanding({ box }: Pick<Subject, 'box'>, { things }: RecipeContext['annotation']): boolean {
  return things
    .filter(
      ({ name, score, box: at }) =>
        people.has(name.en) &&
        score >= leastPerson &&
        at.width * at.height > leastTaken * box.width * box.height,
    )
    .every(({ box: at }) => at.height >= leastUpright * at.width || isRiding(at, things))
}

const isRiding = (box: Box, things: RecipeContext['annotation']['things']): boolean =>
  things.some(({ label, box: at }) => label !== undefined && ridden.has(label) && overlapOf(at, box) > 0.15)

const ridden: ReadonlySet<string> = new Set(['horse', 'elephant', 'bicycle', 'motorcycle', 'boat'])
