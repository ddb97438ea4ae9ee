import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { countingJudge, inverter, smallBench, writeSmallSuite } from '../../../test/bench/smallBench.ts'
import { commandLine, jsonLines } from '../../../test/commandLine.ts'
import { runBench } from '../../bench/index.ts'
import { runCommandLine } from '../program.ts'

/* `pentimento bench report` of a real, small bench. */

let folder: string
let bench: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-report-'))
  bench = join(folder, 'bench')
  const suite = await writeSmallSuite(join(folder, 'suites', 'small'))
  const systems = [
    inverter('one'),
    {
      ...inverter('two'),
      async edit(...[item, picture, request]: Parameters<ReturnType<typeof inverter>['edit']>) {
        if (item.key === 'item-1')
          return { type: 'refused', kind: 'safety', reason: 'moderation', text: 'No.', seconds: 0.2 } as const
        return inverter('two').edit(item, picture, request)
      },
    },
  ]
  const judge = countingJudge()
  const facts = { name: 'judge', identity: 'judge 1', repeats: 2, pairs: false }
  const workspace = await smallBench(bench, suite, systems, [facts])
  const signal = new AbortController().signal
  await runBench(workspace, { suite, systems, judges: [judge], signal })
  await workspace.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = commandLine(runCommandLine, () => ({ PENTIMENTO_SUITES: join(folder, 'suites') }))

it('writes pages with all pictures into the folder of the bench', async () => {
  const { code, out } = await run(['bench', 'report', bench, '--samples', '100', '--json'])
  expect(code).toBe(0)
  // Six sources; English and Chinese edits of both systems are the same six pictures.
  expect(jsonLines(out)).toEqual([
    {
      html: join(bench, 'report', 'index.html'),
      json: join(bench, 'report', 'report.json'),
      pictures: 12,
      unread: 0,
    },
  ])
  const index = readFileSync(join(bench, 'report', 'index.html'), 'utf8')
  expect(index).toContain('<small>(safety 1)</small>')
  const kind = readFileSync(join(bench, 'report', 'kind-style_change.html'), 'utf8')
  expect(kind).toContain('<b>refused: safety</b>moderation: No.')
  for (const [, path] of kind.matchAll(/src="([^"]+)"/g))
    expect(existsSync(join(bench, 'report', path!))).toBe(true)
})

it('prints Markdown and writes nothing', async () => {
  const place = join(folder, 'elsewhere')
  const { code, out } = await run([
    'bench',
    'report',
    bench,
    '--markdown',
    '--samples',
    '100',
    '--output',
    place,
    '--with-published',
    '--allow-missing',
  ])
  expect(code).toBe(0)
  expect(out).toContain('| system | SC | PQ | O | n | refused | missing | groups |')
  expect(out).toMatch(/^\| two \| \d\.\d\d /m)
  expect(out).toContain('**Noise of judges')
  expect(out).toContain('| Step1X-Edit (paper) |')
  expect(out).toContain('not comparable')
  expect(existsSync(place)).toBe(false)
})

it('says what is wrong in one line', async () => {
  const error = async (...args: string[]) => (await run(['bench', 'report', ...args])).error
  expect(await error(join(folder, 'nothing'))).toContain('no bench in it')
  expect(await error(bench, '--output', folder)).toMatch(
    /expected an empty folder or an older report, got \d+ other files/,
  )
  expect(readdirSync(folder)).toContain('suites')
})
