import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JudgeServer, startJudgeServer } from '../../../test/bench/judgeServer.ts'
import { smallPicture, writeSmallSuite } from '../../../test/bench/smallBench.ts'
import { commandLine } from '../../../test/commandLine.ts'
import { placeDatabase } from '../../../test/database.ts'
import { openBench } from '../../bench/index.ts'
import { encodeStored } from '../../image/index.ts'
import { runCommandLine } from '../program.ts'

let folder = ''
let server: JudgeServer
const run = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_TOOLS: join(folder, 'tools'),
}))
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-run-'))
  server = await startJudgeServer(0)
  await writeSmallSuite(at('suite'), { count: 6 })
  mkdirSync(at('made'))
  for (let i = 0; i < 5; i++)
    for (const language of ['en', 'cn']) {
      mkdirSync(join(at('made'), language), { recursive: true })
      writeFileSync(join(at('made'), language, `item-${i}.png`), await encodeStored(smallPicture(i + 40)))
    }
  const judges = { loopback: { type: 'custom', baseUrl: server.url, model: 'loopback' } }
  writeFileSync(at('pentimento.json'), JSON.stringify({ judges }))
  await placeDatabase(join(at('bench'), 'database'))
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('bench', () => {
  it('runs, goes on with more items, is judged, told and compared', async () => {
    const common = ['--suite', at('suite'), '--output', at('bench')]
    const systems = ['--editor', 'copy', '--editor', `made=folder:${at('made')}`]
    const first = await run(['bench', 'run', ...common, ...systems, '--limit', '6'])
    expect(first).toMatchObject({ code: 0 })
    expect(first.out).toContain('copy         6        0       0        0')
    expect(first.error).toContain('edit copy')
    const facts = JSON.parse(readFileSync(join(at('bench'), 'bench.json'), 'utf8'))
    expect(facts.choice).toEqual({ seed: 0, limit: 6, languages: ['en', 'cn'] })

    const config = ['--config', at('pentimento.json')]
    const all = await run(['bench', 'run', '--output', at('bench'), '--limit', '12', '--json'])
    expect(JSON.parse(all.out)).toMatchObject({ items: 12, failed: [], stopped: [], spent: 0 })

    const judged = await run([
      'bench',
      'judge',
      at('bench'),
      '--judge',
      'loopback',
      ...config,
      '--repeats',
      '2',
    ])
    expect(judged).toMatchObject({ code: 0 })
    expect(judged.out).toContain('English, full set (6 items), judge loopback')
    // The folder lacks item-5, so it has no headline number.
    expect(judged.out).toMatch(/No number for made: 1 without an edit of 6\. --allow-missing gives one/)
    const asked = server.total
    const again = await run(['bench', 'judge', at('bench'), ...config, '--allow-missing'])
    expect(again.out).not.toContain('No number for')
    expect(server.total).toBe(asked)

    const status = await run(['bench', 'status', at('bench')])
    expect(status.out).toContain('judges: loopback ×2')
    const compared = await run(['bench', 'compare', at('bench'), 'copy', 'made', '--judge', 'loopback'])
    expect(compared.out).toMatch(/By loopback, EN:\n.*\n(.*\n)*copy − made +O +[+−]\d/)
  }, 120_000)

  it('says in one line what is wrong', async () => {
    const lineOf = async (...args: string[]): Promise<string> => {
      const { code, error } = await run(['bench', ...args])
      expect(code).toBe(2)
      return error.trim().split('\n').at(-1)!.replaceAll(folder, '…')
    }
    expect(await lineOf('run', '--editor', 'copy')).toBe(
      'pentimento: --suite: expected embedded, the name of a pulled suite, or its folder',
    )
    expect(await lineOf('run', '--suite', at('suite'), '--output', at('other'))).toBe(
      'pentimento: --editor: expected at least one system, such as --editor darkroom --editor copy',
    )
    expect(await lineOf('status', at('nothing'))).toBe(
      "pentimento: …/nothing: no bench in it; 'pentimento bench run --suite <suite> --editor <name> --output …/nothing' creates one",
    )
    expect(await lineOf('compare', at('bench'), 'copy', 'nobody')).toBe(
      'pentimento: nobody: no such system in …/bench; expected copy, made',
    )
    expect(
      await lineOf(
        'run',
        '--suite',
        at('suite'),
        '--editor',
        'copy',
        '--output',
        at('bench'),
        '--kinds',
        'tone',
      ),
    ).toBe(
      "pentimento: kinds: 'tone' is not one of the suite small; expected color_alter, style_change, subject-add",
    )
    await writeSmallSuite(at('changed'), { count: 3 })
    expect(await lineOf('run', '--suite', at('changed'), '--editor', 'copy', '--output', at('bench'))).toBe(
      'pentimento: …/bench: the suite small has changed since this bench began; give another folder with --output',
    )
    rmSync(join(at('changed'), 'pictures', '1.png'))
    expect(await lineOf('run', '--suite', at('changed'), '--editor', 'copy')).toContain(
      'pictures/1.png: no such picture',
    )
    const other = await openBench(at('bench'), { env: {} })
    expect(await lineOf('status', at('bench'))).toMatch(
      /bench\/database: expected no other process in this folder, got process \d+, wait until it has ended/,
    )
    await other.close()
  }, 60_000)
})
