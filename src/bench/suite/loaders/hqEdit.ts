import { entryOf, type Loader } from './loader.ts'

/**
 * HQ-Edit, by the features of its card: `input`, `input_image`, `edit`, `inverse_edit`, `output`, `output_image`. It
 * has one split of 98,675 rows and no test split: take a part of it by a limit. The inverse edits are not taken.
 */
export const hqEdit: Loader = {
  name: 'hq-edit',
  title: 'HQ-Edit',
  source: 'https://huggingface.co/datasets/UCSC-VLAA/HQ-Edit',
  licence: 'CC-BY-NC-4.0',
  size: '98,675 items; take a part by --limit',
  kinds: ['edit'],
  hub: { repo: 'UCSC-VLAA/HQ-Edit', files: [/^data\/.*\.parquet$/] },
  async *entries(input) {
    let number = 0
    const rows = input.rows({
      required: ['input_image', 'edit'],
      optional: ['input', 'output', 'output_image'],
    })
    for await (const row of rows)
      yield entryOf(row.where, {
        key: String(++number).padStart(6, '0'),
        kind: 'edit',
        language: 'en',
        instruction: row.text('edit'),
        picture: await row.picture('input_image'),
        target: await row.picture('output_image'),
        captions: { source: row.text('input'), target: row.text('output') },
      })
  },
}
