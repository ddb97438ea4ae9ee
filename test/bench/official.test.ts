import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  aggregate,
  type BenchWorkspace,
  collectResults,
  exportOfficial,
  importScores,
  openSystem,
  readScores,
  runBench,
  type Suite,
  type System,
} from 'pentimento/bench'
import { encodePicture, readPicture, writePicture } from 'pentimento/image'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { officialCase, onePicture } from './officialCase.ts'
import { countingJudge, inverter, smallBench, smallPicture, writeSmallSuite } from './smallBench.ts'

let folder = ''
let open: BenchWorkspace[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'official-'))
  open = []
})
afterEach(async () => {
  for (const each of open) await each.close()
  rmSync(folder, { recursive: true, force: true })
})

const signal = new AbortController().signal
const golden = (name: string): string =>
  readFileSync(new URL(`../golden/official/${name}`, import.meta.url), 'utf8')

const bench = async (name: string, suite: Suite, systems: readonly System[], judges: object[] = []) => {
  const workspace = await smallBench(join(folder, name), suite, systems, judges as never)
  open.push(workspace)
  return workspace
}

describe('the export of the case', () => {
  it('is what the official statistics script read, and our numbers are those that it printed', async () => {
    const source = join(folder, 'source.png')
    await writePicture(smallPicture(0), source)
    const { workspace, suite } = await onePicture(source)
    const results = officialCase()
    const output = join(folder, 'results')
    const told = await exportOfficial(workspace, suite, results, { output, chinese: 'zh' })
    expect(told).toEqual([{ system: 'made', pictures: 62, refusals: 4, scores: { gpt4o: 62 } }])

    const scores = join(output, 'made', 'gpt4o', 'eval_results_new')
    const combined = await readFile(join(scores, 'made_combined_gpt_score.csv'), 'utf8')
    expect(combined).toBe(golden('made_combined_gpt_score.csv'))
    expect((await readdir(scores)).length).toBe(12)

    for (const [language, printed] of [
      ['en', golden('printed-en.txt')],
      ['cn', golden('printed-zh.txt')],
    ] as const)
      for (const [subset, part] of [
        ['full', printed.split('\nIntersection:\n')[0]!],
        ['official', printed.split('\nIntersection:\n')[1]!],
      ] as const) {
        const row = aggregate(results, { samples: 10 }).find(
          (each) => each.language === language && each.subset === subset,
        )!
        const shown = (scores: { sc: { value: number }; pq: { value: number }; o: { value: number } }) =>
          [scores.sc, scores.pq, scores.o].map(({ value }) => value.toFixed(3)).join(', ')
        for (const { kind, scores } of row.kinds)
          expect(part.split('\n')).toContain(`${kind}: ${shown(scores!)}`)
        expect(`${part}\n`).toMatch(new RegExp(`\nAverage(?: Intersection)?: ${shown(row.overall!)}\n`))
      }
  })

  it('replaces no folder that is there', async () => {
    const source = join(folder, 'source.png')
    await writePicture(smallPicture(0), source)
    const { workspace, suite } = await onePicture(source)
    const output = join(folder, 'mine')
    await mkdir(output)
    await writeFile(join(output, 'letter.txt'), 'dear')
    await expect(exportOfficial(workspace, suite, officialCase(), { output })).rejects.toMatchObject({
      code: 'export',
    })
    expect(await readdir(folder)).toEqual(['mine', 'source.png'])
  })

  it.each([
    [{ systems: ['other'] }, 'other: no such system in the bench, which has made'],
    [{ judges: ['other'] }, 'other: no such judge in the bench, which has gpt'],
  ])('names what is not there: %j', async (options, message) => {
    const { workspace, suite } = await onePicture('')
    await expect(
      exportOfficial(workspace, suite, officialCase(), { output: join(folder, 'x'), ...options }),
    ).rejects.toMatchObject({ code: 'export', message })
  })

  it('leaves its folder for no name of a kind', async () => {
    const { workspace, suite } = await onePicture('')
    const results = officialCase()
    const items = results.items.map((item) => ({ ...item, kind: '../../out' }))
    await expect(
      exportOfficial(workspace, suite, { ...results, items }, { output: join(folder, 'x') }),
    ).rejects.toMatchObject({
      code: 'export',
      message: expect.stringContaining('no folder can have this name'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('wants one judge for each of the two folders that the official script knows', async () => {
    const results = officialCase()
    const judgements = [...results.judgements, { ...results.judgements[0]!, judge: 'other' }]
    const { workspace, suite } = await onePicture('')
    await expect(
      exportOfficial(
        workspace,
        suite,
        { ...results, judges: ['gpt', 'other'], judgements },
        { output: join(folder, 'x') },
      ),
    ).rejects.toMatchObject({
      message:
        'gpt and other: the scores of both would lie in gpt4o, which is all that the official statistics script knows; choose one by --judge',
    })
  })
})

describe('existing results', () => {
  let place = ''
  let suite: Suite
  /** Of a bench whose edits were made, one refused, judged, and exported. */
  let made: BenchWorkspace
  let output = ''

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'official-made-'))
    suite = await writeSmallSuite(join(place, 'suite'))
    const system: System = {
      ...inverter('step1x'),
      edit: async (item, picture) =>
        item.key === 'item-4' && item.language === 'en'
          ? { type: 'refused', kind: 'safety', reason: 'moderation', text: 'No.', seconds: 1 }
          : { type: 'picture', picture, seconds: 1 },
    }
    const facts = { name: 'judge', identity: 'judge 1', repeats: 1, pairs: false }
    made = await smallBench(join(place, 'made'), suite, [system], [facts])
    await runBench(made, { suite, systems: [system], judges: [countingJudge()], signal })
    output = join(place, 'results')
    await exportOfficial(made, suite, await collectResults(made), { output })
  }, 60_000)
  afterAll(async () => {
    await made.close()
    rmSync(place, { recursive: true, force: true })
  })

  it('come back as they were exported: pictures, refusals and scores', async () => {
    const before = await collectResults(made)
    const system = await openSystem(`folder:${join(output, 'step1x')}`, { cache: join(folder, 'cache') })
    expect(await system.survey!(suite.items())).toEqual({ there: 11, refused: 1, missing: [], strangers: [] })
    const again = await bench('again', suite, [system])
    await runBench(again, { suite, systems: [system], judges: [], signal })
    const [files] = await readScores(join(output, 'step1x'))
    const { workspace, imported } = await importScores(again, {
      system: 'step1x',
      judge: 'official-gpt4o',
      files: files!,
    })
    expect(imported).toEqual({
      judge: 'official-gpt4o',
      scored: 11,
      unusable: [],
      unscored: [],
      strangers: [],
      otherInstruction: [],
      withoutPicture: [],
    })
    const after = await collectResults(workspace)
    const shape = (results: typeof before) =>
      results.edits.map(({ item, outcome, ...edit }) => [item, outcome, 'picture' in edit && edit.picture])
    expect(shape(after)).toEqual(shape(before))
    const scores = (results: typeof before) => results.judgements.map(({ item, sc, pq }) => [item, sc, pq])
    expect(scores(after)).toEqual(scores(before))
    expect(after.judgements[0]!.calls.sc).toMatchObject({ convention: 'imported', model: 'unknown' })

    // Once more changes nothing, and other scores need another name.
    const [row] = files!.rows
    await importScores(workspace, { system: 'step1x', judge: 'official-gpt4o', files: files! })
    const other = { ...files!, rows: [{ ...row!, sc: '9.25' }] }
    await expect(
      importScores(workspace, { system: 'step1x', judge: 'official-gpt4o', files: other }),
    ).rejects.toMatchObject({ code: 'import', message: expect.stringContaining('and now 9.25') })
    expect(scores(await collectResults(workspace))).toEqual(scores(before))

    // Each item keeps its scores, where two have the same pictures.
    const rows = files!.rows.map((each) => ({ ...each, pq: each.language === 'en' ? '3' : '8' }))
    const both = await importScores(workspace, { system: 'step1x', judge: 'x', files: { ...files!, rows } })
    const { judgements } = await collectResults(both.workspace)
    const others = judgements.filter(({ judge }) => judge === 'x')
    expect(new Set(others.map(({ item, pq }) => `${item.slice(0, 2)} ${pq}`))).toEqual(
      new Set(['en 3', 'cn 8']),
    )
  })

  it('tell what they lack and what they have beside it', async () => {
    const results = join(folder, 'step1x')
    await cp(join(output, 'step1x'), results, { recursive: true })
    const pictures = join(results, 'fullset')
    const png = await encodePicture(smallPicture(9), 'png')
    for (const path of ['color_alter/en/item-0', 'color_alter/cn/item-0', 'style_change/en/item-1'])
      await rm(join(pictures, `${path}.png`))
    await writeFile(join(pictures, 'color_alter/en/stranger.png'), png)
    const system = await openSystem(`folder:${results}`, { cache: join(folder, 'cache') })
    expect(await system.survey!(suite.items())).toEqual({
      there: 8,
      refused: 1,
      missing: ['en/item-0', 'cn/item-0', 'en/item-1'],
      strangers: ['fullset/color_alter/en/stranger'],
    })
    const again = await bench('again', suite, [system])
    await runBench(again, { suite, systems: [system], judges: [], signal })
    const [files] = await readScores(results)
    const [first, second] = files!.rows.filter(({ key }) => key === 'item-2')
    const rows = [
      ...files!.rows.filter(({ key }) => key !== 'item-2' && key !== 'item-5'),
      { ...first!, sc: 'ten' },
      { ...second!, instruction: 'something else' },
      { ...first!, key: 'stranger' },
    ]
    const { imported } = await importScores(again, {
      system: 'step1x',
      judge: 'official-gpt4o',
      files: { ...files!, rows },
    })
    expect(imported).toMatchObject({
      scored: 4,
      unusable: [expect.stringMatching(/^subject-add\/(en|cn)\/item-2 \(ten, /)],
      otherInstruction: [expect.stringMatching(/^subject-add\/(en|cn)\/item-2$/)],
      strangers: [expect.stringContaining('/stranger')],
      withoutPicture: ['color_alter/en/item-0', 'color_alter/cn/item-0', 'style_change/en/item-1'],
    })
    expect(imported.unscored).toHaveLength(3)
  })

  it('are read as EvalScope lists them, by language', async () => {
    const list = join(output, 'step1x', 'cn.jsonl')
    const [line] = (await readFile(list, 'utf8')).split('\n')
    expect(JSON.parse(line!)).toEqual({ id: 'item-0', image_path: 'fullset/color_alter/cn/item-0.png' })
    const system = await openSystem(`folder:${list}`, { cache: join(folder, 'cache') })
    const items = []
    for await (const item of suite.items()) if (item.language === 'cn') items.push(item)
    expect(await system.survey!(items)).toEqual({ there: 6, refused: 0, missing: [], strangers: [] })
    const outcome = await system.edit(items[0]!, smallPicture(0), { seed: 0, signal })
    if (outcome.type !== 'picture') throw new Error('expected a picture')
    const there = await readPicture(join(output, 'step1x', 'fullset/color_alter/cn/item-0.png'))
    expect(outcome.picture.data).toEqual(there.data)
  })

  it('are not taken for those of a judge that the bench asks', async () => {
    const [files] = await readScores(join(output, 'step1x'))
    await expect(
      importScores(made, { system: 'step1x', judge: 'judge', files: files! }),
    ).rejects.toMatchObject({
      code: 'import',
      message: expect.stringContaining('give another name by --judge'),
    })
  })
})
