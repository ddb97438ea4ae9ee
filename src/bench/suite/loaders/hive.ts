import { dirname, join } from 'node:path'
import { BenchError } from '../../error.ts'
import { staysInside } from '../schema.ts'
import { tableRows } from '../tables/table.ts'
import { findFile, firstFile } from './folder.ts'
import { entryOf, type Loader } from './loader.ts'
import { Row } from './row.ts'

/**
 * HIVE's evaluation data: `test.jsonl` (`instruction`, `source_img`) and the pictures in `evaluation/`, as
 * edit_cli_batch.py of salesforce/HIVE reads them.
 */
export const hive: Loader = {
  name: 'hive',
  title: 'HIVE, evaluation data',
  source: 'https://github.com/salesforce/HIVE',
  licence: 'see its repository; not stated for the evaluation data',
  size: '1,000 items',
  kinds: ['edit'],
  byHand:
    'test.jsonl and evaluation.zip are linked at https://github.com/salesforce/HIVE; put test.jsonl beside the folder evaluation and give the folder of both',
  async *entries(input) {
    const file = await findFile(await input.folder(), ['test.jsonl'])
    let number = 0
    for await (const found of tableRows(file, { required: ['instruction', 'source_img'] })) {
      const row = new Row(found)
      const path = row.text('source_img')
      if (!staysInside(path))
        throw new BenchError(
          'suite',
          `${row.where}: source_img: expected a path below evaluation, got ${path}`,
        )
      const roots = [join(dirname(file), 'evaluation'), dirname(file)]
      yield entryOf(row.where, {
        key: String(++number).padStart(4, '0'),
        kind: 'edit',
        language: 'en',
        instruction: row.text('instruction'),
        picture: await firstFile(roots.map((root) => join(root, ...path.split('/')))),
      })
    }
  },
}
