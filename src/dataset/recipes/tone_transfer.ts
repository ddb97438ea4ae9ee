// "Algorithms and filters" make pairs of colour grading, dehazing, deraining and seasons (section 3.1.1): each look is an
// algorithm over the whole picture, and where the way back is a sensible wish (remove the rain), the changed picture is
// the source and the photograph the target.
import { viewScene } from '../../operations/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Recipe } from './recipe.ts'
import { unseen, unsuited } from './tone/fitting.ts'
import type { Look, ToneWords } from './tone/look.ts'
import { ageings, exposures, gradings, hours, monochromes, seasons, weathers } from './tone/looks.ts'

/** A recipe for a family of looks: it draws one that fits the photograph, and the direction. */
function toneRecipe(name: string, looks: readonly Look[], variants: number, version = 4): Recipe {
  return {
    kind: 'tone_transfer',
    name: `tone_transfer/${name}`,
    version,
    needs: [],
    uses: ['depth'],
    from: 'photo',
    final: ['no-look-fits'],
    variants,
    async draft({ picture }, { tools, random, annotation }) {
      const depth = tools.has('depth') ? await tools.get('depth').depth(picture) : undefined
      const scene = viewScene(picture, depth)
      const unfit = new Map(
        looks.map((look) => [look, look.unfit(scene) ?? unsuited(look.name, scene, annotation)]),
      )
      const fit = looks.filter((look) => unfit.get(look) === undefined)
      if (fit.length === 0)
        throw new Rejection(
          'no-look-fits',
          Object.fromEntries([...unfit].map(([{ name }, why]) => [name, why ?? ''])),
        )
      const look = random.pick(fit)
      const directions = (['forward', 'back'] as const).filter((each) => look[each] !== undefined)
      const direction = random.pick(directions)
      const { picture: changed, drawn } = look.apply(scene, random)
      const why = unseen(look.name, scene, changed)
      if (why !== undefined) throw new Rejection('hardly-changed', { look: look.name, why })
      const words: ToneWords = look[direction]!
      const [source, target] = direction === 'forward' ? [picture, changed] : [changed, picture]
      return {
        source,
        target,
        facts: { kind: 'tone_transfer', ...words },
        parameters: { look: look.name, direction, ...drawn },
      }
    },
  }
}

/** Recipes of tone_transfer, one for each family of looks. */
export const toneTransfer: readonly Recipe[] = [
  toneRecipe('grade', gradings, 2, 5),
  toneRecipe('monochrome', monochromes, 1),
  toneRecipe('weather', weathers, 2),
  toneRecipe('season', seasons, 1, 5),
  toneRecipe('light', hours, 2),
  toneRecipe('exposure', exposures, 1, 5),
  toneRecipe('restore', ageings, 1),
]
