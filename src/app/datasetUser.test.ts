import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandLine, startProgram } from '../../test/commandLine.ts'
import { writeSmallPhotos } from '../../test/dataset/smallDataset.ts'
import { runCommandLine } from './program.ts'

/*
 * What somebody with three photographs does: init, run, Ctrl-C, run again, status, report, export, verify, and mistakes.
 * Runs are processes of their own. Without tool packs, so that recipes without tools make the triplets.
 */

const startedIn = process.cwd()
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dataset-user-'))
  process.chdir(folder)
  await writeSmallPhotos(join(folder, 'my photos 照片'), 3, 160)
})
afterAll(() => {
  process.chdir(startedIn)
  rmSync(folder, { recursive: true })
})

const environment = (): NodeJS.ProcessEnv => {
  const { DATABASE_URL: _, ...env } = process.env
  return { ...env, PENTIMENTO_TOOLS: join(folder, 'tools') }
}
const start = (args: readonly string[]) =>
  startProgram(['dataset', ...args], { cwd: folder, env: environment() })
const run = commandLine(runCommandLine, environment)
const dataset = (...args: readonly string[]) => run(['dataset', ...args])

it('makes a dataset from three photographs', { timeout: 600_000 }, async () => {
  const made = await dataset('init', 'edits', '--from', 'my photos 照片', '--licence', 'CC0-1.0')
  expect(made.code, made.error).toBe(0)
  const file = join(folder, 'edits', 'pentimento.dataset.json')
  const configuration = JSON.parse(readFileSync(file, 'utf8')) as object
  const recipes = { 'style_change/stylizer': 0, 'tone_transfer/season': 0, 'tone_transfer/weather': 0 }
  writeFileSync(file, JSON.stringify({ ...configuration, size: 128, recipes }))

  const broken = start(['run', 'edits'])
  broken.child.stderr!.on('data', (text) => {
    if (/drafting [1-9]/.test(String(text))) broken.child.kill('SIGINT')
  })
  const { code, error } = await broken.ended
  expect(error).toMatch(/pentimento: stopped; finished work is kept, run it again to continue\n$/)
  expect(code).toBe(130)

  const ran = await start(['run', 'edits', '--json']).ended
  expect(ran.code, ran.error).toBe(0)
  const result = JSON.parse(ran.out) as { triplets: number; sources: number; open: number; dead: unknown[] }
  expect(result).toMatchObject({ sources: 3, open: 0, dead: [] })
  expect(result.triplets).toBeGreaterThan(5)
  const status = await dataset('status', 'edits')
  expect(status.out).toContain(`${result.triplets} triplets from 3 sources`)
  expect(status.out).toMatch(/tone_transfer +\d+ kept/)

  const report = await dataset('report', 'edits')
  expect(report.out).toMatch(
    new RegExp(`^edits/report/index.html {2}${result.triplets} of \\d+ pairs kept, of \\d+ drafts\n$`),
  )
  for (const format of ['parquet', 'webdataset', 'step1x-edit']) {
    const exported = await dataset('export', 'edits', '--format', format)
    expect(exported.code, exported.error).toBe(0)
    expect(exported.out).toContain(`edits/exports/${format}  ${result.triplets} triplets`)
    const verified = await dataset('verify', `edits/exports/${format}`)
    expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(/nothing wrong\n$/)])
  }
  expect((await dataset('verify', 'edits')).out).toMatch(/nothing wrong\n$/)
  rmSync(join(folder, 'edits/exports/parquet/README.md'))
  const faulty = await dataset('verify', 'edits/exports/parquet')
  expect([faulty.code, faulty.out]).toEqual([2, expect.stringMatching(/^README\.md: is missing\n/)])
})

it('is told of mistakes in one line', { timeout: 300_000 }, async () => {
  writeFileSync(join(folder, 'file'), '')
  for (const [args, message] of [
    [['run', 'nowhere'], /no pentimento\.dataset\.json in it; 'pentimento dataset init nowhere/],
    [['init', 'more', '--from', 'nowhere'], /nowhere: no such file or folder/],
    [['init', 'edits', '--from', 'my photos 照片'], /exists already/],
    [['run', 'edits', '--workers', '2'], /takes one process; set DATABASE_URL/],
    [['export', 'edits', '--output', 'my photos 照片'], /exists already and is not an export/],
    [['verify', 'file'], /no pentimento\.dataset\.json|cannot be read/],
  ] as const) {
    const refused = await dataset(...args)
    expect(refused.error).toMatch(message)
    expect(refused.error).toMatch(/^pentimento: [^\n]+\n$/)
    expect(refused.code).toBe(2)
  }
  expect(existsSync(join(folder, 'more'))).toBe(false)
  expect(readdirSync(join(folder, 'edits')).filter((name) => name.endsWith('.part'))).toEqual([])
})
