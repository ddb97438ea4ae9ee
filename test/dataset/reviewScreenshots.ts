/** Writes pictures of the review's pages. `npx tsx --conditions=source test/dataset/reviewScreenshots.ts <folder>` */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPairStore, openWorkspace } from 'pentimento/dataset'
import { boxMask, encodeMask, encodeStored, readPicture, resizePicture, whiteBalance } from 'pentimento/image'
import { placeDatabase } from '../database.ts'
import { buildStudio, openBrowser } from '../studio.ts'
import { testPair } from './openPairs.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const photos = join(root, 'test/pictures/photos')

async function makeWorkspace(folder: string): Promise<void> {
  await placeDatabase(join(folder, 'database'))
  const sources = [{ path: photos, licence: 'public domain' }]
  writeFileSync(join(folder, 'pentimento.dataset.json'), JSON.stringify({ name: 'photographs', sources }))
  const workspace = await openWorkspace(folder, { env: {} })
  const pairs = await openPairStore(workspace.jobs)
  const names = readdirSync(photos).filter((name) => name.endsWith('.jpg'))
  for (const [i, name] of names.entries()) {
    const photo = await readPicture(join(photos, name))
    const size = { width: 768, height: Math.round((768 * photo.height) / photo.width) }
    const source = resizePicture(photo, { ...size, filter: 'lanczos' })
    const target = whiteBalance(source, { kelvin: 4200 })
    const pictures = {
      source: await workspace.files.put(await encodeStored(source)),
      target: await workspace.files.put(await encodeStored(target)),
      mask: await workspace.files.put(
        await encodeMask(boxMask(size.width, size.height, { x: 200, y: 120, width: 300, height: 200 })),
      ),
    }
    const pair = testPair(i + 1, { ...size, pictures })
    await pairs.add([pair])
    const texts = { en: 'Give the picture a warm evening light.', cn: '让画面呈现温暖的傍晚光线。' }
    for (const language of ['en', 'cn'] as const)
      await pairs.addCaptions(pair.id, [
        {
          id: `${language} ${i}`,
          captioner: { name: 'grammar', version: '1' },
          purpose: 'instruction',
          round: 0,
          wording: 0,
          language,
          text: texts[language],
          agreement: 1,
        },
      ])
  }
  for (let i = 0; i < 5; i++)
    await pairs.decide(
      ['reviewer-1', 'reviewer-2'].map((reviewer, j) => ({
        id: `${reviewer} ${i}`,
        pair: testPair(i + 1).id,
        kind: 'tone_transfer' as const,
        reviewer,
        seconds: 6 + i,
        ...(i === 3 && j === 1 ? { verdict: 'reject', reason: 'unnatural' } : { verdict: 'accept' }),
      })),
    )
  await workspace.close()
}

const output = process.argv[2] ?? 'screenshots'
mkdirSync(output, { recursive: true })
const folder = mkdtempSync(join(tmpdir(), 'review-'))
await buildStudio()
await makeWorkspace(folder)
const args = [
  '--import',
  'tsx',
  '--conditions=source',
  join(root, 'src/app/main.ts'),
  'dataset',
  'review',
  folder,
]
const server = spawn(process.execPath, [...args, '--port', '0', '--reviewers', '3', '--double', '1'])
server.stderr.pipe(process.stderr)
let text = ''
while (!text.includes('Ctrl-C')) text += String((await once(server.stdout, 'data'))[0])
const link = (name: string): string => new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(text)![1]!
const browser = await openBrowser()
const keysOf = { slider: 'q', side: 'w', difference: 'e', region: 'r' }
for (const [width, height] of [
  [390, 844],
  [1280, 800],
  [2560, 1440],
] as const) {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: width === 2560 ? 'dark' : 'light',
  })
  await page.goto(link('reviewer-3'))
  await page.getByLabel('Instruction in English').waitFor()
  for (const [name, key] of Object.entries(keysOf)) {
    await page.keyboard.press(key)
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(output, `review-${name}-${width}.png`), fullPage: width === 390 })
  }
  await page.goto(link('organiser'))
  await page.getByText('Links: each for one person').waitFor()
  await page.screenshot({ path: join(output, `organiser-${width}.png`) })
  await page.getByRole('button', { name: 'Disagreements' }).click()
  await page.getByText('Opinion 1').waitFor()
  await page.waitForTimeout(300)
  await page.screenshot({ path: join(output, `disagreement-${width}.png`) })
  await page.close()
}
await browser.close()
server.kill('SIGINT')
await once(server, 'exit')
rmSync(folder, { recursive: true })
