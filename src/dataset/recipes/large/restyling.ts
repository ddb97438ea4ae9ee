// Styles by edges, in both directions (section 3.1.1): a style whose photographs are hard to fake starts from a drawing,
// for which a generator paints the photograph along its edges; others start from the photograph.

import { z } from 'zod'
import type { Mask, Picture } from '../../../image/index.ts'
import { type StyleName, styleWords } from '../../../instructions/index.ts'
import { Rejection, type Toolbox } from '../../../tools/index.ts'
import type { Draft, Recipe } from '../recipe.ts'
import { askVision, bothLanguages } from './ask.ts'
import { generated } from './generated.ts'

const seen = z.strictObject({
  drawing: z.boolean().describe('whether the picture is drawn, painted or rendered, and no photograph'),
  style: bothLanguages.describe('its style, such as "Ghibli style", "ink wash painting", "3D anime style"'),
  scene: z.string().min(1).max(300).describe('what it shows, in English, without a word on its style'),
})

const asPicture = ({ width, height, data }: Mask): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]!),
})

async function paintedAlongEdges(
  picture: Picture,
  prompt: string,
  seed: number,
  tools: Toolbox,
): Promise<Picture> {
  const control = { type: 'edges', picture: asPicture(await tools.get('edges').edges(picture)) } as const
  return generated(tools, { picture, prompt, control, seed })
}

function checkWorkflow(tools: Toolbox): void {
  if (!tools.get('generator').controls.includes('edges'))
    throw new Rejection('no-workflow', { control: 'edges' })
}

/** Styles that a generator draws from a photograph. */
const drawn: readonly StyleName[] = ['oil-painting', 'watercolour', 'pixel-art', 'pencil', 'cartoon']

const shared = {
  kind: 'style_change',
  version: 1,
  needs: ['edges', 'vision', 'generator'],
  from: 'photo',
  variants: 1,
} as const satisfies Partial<Recipe>

/** A drawing among the sources gets the photograph that it might have been drawn from. */
export const fromDrawing: Recipe = {
  ...shared,
  name: 'style_change/from-drawing',
  final: ['no-drawing', 'no-workflow'],
  async draft({ picture }, { tools, random }): Promise<Draft> {
    checkWorkflow(tools)
    const { drawing, style, scene } = await askVision(tools, seen, [
      picture,
      'Is this a photograph or a drawing, and what does it show?',
    ])
    if (!drawing) throw new Rejection('no-drawing')
    const seed = random.below(2 ** 31)
    const prompt = `a realistic photograph: ${scene}`
    const photo = await paintedAlongEdges(picture, prompt, seed, tools)
    return {
      source: photo,
      target: picture,
      facts: { kind: 'style_change', direction: 'to-style', style },
      parameters: { prompt, seed },
    }
  },
}

/** A photograph is drawn along its edges. */
export const toDrawing: Recipe = {
  ...shared,
  name: 'style_change/to-drawing',
  final: ['drawing', 'no-workflow'],
  async draft({ picture }, { tools, random }): Promise<Draft> {
    checkWorkflow(tools)
    const { drawing, scene } = await askVision(tools, seen, [
      picture,
      'Is this a photograph or a drawing, and what does it show?',
    ])
    if (drawing) throw new Rejection('drawing')
    const { en, cn } = styleWords[random.pick(drawn)]
    const seed = random.below(2 ** 31)
    const prompt = `${en}: ${scene}`
    return {
      source: picture,
      target: await paintedAlongEdges(picture, prompt, seed, tools),
      facts: { kind: 'style_change', direction: 'to-style', style: { en, cn } },
      parameters: { prompt, seed },
    }
  },
}
