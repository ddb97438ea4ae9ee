import { entryOf, KeyMaker, type Loader } from './loader.ts'

/**
 * The test split of Emu Edit's test set, by the features of its card (that of emu_edit_test_set_generations, whose
 * splits bear each other's names): `instruction`, `image`, `task`, `split`, `idx`, `hash`, `input_caption`,
 * `output_caption`. It has no reference targets.
 */
export const emuEditTest: Loader = {
  name: 'emuedit-test',
  title: 'Emu Edit, test split',
  source: 'https://huggingface.co/datasets/facebook/emu_edit_test_set',
  licence: 'CC-BY-NC-4.0',
  size: '3,589 items, 1.3 GB',
  kinds: ['add', 'background', 'color', 'global', 'local', 'remove', 'style', 'text'],
  hub: { repo: 'facebook/emu_edit_test_set', files: [/(^|\/)test[-/].*\.parquet$/] },
  expected: { items: { en: 3589 } },
  async *entries(input) {
    const keys = new KeyMaker()
    const rows = input.rows({
      required: ['instruction', 'image', 'task', 'idx'],
      optional: ['input_caption', 'output_caption'],
    })
    for await (const row of rows)
      yield entryOf(row.where, {
        key: keys.key(row.text('task'), row.text('idx')),
        kind: row.text('task'),
        language: 'en',
        instruction: row.text('instruction'),
        picture: await row.picture('image'),
        captions: { source: row.text('input_caption'), target: row.text('output_caption') },
      })
  },
}
