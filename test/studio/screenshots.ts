/** Makes the pictures of docs/studio.md and of the README: `npm run studio:screenshots [-- <folder>]` */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodePicture, readPicture } from 'pentimento/image'
import { buildStudio, openBrowser, type Page } from '../studio.ts'
import { openStudio, say } from './pages.ts'
import { Served } from './served.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = process.argv[2] ?? join(root, 'docs/pictures')

/** A photo of the examples, and what is asked of it, one after the other. */
const photo = join(root, 'examples/photos/kait-herzog-8242.jpg')
const instructions = {
  en: ['Change the word COLORADO to "PENTIMENTO"', 'Make it a warm evening'],
  cn: ['把“COLORADO”改成“PENTIMENTO”', '变成温暖的傍晚'],
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate('document.activeElement.blur()')
  await page.evaluate(
    'Promise.all([...document.images].filter((image) => image.checkVisibility()).map((image) => image.decode())).then(() => undefined)',
  )
  const picture = await readPicture(await page.screenshot())
  const file = join(folder, `${name}.webp`)
  writeFileSync(file, await encodePicture(picture, 'webp', { quality: 82 }))
  console.log(file, readFileSync(file).length)
}

const looks = [
  { name: 'studio', width: 1280, height: 800, locale: 'en', colorScheme: 'light' },
  { name: 'studio-dark', width: 1280, height: 800, locale: 'en', colorScheme: 'dark' },
  { name: 'studio-phone', width: 390, height: 844, locale: 'zh-CN', colorScheme: 'light' },
] as const

mkdirSync(folder, { recursive: true })
await buildStudio()
const [served, browser] = await Promise.all([Served.start(), openBrowser()])
try {
  for (const { name, ...look } of looks) {
    const { page } = await openStudio(browser, `${served.address}/new`, look)
    await page.getByTestId('choose').first().setInputFiles(photo)
    await page.waitForURL(/node=/)
    for (const each of look.locale === 'en' ? instructions.en : instructions.cn) await say(page, each)
    await shoot(page, name)
    await page.context().close()
  }
} finally {
  await browser.close()
  await served.close()
}
