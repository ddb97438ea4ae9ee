import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readScores } from './readScores.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scores-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const head =
  'source_image,edited_image,instruction,sementics_score,quality_score,intersection_exist,instruction_language'
const row = (key: string, { sc = '7', pq = '8', language = 'en', kind = 'color_alter' } = {}): string =>
  `/r/m/fullset/${kind}/${language}/${key}_SRCIMG.png,/r/m/fullset/${kind}/${language}/${key}.png,"Make it ""red"", please",${sc},${pq},True,${language}`

async function write(name: string, lines: readonly string[], end = '\r\n'): Promise<void> {
  const file = join(folder, 'm', name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, lines.map((line) => line + end).join(''))
}
const group = 'gpt4o/eval_results_new/m_color_alter_gpt_score.csv'

describe('score files', () => {
  it('are those of the groups, by backbone', async () => {
    await write(group, [head, row('a'), row('b', { language: 'cn' })])
    await write('gpt4o/eval_results_new/m_text_change_gpt_score.csv', [
      head,
      row('c', { kind: 'text_change' }),
    ])
    await write('gpt4o/eval_results_new/m_combined_gpt_score.csv', [head, row('z')])
    await write('qwen25vl/eval_results_new/m_combined_gpt_score.csv', [head, row('a', { sc: '5' })])
    const [gpt, qwen, ...more] = await readScores(join(folder, 'm'))
    expect(more).toEqual([])
    expect(gpt).toMatchObject({ backbone: 'gpt4o', doubled: 0, notes: [] })
    expect(gpt!.rows.map(({ kind, language, key }) => `${kind}/${language}/${key}`)).toEqual([
      'color_alter/en/a',
      'color_alter/cn/b',
      'text_change/en/c',
    ])
    expect(gpt!.rows[0]).toMatchObject({ instruction: 'Make it "red", please', sc: '7', pq: '8' })
    expect(qwen).toMatchObject({ backbone: 'qwen25vl', rows: [{ sc: '5' }] })
    expect(await readScores(join(folder, 'm', 'gpt4o'))).toEqual([gpt])
    expect(await readScores(join(folder, 'm', 'gpt4o', 'eval_results_new'))).toEqual([gpt])
    expect(await readScores(folder)).toEqual([])
  })

  it.each(['\n', '\r\n'])('may end their lines with %j, and begin with a mark of UTF-8', async (end) => {
    await write(group, [`\ufeff${head}`, row('a')], end)
    expect((await readScores(join(folder, 'm')))[0]!.rows).toHaveLength(1)
  })

  it('count the last row of an item, and tell of doubled ones', async () => {
    await write(group, [head, row('a', { sc: '1' }), row('b'), row('a', { sc: '9' })])
    const [files] = await readScores(join(folder, 'm'))
    expect(files).toMatchObject({ doubled: 1, rows: [{ key: 'a', sc: '9' }, { key: 'b' }] })
  })

  it('have paths of any system', async () => {
    await write(group, [
      head,
      row('a')
        .replaceAll('/r/m/', 'C:\\r\\m\\')
        .replace(/fullset\/(\w+)\/en\//g, 'fullset\\$1\\en\\'),
    ])
    expect((await readScores(join(folder, 'm')))[0]!.rows).toMatchObject([{ key: 'a', kind: 'color_alter' }])
  })

  it('may write the first dimension right, and Chinese as the statistics ask for it', async () => {
    await write(group, [head.replace('sementics', 'semantics'), row('a', { language: 'zh' })])
    expect((await readScores(join(folder, 'm')))[0]).toMatchObject({
      rows: [{ sc: '7', language: 'cn' }],
      notes: [],
    })
  })

  it('lose columns that are not known, which is told', async () => {
    await write(group, [`${head},mood`, `${row('a')},good`])
    const [files] = await readScores(join(folder, 'm'))
    expect(files!.rows).toHaveLength(1)
    expect(files!.notes).toEqual([
      expect.stringMatching(/color_alter_gpt_score\.csv: columns mood are not known/),
    ])
  })

  it.each([
    [
      'columns that are missing',
      ['source_image,edited_image,score', 'a,b,7'],
      /got source_image, edited_image, score; instruction, sementics_score/,
    ],
    ['nothing', [], /got none/],
  ])('are not taken with %s', async (_, lines, message) => {
    await write(group, lines)
    await expect(readScores(join(folder, 'm'))).rejects.toMatchObject({
      code: 'import',
      message: expect.stringMatching(message),
    })
  })

  it('lose rows that cannot be read, each told with its line', async () => {
    await write(group, [
      head,
      row('a'),
      'a,b',
      'x.png,y.png,do it,7,8,True,en',
      row('c').replace(/en$/, 'cn'),
    ])
    const [files] = await readScores(join(folder, 'm'))
    expect(files!.rows.map(({ key }) => key)).toEqual(['a'])
    expect(files!.notes.join()).toMatch(
      /3 rows were left out: .*line 3: 2 cells, expected 7; .*line 4: expected an edited_image such as .*, got 'y\.png'; .*line 5: instruction_language is 'cn', the picture lies in en/,
    )
  })
})
