import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { BenchError } from '../../error.ts'
import { staysInside } from '../schema.ts'
import { findFile, firstFile, readJson } from './folder.ts'
import { entryOf, KeyMaker, type Loader } from './loader.ts'

const results = z.array(
  z.object({
    edit: z.string(),
    image_file: z.string().refine(staysInside, 'expected a path below the folder'),
    edited_file: z.string().refine(staysInside, 'expected a path below the folder').nullish(),
    visual_input: z.string().refine(staysInside, 'expected a path below the folder').nullish(),
    input: z.string().nullish(),
    output: z.string().nullish(),
  }),
)

const kinds = [
  'replace',
  'add',
  'remove',
  'color_alter',
  'appearance_alter',
  'material_change',
  'action_change',
  'counting',
  'textual_change',
  'tone_transfer',
  'background_change',
  'style_change',
  'movement',
  'outpaint',
  'resize',
  'rotation_change',
  'relation',
  'implicit_change',
  'visual_bbox',
  'visual_depth',
  'visual_material_transfer',
  'visual_reference',
  'visual_scribble',
  'visual_segment',
  'visual_sketch',
] as const

/**
 * AnyEdit-Test: `<kind>/edit_result.json` (`edit`, `image_file`, `edited_file`, `input`, `output`, `visual_input`), as
 * anybench_gen_eval.py of weichow23/AnySD reads it; its paths begin at the folder that holds `anybench`. Kinds
 * `visual_…` have a second picture.
 */
export const anyEditTest: Loader = {
  name: 'anyedit-test',
  title: 'AnyEdit-Test',
  source: 'https://github.com/weichow23/AnySD',
  licence: 'CC-BY-4.0, as AnyEdit',
  size: '25 kinds, 7 of them with a second picture',
  kinds,
  byHand: 'AnyEdit-Test.zip is linked at https://github.com/weichow23/AnySD; unpack it and give its folder',
  async *entries(input) {
    const given = await input.folder()
    const first = await findFile(given, ['edit_result.json'])
    const all = dirname(dirname(first))
    const names = (await readdir(all, { withFileTypes: true })).filter((entry) => entry.isDirectory())
    const keys = new KeyMaker()
    for (const { name } of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (name.startsWith('.') || !(await hasResults(join(all, name)))) continue
      const { value } = await readJson(join(all, name), ['edit_result.json'], results)
      const read = (path: string | null | undefined): Promise<Uint8Array | undefined> =>
        path
          ? firstFile([dirname(all), all, given ?? all].map((root) => join(root, ...path.split('/'))))
          : Promise.resolve(undefined)
      for (const [i, row] of value.entries()) {
        yield entryOf(`${name}/edit_result.json entry ${i + 1}`, {
          key: keys.key(name, basename(row.image_file).replace(/\.\w+$/, '')),
          kind: name,
          language: 'en',
          instruction: row.edit,
          picture: await read(row.image_file),
          ...(row.visual_input && { more: [await read(row.visual_input)] }),
          target: await read(row.edited_file),
          captions: { source: row.input ?? undefined, target: row.output ?? undefined },
        })
      }
    }
  },
}

const hasResults = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    (files) => files.includes('edit_result.json'),
    () => false,
  )

/** AnyEdit's validation split, by the features of its card. */
export const anyEditValidation: Loader = {
  name: 'anyedit-validation',
  title: 'AnyEdit, validation split',
  source: 'https://huggingface.co/datasets/Bin1117/AnyEdit',
  licence: 'CC-BY-4.0',
  size: '5,000 rows, 1 GB',
  kinds,
  hub: { repo: 'Bin1117/AnyEdit', files: [/(^|\/)validation[-/].*\.parquet$/] },
  async *entries(input) {
    const keys = new KeyMaker()
    const rows = input.rows({
      required: ['image_id', 'edit_instruction', 'edit_type', 'image_file'],
      optional: ['edited_file', 'visual_input', 'input', 'output'],
    })
    for await (const row of rows) {
      const kind = row.text('edit_type')
      if (kind === '') throw new BenchError('suite', `${row.where}: edit_type: expected its kind, got none`)
      yield entryOf(row.where, {
        key: keys.key(kind, row.text('image_id')),
        kind,
        language: 'en',
        instruction: row.text('edit_instruction'),
        picture: await row.picture('image_file'),
        ...(row.has('visual_input') && { more: [await row.picture('visual_input')] }),
        target: await row.picture('edited_file'),
        captions: { source: row.text('input'), target: row.text('output') },
      })
    }
  },
}
