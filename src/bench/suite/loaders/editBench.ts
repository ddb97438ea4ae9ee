import { join } from 'node:path'
import { delimiterOf, parseTable, readTextFile } from '../../../files/index.ts'
import { BenchError } from '../../error.ts'
import { findFile, firstFile } from './folder.ts'
import { entryOf, KeyMaker, type Loader } from './loader.ts'

const parts = ['natural', 'generated'] as const
const columns = ['aos', 'prompt_full', 'prompt_mask-simple', 'prompt_mask-rich'] as const

/**
 * EditBench of Imagen Editor: `annotations_natural.csv` and `annotations_generated.csv` (`aos`, `prompt_full`,
 * `prompt_mask-simple`, `prompt_mask-rich`), pictures `references_<part>/<aos>.png`, masks `masks_<part>/<aos>.png`.
 * The layout is that of public code that reads it; the official archive could not be looked at. Its prompts describe
 * the wanted picture, not a change: `prompt_full` is the instruction, `prompt_mask-simple` the caption of the target.
 */
export const editBench: Loader = {
  name: 'editbench',
  title: 'EditBench',
  source: 'https://imagen.research.google/editor/',
  licence: 'see its page',
  size: '240 items',
  kinds: parts,
  byHand: 'the archive is linked at https://imagen.research.google/editor/; unpack it and give its folder',
  expected: { items: { en: 240 }, kinds: { natural: 120, generated: 120 } },
  async *entries(input) {
    const folder = join(await findFile(await input.folder(), ['annotations_natural.csv']), '..')
    const keys = new KeyMaker()
    for (const part of parts)
      for await (const { where, cells } of readTable(join(folder, `annotations_${part}.csv`))) {
        const name = cells.aos!
        const read = (kind: string): Promise<Uint8Array | undefined> =>
          /^[\w. -]+$/.test(name)
            ? firstFile([join(folder, `${kind}_${part}`, `${name}.png`)])
            : Promise.resolve(undefined)
        yield entryOf(where, {
          key: keys.key(part, name),
          kind: part,
          language: 'en',
          instruction: cells.prompt_full!,
          picture: await read('references'),
          mask: await read('masks'),
          captions: { target: cells['prompt_mask-simple'] },
        })
      }
  },
}

async function* readTable(
  file: string,
): AsyncGenerator<{ where: string; cells: Readonly<Record<string, string>> }> {
  const text = await readTextFile(file)
  const [head, ...rows] = parseTable(text, delimiterOf(text))
  const names = head?.cells ?? []
  const missing = columns.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new BenchError(
      'suite',
      `${file}: expected the columns ${columns.join(', ')}; got ${names.join(', ') || 'none'}, without ${missing.join(', ')}`,
    )
  for (const { line, cells, problem } of rows) {
    if (problem !== undefined) throw new BenchError('suite', `${file} line ${line}: ${problem}`)
    yield {
      where: `${file.split(/[\\/]/).at(-1)} line ${line}`,
      cells: Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])),
    }
  }
}
