import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from './folder.ts'
import { entryOf, KeyMaker, type Loader } from './loader.ts'

const about = {
  source: 'https://huggingface.co/datasets/osunlp/MagicBrush',
  licence: 'CC-BY-4.0',
  kinds: ['edit'],
} as const

/**
 * MagicBrush's dev split, by the features of its card: `img_id`, `turn_index`, `source_img`, `mask_img`, `instruction`,
 * `target_img`. A turn's source is the target of the turn before it.
 */
export const magicBrushDev: Loader = {
  name: 'magicbrush-dev',
  title: 'MagicBrush, dev split',
  ...about,
  size: '528 items, 1.5 GB',
  hub: {
    repo: 'osunlp/MagicBrush',
    files: [/^data\/dev-.*\.parquet$/, /(^|\/)(dev|validation)[-/].*\.parquet$/],
  },
  expected: { items: { en: 528 } },
  async *entries(input) {
    const keys = new KeyMaker()
    const rows = input.rows({
      required: ['img_id', 'turn_index', 'source_img', 'instruction'],
      optional: ['mask_img', 'target_img'],
    })
    for await (const row of rows) {
      const [session, number] = [row.text('img_id'), row.whole('turn_index')]
      yield entryOf(row.where, {
        key: keys.key(session, number),
        kind: 'edit',
        language: 'en',
        instruction: row.text('instruction'),
        turn: { session, number },
        picture: await row.picture('source_img'),
        target: await row.picture('target_img'),
        mask: await row.picture('mask_img'),
      })
    }
  },
}

const sessions = z.record(
  z.string(),
  z.array(
    z.object({
      input: z.string(),
      instruction: z.string(),
      output: z.string().optional(),
      mask: z.string().optional(),
    }),
  ),
)
const descriptions = z.record(z.string(), z.record(z.string(), z.string()))

/**
 * MagicBrush's test split, which is given out as an archive with a password so that crawlers do not find it:
 * `edit_sessions.json` (turns by picture: `input`, `mask`, `output`, `instruction`), `global_descriptions.json` and
 * `images/<id>/<file>`, as edit_cli_single_multi_turn.py of OSU-NLP-Group/MagicBrush and magicbrush_gen_eval.py of
 * weichow23/AnySD read them.
 */
export const magicBrushTest: Loader = {
  name: 'magicbrush-test',
  title: 'MagicBrush, test split',
  ...about,
  size: '1,053 items',
  byHand:
    'its authors give the archive and the password at https://github.com/OSU-NLP-Group/MagicBrush; unpack it and give its folder',
  expected: { items: { en: 1053 } },
  async *entries(input) {
    const folder = await input.folder()
    const { value, folder: root } = await readJson(folder, ['edit_sessions.json'], sessions)
    const captions = await readJson(root, ['global_descriptions.json'], descriptions).then(
      (found) => found.value,
      () => undefined,
    )
    const keys = new KeyMaker()
    for (const [session, turns] of Object.entries(value))
      for (const [i, turn] of turns.entries()) {
        const read = async (name: string | undefined): Promise<Uint8Array | undefined> =>
          name !== undefined && /^[\w.-]+$/.test(name)
            ? readFile(join(root, 'images', name.split('-')[0]!, name)).catch(() => undefined)
            : undefined
        const words = captions?.[session]
        yield entryOf(`edit_sessions.json ${session} turn ${i + 1}`, {
          key: keys.key(session, i + 1),
          kind: 'edit',
          language: 'en',
          instruction: turn.instruction,
          turn: { session, number: i + 1 },
          picture: await read(turn.input),
          target: await read(turn.output),
          mask: await read(turn.mask),
          captions: { source: words?.[turn.input], target: words?.[turn.output ?? ''] },
        })
      }
  },
}
