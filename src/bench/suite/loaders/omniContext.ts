import { entryOf, KeyMaker, type LeftOut, type Loader } from './loader.ts'

const noPicture: LeftOut = { leftOut: 'input_images: no picture to edit' }

/**
 * OmniContext: `key`, `task_type`, `instruction`, `input_images`, one to three of them, as omnicontext/inference.py of
 * VectorSpaceLab/OmniGen2 (63a3b7b) reads it. The first is the one that is edited, the others go with it.
 */
export const omniContext: Loader = {
  name: 'omnicontext',
  title: 'OmniContext',
  source: 'https://huggingface.co/datasets/OmniGen2/OmniContext',
  licence: 'see its page',
  size: '400 items with one to three pictures',
  kinds: [
    'single_character',
    'single_object',
    'multi_character',
    'multi_object',
    'multi_character_object',
    'scene_character',
    'scene_object',
    'scene_character_object',
  ],
  hub: { repo: 'OmniGen2/OmniContext', files: [/\.parquet$/] },
  async *entries(input) {
    const keys = new KeyMaker()
    for await (const row of input.rows({
      required: ['key', 'task_type', 'instruction', 'input_images'],
      optional: [],
    })) {
      const pictures = await row.pictures('input_images')
      if (pictures.length === 0) {
        yield noPicture
        continue
      }
      const [picture, ...more] = pictures
      yield entryOf(row.where, {
        key: keys.key(row.text('key')),
        kind: row.text('task_type'),
        language: 'en',
        instruction: row.text('instruction'),
        picture,
        ...(more.length > 0 && { more }),
      })
    }
  },
}
