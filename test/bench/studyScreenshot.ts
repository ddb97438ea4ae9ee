/** Writes the picture of docs/study.md. `npx tsx --conditions=source test/bench/studyScreenshot.ts docs/pictures/study.png` */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { collectResults, createStudy, openSuite, runBench, type System, writeStudy } from 'pentimento/bench'
import { expose, monochrome, type Picture, saturate, whiteBalance } from 'pentimento/image'
import { buildStudio, openBrowser } from '../studio.ts'
import { smallBench } from './smallBench.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Systems that answer to a change of light, more or less well. */
const changes: Readonly<Record<string, (picture: Picture) => Picture>> = {
  warm: (picture) => whiteBalance(picture, { kelvin: 4200 }),
  bright: (picture) => expose(picture, 0.6),
  vivid: (picture) => saturate(picture, 1.8),
  grey: (picture) => monochrome(picture),
}

async function makeBench(bench: string): Promise<void> {
  const suite = await openSuite('embedded', { cache: join(bench, 'cache'), suites: bench })
  const systems = Object.entries(changes).map(
    ([name, change]): System => ({
      name,
      identity: name,
      concurrency: 1,
      edit: async (_, picture) => ({ type: 'picture', picture: change(picture), seconds: 1 }),
      close: async () => undefined,
    }),
  )
  const workspace = await smallBench(bench, suite, systems, [], { limit: 44, from: 'embedded' })
  await runBench(workspace, { suite, systems, judges: [], signal: new AbortController().signal })
  const results = await collectResults(workspace)
  await workspace.close()
  const items = results.items
    .filter(({ language, kind }) => language === 'en' && kind === 'tone_transfer')
    .map(({ key }) => `en/${key}`)
  await writeStudy(bench, createStudy(results, { name: 'shown', participants: 1, items, repeats: 0 }))
}

const folder = mkdtempSync(join(tmpdir(), 'study-'))
await buildStudio()
await makeBench(folder)
const command = [
  '--conditions=source',
  '--import',
  'tsx',
  'src/app/main.ts',
  'bench',
  'study',
  'serve',
  folder,
]
const served = spawn(process.execPath, [...command, '--study', 'shown', '--port', '0'], { cwd: root })
const browser = await openBrowser()
try {
  for await (const line of createInterface(served.stdout)) {
    const link = /^p1\s+(\S+)/.exec(line)?.[1]
    if (link === undefined) continue
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(link)
    await page.getByRole('button', { name: 'I agree and take part' }).click()
    await page.getByRole('button', { name: 'Try it once' }).click()
    await page.getByText('A practice.').waitFor()
    for (const key of ['2', '5', '1', 'Enter']) await page.keyboard.press(key)
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByTestId('instruction').waitFor()
    await page.waitForLoadState('networkidle')
    await page.keyboard.press('4')
    await page.keyboard.press('2')
    await page.screenshot({ path: process.argv[2] ?? 'study.png' })
    break
  }
} finally {
  await browser.close()
  served.kill('SIGINT')
  await once(served, 'exit')
  rmSync(folder, { recursive: true })
}
