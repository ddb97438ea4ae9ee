import { dirname, join } from 'node:path'
import { z } from 'zod'
import { staysInside } from '../schema.ts'
import { firstFile, readJson } from './folder.ts'
import { entryOf, KeyMaker, type Loader } from './loader.ts'

const edits = z.record(
  z.string(),
  z.object({
    id: z.string().refine(staysInside, 'expected a path below the folder of pictures'),
    prompt: z.string(),
    edit_type: z.string(),
  }),
)

const kinds = {
  add: 95,
  adjust: 94,
  extract: 117,
  replace: 92,
  remove: 86,
  background: 94,
  style: 100,
  compose: 23,
  action: 36,
}

/**
 * ImgEdit-Bench, the basic suite: `basic_edit.json` of PKU-YuanGroup/ImgEdit (items by key: `id`, the picture's path,
 * `prompt`, `edit_type`; 737 of them), in the hub's Benchmark.tar as `Benchmark/singleturn/singleturn.json` beside the
 * pictures.
 */
export const imgEditBasic: Loader = {
  name: 'imgedit-basic',
  title: 'ImgEdit-Bench, basic suite',
  source: 'https://huggingface.co/datasets/sysuyy/ImgEdit',
  licence: 'see its page; not stated in the official repository',
  size: '737 items',
  kinds: Object.keys(kinds),
  hub: { repo: 'sysuyy/ImgEdit', files: [/^Benchmark\.tar$/] },
  expected: { items: { en: 737 }, kinds },
  async *entries(input) {
    const given = await input.folder()
    const { value, folder } = await readJson(given, ['basic_edit.json', 'singleturn.json'], edits)
    const roots = [folder, given ?? folder, dirname(folder)].flatMap((root) => [
      root,
      join(root, 'singleturn'),
      join(root, 'Benchmark', 'singleturn'),
    ])
    const keys = new KeyMaker()
    for (const [key, { id, prompt, edit_type }] of Object.entries(value))
      yield entryOf(`item ${key} (${id})`, {
        key: keys.key(key),
        kind: edit_type,
        language: 'en',
        instruction: prompt,
        picture: await firstFile(roots.map((root) => join(root, ...id.split('/')))),
      })
  },
}
