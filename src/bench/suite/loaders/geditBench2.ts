import { entryOf, KeyMaker, type Loader } from './loader.ts'

/**
 * GEditBench v2 (arXiv 2603.28547): `data/*.parquet` with `key`, `instruction` and `source_image`, as
 * src/autogen/workflows/generation.py of ZhangqiJiang07/GEditBench_v2 (82bc00e) reads it. Its scripts never read the
 * task of a row; `task` is taken where there is such a column (VCReward-Bench of the same authors has it), else all
 * items are of one kind.
 */
export const geditBench2: Loader = {
  name: 'geditbench-v2',
  title: 'GEditBench v2',
  source: 'https://huggingface.co/datasets/GEditBench-v2/GEditBench-v2',
  licence: 'see its page; not stated in the official repository',
  size: '1,200 items',
  kinds: [],
  hub: { repo: 'GEditBench-v2/GEditBench-v2', files: [/^data\/.*\.parquet$/] },
  expected: { items: { en: 1200 } },
  async *entries(input) {
    const keys = new KeyMaker()
    const rows = input.rows({
      required: ['key', 'instruction', 'source_image'],
      optional: ['task', 'task_type', 'edit_task'],
    })
    for await (const row of rows)
      yield entryOf(row.where, {
        key: keys.key(row.text('key')),
        kind: row.text('task') || row.text('task_type') || row.text('edit_task') || 'edit',
        language: 'en',
        instruction: row.text('instruction'),
        picture: await row.picture('source_image'),
      })
  },
}
