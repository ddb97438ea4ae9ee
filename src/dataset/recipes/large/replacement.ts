// "Target object or keyword by a vision model and a tagger, then FLUX Fill" (section 3.1.1), for a thing and for all that
// is behind it.

import { z } from 'zod'
import { dilateMask, featherMask, invertMask, maskShare, thresholdMask } from '../../../image/index.ts'
import { Rejection, type Toolbox } from '../../../tools/index.ts'
import type { Draft, Recipe, Source } from '../recipe.ts'
import { askVision, bothLanguages } from './ask.ts'
import { generated } from './generated.ts'
import { nothingSeen, seenThing, withMargin } from './seen.ts'

const prompted = bothLanguages.extend({
  prompt: z
    .string()
    .min(1)
    .max(400)
    .describe('what an image generator is to paint there, in English, in one sentence'),
})

/** What a tagger sees, as a hint for the vision model. */
async function tagsOf({ picture }: Source, tools: Toolbox): Promise<string> {
  if (!tools.has('tagger')) return ''
  const tags = await tools.get('tagger').tag(picture)
  return tags.length === 0
    ? ''
    : ` A tagger sees: ${tags
        .slice(0, 12)
        .map(({ tag }) => tag)
        .join(', ')}.`
}

/** Another thing in the place of one. */
export const generatedReplacement: Recipe = {
  kind: 'subject-replace',
  name: 'subject-replace/generated',
  version: 1,
  needs: ['detector', 'segmenter', 'vision', 'generator'],
  uses: ['tagger'],
  from: 'photo',
  final: nothingSeen,
  variants: 2,
  async draft(source, { tools, random }): Promise<Draft> {
    const { picture } = source
    const { name, mask, place, share } = await seenThing(picture, tools, random, { least: 0.01, most: 0.4 })
    const { prompt, ...to } = await askVision(tools, prompted, [
      picture,
      `The ${name.en} in this photo is to be replaced by another thing of about its size that makes sense in its place.` +
        `${await tagsOf(source, tools)} Choose one that is clearly something else (choice ${random.below(1000)}).`,
    ])
    if (to.en.toLowerCase() === name.en.toLowerCase() || to.cn === name.cn) throw new Rejection('same-thing')
    const region = withMargin(mask, picture)
    const seed = random.below(2 ** 31)
    const target = await generated(tools, { picture, prompt, region, seed })
    const facts = { kind: 'subject-replace', from: name, to, ...(place !== undefined && { place }) } as const
    return { source: picture, target, region, facts, parameters: { share, prompt, seed } }
  },
}

/** Another place behind the subject. */
export const generatedBackground: Recipe = {
  kind: 'background_change',
  name: 'background_change/generated',
  version: 1,
  needs: ['matting', 'vision', 'generator'],
  uses: ['tagger'],
  from: 'photo',
  final: ['no-subject'],
  variants: 2,
  async draft(source, { tools, random }): Promise<Draft> {
    const { picture } = source
    const matte = await tools.get('matting').matte(picture)
    const share = maskShare(matte)
    if (share < 0.04 || share > 0.75) throw new Rejection('no-subject', { share })
    const answer = await askVision(tools, z.strictObject({ subject: bothLanguages, background: prompted }), [
      picture,
      'Name the main subject of this photo, and choose another place in which it could be, in daylight from the same side.' +
        ` Give the English name of the place with its article (choice ${random.below(1000)}).${await tagsOf(source, tools)}`,
    ])
    const { prompt, ...background } = answer.background
    // The generator paints up to the subject's soft edge, which is laid over it again.
    const region = featherMask(dilateMask(thresholdMask(invertMask(matte)), 2), 1)
    const seed = random.below(2 ** 31)
    const target = await generated(tools, { picture, prompt, region, seed })
    const facts = { kind: 'background_change', subject: answer.subject, background } as const
    return { source: picture, target, region, facts, parameters: { share, prompt, seed } }
  },
}
