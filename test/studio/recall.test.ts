import { encodePicture } from 'pentimento/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../chromium.ts'
import { ended, madePicture, serviceFolder } from '../service.ts'
import { type Browser, buildStudio, openBrowser, type Page, seriousFaults } from '../studio.ts'
import { openStudioServer, type StudioServer } from '../studioServer.ts'
import { drop, field } from './pages.ts'

describe.skipIf(!hasChromium)('a dropped picture with a recipe', () => {
  const place = serviceFolder()
  let server: StudioServer
  let browser: Browser
  let made: { readonly id: string; readonly file: Uint8Array }
  beforeAll(async () => {
    await buildStudio()
    server = await openStudioServer({ folder: place.folder })
    browser = await openBrowser()
    const { pictures, edits } = server.service
    const photo = await pictures.add('local', 'photo.png', await madePicture(1))
    const data = Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => (Math.floor(i / 3) % 64 < 24 ? 255 : 0))
    const mask = await pictures.add(
      'local',
      'mask.png',
      await encodePicture({ width: 64, height: 48, data }, 'png'),
    )
    const [edit] = await edits.submit('local', [
      { model: 'darkroom', instruction: 'make it warmer', picture: photo.id, mask: mask.id },
    ])
    const { result } = await ended(server.service, 'local', edit!.id)
    made = { id: result!.id, file: await pictures.read('local', result!.id) }
  })
  afterAll(async () => {
    await browser.close()
    await server.end()
    place.remove()
  })

  async function dropped(locale: string): Promise<Page> {
    const page = await (await browser.newContext({ locale })).newPage()
    await page.goto(`${server.address}/new`)
    await page.locator('input[type=file]').first().waitFor({ state: 'attached' })
    await drop(page, 'exported.png', Buffer.from(made.file), 'image/png')
    await page.locator('.recipe-notice').waitFor()
    return page
  }

  it('tells how it was made, and makes the same picture again from its original', async () => {
    const page = await dropped('en')
    expect(await page.locator('.recipe-notice').textContent()).toContain(
      'This picture was made by darkroom: “make it warmer”',
    )
    expect(await seriousFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Start from its original' }).click()
    await expect.poll(() => field(page).inputValue()).toBe('make it warmer')
    await expect.poll(() => page.locator('.side [role=treeitem]').count()).toBe(2)
    // The region is there as well.
    expect(await page.locator('.view-bar button', { hasText: 'Region' }).getAttribute('aria-pressed')).toBe(
      'true',
    )
    await field(page).press('Enter')
    await page.locator('.side [aria-selected=true][data-state=done]').waitFor()
    const session = /\/s\/([^?]+)/.exec(page.url())![1]!
    const { nodes } = await server.service.history.open('local', session)
    expect(nodes.at(-1)!.picture!.id).toBe(made.id)
    expect(await field(page).inputValue()).toBe('')
    await page.context().close()
  })

  it('lends its settings to another edit of it, in Chinese too', async () => {
    const page = await dropped('zh-CN')
    expect(await page.locator('.recipe-notice').textContent()).toContain('此图片由 darkroom 制作')
    await page.getByRole('button', { name: '使用其设置' }).click()
    await expect.poll(() => page.locator('.recipe-notice').count()).toBe(0)
    expect(await field(page).inputValue()).toBe('make it warmer')
    await field(page).press('Enter')
    await page.locator('.side [aria-selected=true][data-state=done]').waitFor()
    const session = /\/s\/([^?]+)/.exec(page.url())![1]!
    const { nodes } = await server.service.history.open('local', session)
    expect(nodes.at(-1)!.edit!.task).toMatchObject({
      model: 'darkroom',
      instruction: 'make it warmer',
      picture: made.id,
      mask: expect.any(String),
    })
    await page.context().close()
  })
})
