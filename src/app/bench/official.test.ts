import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { smallPicture, writeSmallSuite } from '../../../test/bench/smallBench.ts'
import { commandLine } from '../../../test/commandLine.ts'
import { placeDatabase } from '../../../test/database.ts'
import { encodePicture } from '../../image/index.ts'
import { runCommandLine } from '../program.ts'

/* `pentimento bench import` and `export`: results of a suite of six items in two languages, by a model of the name m. */

let folder = ''
let suite = ''
let results = ''
const run = commandLine(runCommandLine, () => ({ PENTIMENTO_CACHE: join(folder, 'cache') }))
const bench = () => join(folder, 'bench')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'official-'))
  suite = join(folder, 'suite')
  results = join(folder, 'results', 'm')
  const { items } = await writeSmallSuite(suite)
  const scores: string[] = []
  for await (const { kind, language, key, instruction } of items()) {
    const place = `fullset/${kind}/${language}`
    await mkdir(join(results, place), { recursive: true })
    await writeFile(join(results, place, `${key}.png`), await encodePicture(smallPicture(50), 'png'))
    scores.push(
      `/r/m/${place}/${key}_SRCIMG.png,/r/m/${place}/${key}.png,${instruction},7,8,True,${language}`,
    )
  }
  const eval_ = join(results, 'gpt4o', 'eval_results_new')
  await mkdir(eval_, { recursive: true })
  const head =
    'source_image,edited_image,instruction,sementics_score,quality_score,intersection_exist,instruction_language'
  await writeFile(
    join(eval_, 'm_combined_gpt_score.csv'),
    [head, ...scores, scores[0]!.replace(',7,8,', ',3,4,'), ''].join('\r\n'),
  )
  // Five are not there, three are of no item.
  for (const place of ['color_alter/en/item-0', 'color_alter/cn/item-0', 'style_change/en/item-1'])
    await rm(join(results, 'fullset', `${place}.png`))
  for (const place of ['subject-add/en/item-2', 'subject-add/cn/item-2'])
    await rm(join(results, 'fullset', `${place}.png`))
  for (const stranger of ['a', 'b', 'c'])
    await writeFile(
      join(results, 'fullset', `color_alter/en/${stranger}.png`),
      await encodePicture(smallPicture(1), 'png'),
    )
  await placeDatabase(join(bench(), 'database'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('asks for the suite of a new bench', async () => {
  const { code, error } = await run(['bench', 'import', results, '--output', join(folder, 'new')])
  expect(code).toBe(2)
  expect(error).toContain('--suite: ')
  expect(existsSync(join(folder, 'new'))).toBe(false)
})

it('reads score files before it writes anything', async () => {
  const wrong = join(folder, 'wrong')
  await mkdir(join(wrong, 'gpt4o', 'eval_results_new'), { recursive: true })
  await writeFile(join(wrong, 'gpt4o', 'eval_results_new', 'm_combined_gpt_score.csv'), 'name,score\nx,7\n')
  const { code, error } = await run([
    'bench',
    'import',
    wrong,
    '--suite',
    suite,
    '--output',
    join(folder, 'new'),
  ])
  expect(code).toBe(2)
  expect(error).toMatch(/expected the columns source_image, .*, got name, score/)
  expect(existsSync(join(folder, 'new'))).toBe(false)
})

it('imports, tells what is lacking, and exports what it has', async () => {
  const imported = await run(['bench', 'import', results, '--suite', suite, '--output', bench()])
  expect(imported.code, imported.error).toBe(0)
  expect(imported.out).toContain('m: 7 of 12 pictures\n')
  expect(imported.out).toMatch(
    / {2}5 missing \(.*en\/item-0.*\)\n {2}3 that belong to no item, left out \(fullset\/color_alter\/en\/a, /,
  )
  expect(imported.out).toContain('official-gpt4o: scores of 7 of 7 pictures\n')
  expect(imported.out).toContain('  5 rows that belong to no picture, left out (')
  expect(imported.out).toContain('  1 rows occur twice; the last one counts\n')

  // The same again finds the same, and the bench knows its suite.
  const again = await run(['bench', 'import', results, '--output', bench(), '--json'])
  expect(JSON.parse(again.out)).toMatchObject({
    system: 'm',
    pictures: { there: 7, refused: 0 },
    scores: [{ judge: 'official-gpt4o', scored: 7, doubled: 1 }],
  })
  const twice = await run(['bench', 'import', results, '--name', 'n', '--output', bench()])
  expect(twice.error).toContain('these pictures are already in the bench, as m; use --name m')
  const elsewhere = await run(['bench', 'import', results, '--suite', 'embedded', '--output', bench()])
  expect(elsewhere.error).toContain("expected the bench's suite small 1, got another one (embedded)")

  const output = join(folder, 'export')
  const exported = await run(['bench', 'export', bench(), '--output', output, '--chinese', 'zh'])
  expect(exported.out).toBe(`m: 7 pictures, 7 scores in gpt4o\n${output}\n`)
  const csv = await readFile(join(output, 'm/gpt4o/eval_results_new/m_style_change_gpt_score.csv'), 'utf8')
  expect(csv).toMatch(
    /\r\nm\/fullset\/style_change\/cn\/item-1_SRCIMG\.png,m\/fullset\/style_change\/cn\/item-1\.png,变成第 1 号,7,8,True,zh\r\n/,
  )
  const onto = await run(['bench', 'export', bench(), '--output', output])
  expect([onto.code, onto.error]).toEqual([
    2,
    expect.stringContaining('exists already, expected a new folder'),
  ])
}, 60_000)
