import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSuite, pullSuite, type Suite, type SuiteItem } from 'pentimento/bench'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parquet, place, png } from './publishedSuites.ts'

/* Every published suite, on small files with its own columns and layout, and on malformed ones. */

let folder: string
let from: string
let suites: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loaders-'))
  from = join(folder, 'from')
  suites = join(folder, 'suites')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function pulled(
  name: string,
  paths: readonly string[] = [from],
): Promise<{ suite: Suite; items: SuiteItem[] }> {
  await pullSuite(name, { suites, from: paths, limit: 1000 })
  const suite = await openSuite(name, { suites, cache: join(folder, 'cache') })
  const items: SuiteItem[] = []
  for await (const item of suite.items()) items.push(item)
  return { suite, items }
}

/** The level of a picture of {@link png}. */
const level = async (suite: Suite, path: string | undefined): Promise<number | undefined> =>
  path === undefined ? undefined : (await suite.read(path)).data[0]

const refusal = (name: string, paths: readonly string[] = [from]): Promise<string> =>
  pullSuite(name, { suites, from: paths, limit: 1000 }).then(
    () => 'pulled',
    (error: Error) => error.message.replaceAll(folder, ''),
  )

describe('tables', () => {
  it('MagicBrush keeps turns, masks and targets', async () => {
    const turn = async (img_id: string, turn_index: number) => ({
      img_id,
      turn_index,
      source_img: { bytes: await png(10 * turn_index), path: null },
      mask_img: { bytes: await png(200), path: null },
      instruction: `turn ${turn_index}`,
      target_img: { bytes: await png(10 * turn_index + 10), path: null },
    })
    place(from, {
      'data/dev-00000-of-00001.parquet': parquet([
        await turn('7', 1),
        await turn('7', 2),
        await turn('9', 1),
      ]),
      'data/train-00000-of-00051.parquet': parquet([await turn('1', 1)]),
    })
    const { suite, items } = await pulled('magicbrush-dev')
    expect(items.map(({ key, turn }) => [key, turn])).toEqual([
      ['7-1', { session: '7', number: 1 }],
      ['7-2', { session: '7', number: 2 }],
      ['9-1', { session: '9', number: 1 }],
    ])
    expect(await level(suite, items[1]!.picture)).toBe(20)
    expect(await level(suite, items[1]!.target)).toBe(30)
    expect(await level(suite, items[1]!.mask)).toBe(200)
    // What is a source and was a target lies there once.
    expect(readdirSync(join(suites, 'magicbrush-dev/pictures'))).toHaveLength(4)
  })

  it('Emu Edit keeps its tasks and captions', async () => {
    const row = async (task: string, idx: number) => ({
      instruction: 'make it so',
      image: { bytes: await png(idx), path: null },
      task,
      split: 'test',
      idx,
      hash: 'abc',
      input_caption: 'a cup',
      output_caption: 'a red cup',
    })
    place(from, {
      'data/test-00000-of-00003-628e.parquet': parquet([await row('color', 3), await row('local', 3)]),
      'data/validation-00000-of-00002-640e.parquet': parquet([await row('add', 1)]),
    })
    const { suite, items } = await pulled('emuedit-test')
    expect(items.map(({ key }) => key)).toEqual(['color-3', 'local-3'])
    expect(items[0]).toMatchObject({ kind: 'color', captions: { source: 'a cup', target: 'a red cup' } })
    expect(suite.facts).toMatchObject({ kinds: ['color', 'local'], licence: 'CC-BY-NC-4.0' })
  })

  it('AnyEdit keeps second pictures', async () => {
    const row = async (edit_type: string, visual: boolean) => ({
      image_id: 'x/1.jpg',
      edit_instruction: 'do it',
      edit_type,
      image_file: { bytes: await png(1), path: null },
      edited_file: { bytes: await png(2), path: null },
      visual_input: visual ? { bytes: await png(3), path: null } : null,
      input: 'before',
      output: null,
    })
    const rows = [await row('add', false), await row('visual_depth', true), await row('add', false)]
    place(from, { 'data/validation-00000-of-00002.parquet': parquet(rows) })
    const { suite, items } = await pulled('anyedit-validation')
    expect(items.map(({ key, captions, more }) => [key, captions, more?.length])).toEqual([
      ['add-x-1.jpg', { source: 'before' }, undefined],
      ['visual_depth-x-1.jpg', { source: 'before' }, 1],
      ['add-x-1.jpg-2', { source: 'before' }, undefined],
    ])
    expect(await level(suite, items[1]!.more![0])).toBe(3)
  })

  it('OmniContext keeps all pictures, and leaves out what has none to edit', async () => {
    const pictures = await Promise.all(
      [1, 2, 3].map(async (each) => ({ bytes: await png(each), path: null })),
    )
    const row = (key: string, input_images: unknown) => ({
      ...{ key, task_type: 'multi_object', instruction: 'put them together' },
      input_images,
    })
    // Parquet writers of tests know no lists of pictures; JSON lines name files.
    place(from, {
      'test.jsonl': [row('a', ['1.png', '2.png', '3.png']), row('b', ['1.png']), row('c', [])]
        .map((each) => JSON.stringify(each))
        .join('\n'),
      ...Object.fromEntries(pictures.map(({ bytes }, i) => [`${i + 1}.png`, bytes])),
    })
    const result = await pullSuite('omnicontext', { suites, from: [from], limit: 1000 })
    expect(result.leftOut).toEqual({ 'input_images: no picture to edit': 1 })
    const suite = await openSuite('omnicontext', { suites, cache: join(folder, 'cache') })
    const items: SuiteItem[] = []
    for await (const item of suite.items()) items.push(item)
    expect(items.map(({ key, more }) => [key, more?.length])).toEqual([
      ['a', 2],
      ['b', undefined],
    ])
    expect(await Promise.all(items[0]!.more!.map((path) => level(suite, path)))).toEqual([2, 3])
    place(from, { 'test.jsonl': JSON.stringify(row('a', 'one.png')) })
    expect(await refusal('omnicontext')).toMatch(/input_images: expected a list of pictures, got "one.png"/)
  })

  it('HQ-Edit and GEditBench v2', async () => {
    const pair = {
      input_image: { bytes: await png(1), path: null },
      output_image: { bytes: await png(2), path: null },
    }
    place(from, {
      'data/train-0.parquet': parquet([
        { input: 'a', ...pair, edit: 'do', inverse_edit: 'undo', output: 'b' },
      ]),
    })
    const { suite, items } = await pulled('hq-edit')
    expect(items).toMatchObject([
      { key: '000001', instruction: 'do', captions: { source: 'a', target: 'b' } },
    ])
    expect(await level(suite, items[0]!.target)).toBe(2)
    rmSync(from, { recursive: true })
    const source_image = { bytes: await png(9), path: null }
    place(from, {
      'data/train-0.parquet': parquet([{ key: 'k/1', instruction: 'do', source_image, task: 'cref' }]),
    })
    expect((await pulled('geditbench-v2')).items).toMatchObject([{ key: 'k-1', kind: 'cref' }])
  })

  it('JSON lines name pictures by their paths', async () => {
    const line = (key: string, input_image: string) =>
      JSON.stringify({
        task_type: 'ps_human',
        key,
        instruction: 'x',
        instruction_language: 'en',
        input_image,
      })
    place(from, { 'a/1.png': await png(5), 'gedit.jsonl': `${line('1', 'a/1.png')}\n` })
    const { suite, items } = await pulled('gedit-bench', [join(from, 'gedit.jsonl')])
    expect(await level(suite, items[0]!.picture)).toBe(5)
    place(from, { 'gedit.jsonl': `${line('1', '../suites/a.png')}\n` })
    expect(await refusal('gedit-bench')).toContain("input_image: expected a path below the table's folder")
  })
})

describe('folders', () => {
  it('ImgEdit, from its folder and from its archive', async () => {
    const edit = { id: 'daily object/1.jpg', prompt: 'Remove it', edit_type: 'remove' }
    const files: Record<string, string | Uint8Array> = {
      'Benchmark/singleturn/singleturn.json': JSON.stringify({ '510': edit }),
      'Benchmark/singleturn/daily object/1.jpg': await png(7),
      'Benchmark/hard/other.json': '{}',
    }
    place(from, files)
    const { suite, items } = await pulled('imgedit-basic')
    expect(items).toMatchObject([{ key: '510', kind: 'remove', instruction: 'Remove it' }])
    expect(await level(suite, items[0]!.picture)).toBe(7)
    const archive = pack()
    for (const [name, content] of Object.entries(files)) archive.entry({ name }, Buffer.from(content))
    archive.entry({ name: '../outside.json' }, '{}')
    archive.finalize()
    const chunks: Buffer[] = []
    for await (const chunk of archive) chunks.push(chunk as Buffer)
    writeFileSync(join(folder, 'Benchmark.tar'), Buffer.concat(chunks))
    rmSync(suites, { recursive: true })
    const again = await pulled('imgedit-basic', [join(folder, 'Benchmark.tar')])
    expect(again.items).toEqual(items)
    expect(again.suite.identity).toBe(suite.identity)
    expect(readdirSync(suites)).toEqual(['imgedit-basic'])
    expect(readdirSync(folder).sort()).toEqual(['Benchmark.tar', 'from', 'suites'])
  })

  it('MagicBrush test, with its descriptions', async () => {
    place(from, {
      'test/edit_sessions.json': JSON.stringify({
        '30': [
          { input: '30-input.png', mask: '30-mask1.png', output: '30-output1.png', instruction: 'a' },
          { input: '30-output1.png', mask: '30-mask2.png', output: '30-output2.png', instruction: 'b' },
        ],
      }),
      'test/global_descriptions.json': JSON.stringify({ '30': { '30-input.png': 'a dog' } }),
      'test/images/30/30-input.png': await png(1),
      'test/images/30/30-output1.png': await png(2),
      'test/images/30/30-output2.png': await png(3),
      'test/images/30/30-mask1.png': await png(255),
    })
    const { suite, items } = await pulled('magicbrush-test')
    expect(items).toMatchObject([
      { key: '30-1', captions: { source: 'a dog' }, turn: { session: '30', number: 1 } },
      { key: '30-2', turn: { session: '30', number: 2 } },
    ])
    expect(await level(suite, items[1]!.picture)).toBe(2)
    expect(await level(suite, items[1]!.target)).toBe(3)
    expect(await level(suite, items[0]!.mask)).toBe(255)
  })

  it('AnyEdit test, HIVE and EditBench', async () => {
    place(join(from, 'any'), {
      'anybench/add/edit_result.json': JSON.stringify([
        {
          edit: 'add it',
          image_file: 'anybench/add/in/1.jpg',
          edited_file: 'anybench/add/out/1.jpg',
          output: 'b',
        },
      ]),
      'anybench/add/in/1.jpg': await png(1),
      'anybench/add/out/1.jpg': await png(2),
      'anybench/visual_depth/edit_result.json': JSON.stringify([
        { edit: 'x', image_file: 'anybench/x.jpg', visual_input: 'anybench/y.jpg' },
      ]),
      'anybench/x.jpg': await png(5),
      'anybench/y.jpg': await png(6),
    })
    const any = await pulled('anyedit-test', [join(from, 'any')])
    expect(any.items).toMatchObject([
      { key: 'add-1', kind: 'add', captions: { target: 'b' } },
      { key: 'visual_depth-x', kind: 'visual_depth' },
    ])
    expect(await level(any.suite, any.items[1]!.more![0])).toBe(6)
    expect(await level(any.suite, any.items[0]!.target)).toBe(2)

    place(join(from, 'hive'), {
      'test.jsonl': '{"source_img":"12.jpg","instruction":"make it snow"}\n',
      'evaluation/12.jpg': await png(4),
    })
    expect((await pulled('hive', [join(from, 'hive')])).items).toMatchObject([
      { key: '0001', instruction: 'make it snow' },
    ])

    const table = 'aos,prompt_full,prompt_mask-simple,prompt_mask-rich\r\n'
    place(join(from, 'edit'), {
      'annotations_natural.csv': `${table}obj_1,"a cat, red",a cat,a red cat\r\n`,
      'annotations_generated.csv': `${table}obj_1,a dog,a dog,a dog\r\n`,
      'references_natural/obj_1.png': await png(1),
      'masks_natural/obj_1.png': await png(255),
      'references_generated/obj_1.png': await png(2),
    })
    const bench = await pulled('editbench', [join(from, 'edit')])
    expect(bench.items).toMatchObject([
      { key: 'natural-obj_1', instruction: 'a cat, red', captions: { target: 'a cat' } },
      { key: 'generated-obj_1', kind: 'generated' },
    ])
    expect(bench.items.map(({ mask }) => mask !== undefined)).toEqual([true, false])
  })
})

describe('malformed files', () => {
  it.each([
    [
      'gedit-bench',
      { 'a.parquet': parquet([{ key: '1' }]) },
      'expected the columns task_type, key, instruction, instruction_language, input_image; got key, without task_type',
    ],
    ['gedit-bench', { 'a.parquet': 'PAR1' }, 'not a readable Parquet file'],
    ['gedit-bench', {}, 'expected tables (.parquet, .arrow, .jsonl), found none'],
    ['imgedit-basic', {}, 'expected a folder that holds basic_edit.json or singleturn.json'],
    ['imgedit-basic', { 'basic_edit.json': '{"1":' }, 'basic_edit.json: not JSON'],
    ['imgedit-basic', { 'basic_edit.json': '{"1":{"id":"a.jpg","prompt":"x"}}' }, '1.edit_type: '],
    [
      'imgedit-basic',
      { 'basic_edit.json': '{"1":{"id":"../a.jpg","prompt":"x","edit_type":"add"}}' },
      '1.id: expected a path below',
    ],
    [
      'imgedit-basic',
      { 'basic_edit.json': '{"1":{"id":"a.jpg","prompt":"x","edit_type":"add"}}' },
      'item 1 (a.jpg): the source picture: no such picture',
    ],
    [
      'imgedit-basic',
      { 'basic_edit.json': '{"1":{"id":"a.jpg","prompt":"x","edit_type":"add"}}', 'a.jpg': 'text' },
      'item 1 (a.jpg): the given file, which is not a picture: no such picture',
    ],
    ['magicbrush-test', { 'edit_sessions.json': '{"30":[{"input":1}]}' }, '30.0.input: '],
    [
      'hive',
      { 'test.jsonl': '{"instruction":"x"}' },
      'expected the columns instruction, source_img; got instruction, without source_img',
    ],
    [
      'hive',
      { 'test.jsonl': '{"instruction":"x","source_img":"../a"}' },
      'source_img: expected a path below evaluation',
    ],
    ['editbench', { 'annotations_natural.csv': 'aos,prompt\r\n' }, 'expected the columns aos, prompt_full'],
    ['anyedit-test', { 'add/edit_result.json': '[{"edit":"x"}]' }, '0.image_file: '],
    [
      'hq-edit',
      { 'a.jsonl': '{"edit":5,"input_image":{}}' },
      'a.jsonl row 1: the source picture: no such picture',
    ],
    [
      'hq-edit',
      { 'a.jsonl': '{"edit":true,"input_image":"a"}' },
      'a.jsonl row 1: edit: expected text, got true',
    ],
    [
      'magicbrush-dev',
      { 'a.jsonl': '{"img_id":"1","turn_index":"x","source_img":"a","instruction":"b"}' },
      'turn_index: expected a whole number, got "x"',
    ],
  ])('of %s are refused: %#', async (name, files: Record<string, string | Uint8Array>, message) => {
    place(from, { 'read.me': '', ...files })
    expect(await refusal(name)).toContain(message)
    expect(readdirSync(suites).filter((each) => !each.startsWith('.'))).toEqual([])
  })

  it('tells archives that have to be unpacked first, and what is not there', async () => {
    place(from, { 'a.zip': 'x' })
    expect(await refusal('hive', [join(from, 'a.zip')])).toContain(
      'a.zip: expected a folder, a .tar, or a table',
    )
    expect(await refusal('hive', [join(from, 'b')])).toContain('/from/b: cannot read it, no such file')
  })
})
