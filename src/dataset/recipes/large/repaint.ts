// "Detection, ZoeDepth, a depth ControlNet with a diffusion model, identity kept" (section 3.1.1): a thing is painted
// again in another colour or of another material, led by its depth, and laid over the photograph within its outline.

import { featherMask, type Mask, type Picture } from '../../../image/index.ts'
import { colours, type Facts, materials, type Phrase } from '../../../instructions/index.ts'
import { Rejection, type Toolbox } from '../../../tools/index.ts'
import type { Draft, Recipe } from '../recipe.ts'
import { generated } from './generated.ts'
import { nothingSeen, seenThing } from './seen.ts'

/** Depth as a ControlNet takes it: near is white. */
async function depthPicture(picture: Picture, tools: Toolbox): Promise<Picture> {
  const { width, height, data } = await tools.get('depth').depth(picture)
  return {
    width,
    height,
    data: Uint8Array.from({ length: 3 * data.length }, (_, i) => Math.round(255 * data[Math.floor(i / 3)]!)),
  }
}

function repainting(
  kind: 'color_alter' | 'material_alter',
  words: Readonly<Record<string, Phrase>>,
  factsOf: (thing: Pick<Extract<Facts, { kind: 'color_alter' }>, 'object' | 'place'>, words: Phrase) => Facts,
  promptOf: (thing: string, words: string) => string,
): Recipe {
  return {
    kind,
    name: `${kind}/depth`,
    version: 1,
    needs: ['detector', 'segmenter', 'depth', 'generator'],
    uses: ['vision'],
    from: 'photo',
    final: [...nothingSeen, 'no-workflow'],
    variants: 2,
    async draft({ picture }, { tools, random }): Promise<Draft> {
      if (!tools.get('generator').controls.includes('depth'))
        throw new Rejection('no-workflow', { control: 'depth' })
      const { name, mask, place, share } = await seenThing(picture, tools, random, { least: 0.01, most: 0.6 })
      if (name.en === 'person') throw new Rejection('person')
      const [, { en, cn }] = random.pick(Object.entries(words))
      const prompt = promptOf(name.en, en)
      const seed = random.below(2 ** 31)
      const region = within(mask)
      const control = { type: 'depth', picture: await depthPicture(picture, tools) } as const
      const target = await generated(tools, { picture, prompt, region, control, seed })
      const facts = factsOf({ object: name, ...(place !== undefined && { place }) }, { en, cn })
      return { source: picture, target, region, facts, parameters: { share, prompt, seed } }
    },
  }
}

/** A soft edge that nowhere reaches beyond the thing. */
function within(mask: Mask): Mask {
  const soft = featherMask(mask, 1)
  return { ...soft, data: soft.data.map((value, i) => (mask.data[i]! >= 128 ? value : 0)) }
}

/** Recipes of color_alter and material_alter by a depth-led generator. */
export const depthRepainting: readonly Recipe[] = [
  repainting(
    'color_alter',
    colours,
    (thing, to) => ({ kind: 'color_alter', ...thing, to }),
    (thing, colour) => `a photo of a ${colour} ${thing}`,
  ),
  repainting(
    'material_alter',
    materials,
    (thing, material) => ({ kind: 'material_alter', ...thing, material }),
    (thing, material) => `a photo of a ${thing} made of ${material}`,
  ),
]
