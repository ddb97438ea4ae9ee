import { readFileSync } from 'node:fs'
import { readPicture, readRecipe } from 'pentimento/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../chromium.ts'
import { type Browser, buildStudio, openBrowser, type Page, seriousFaults } from '../studio.ts'
import { chosenOf, drop, field, jpeg, openStudio, say, scene, send } from './pages.ts'
import { Served } from './served.ts'

const pictures = new URL('../pictures/', import.meta.url)

/** Vitest's own second is short for a machine with other work. */
const patient = { timeout: 120_000 }

/** Where the picture of the stage lies. */
const layer = (page: Page) => page.locator('.pane .layers').first()

describe.skipIf(!hasChromium)('the studio', () => {
  let served: Served
  let browser: Browser
  beforeAll(async () => {
    await buildStudio()
    ;[served, browser] = await Promise.all([Served.start(), openBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  /** Saves the chosen picture by the sheet. */
  async function saved(page: Page, choose: (page: Page) => Promise<void>): Promise<Uint8Array> {
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const sheet = page.getByRole('dialog', { name: 'Save the picture' })
    await choose(page)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      sheet.getByRole('link', { name: 'Save' }).click(),
    ])
    return readFileSync(await file.path())
  }

  it('edits a dropped photo three times over, and saves the third generation', async () => {
    const { page, faults } = await openStudio(browser, served.address)
    await page.getByTestId('choose').first().waitFor({ state: 'attached' })
    await drop(page, 'my photo.jpg', await jpeg())
    await page.waitForURL(/node=/)
    // The plan that is understood is told while nobody types.
    await field(page).fill('Make it black and white')
    await page.locator('.understood p').first().waitFor()
    await field(page).fill('')
    await say(page, 'Make it black and white')
    const first = chosenOf(page)
    await say(page, 'Make it brighter')
    await say(page, 'Flip it horizontally')
    expect(chosenOf(page)).not.toBe(first)
    const exported = await saved(page, async () => undefined)
    const recipe = JSON.parse((await readRecipe(exported))!) as { instruction: string }
    expect(recipe.instruction).toBe('Flip it horizontally')
    const last = await readPicture(exported)
    expect([last.width, last.height]).toEqual([96, 64])
    const grey = Array.from({ length: 96 * 64 }, (_, i) => last.data[3 * i] === last.data[3 * i + 1])
    expect(grey.every(Boolean)).toBe(true)
    const bare = await saved(page, async () => {
      await page.getByLabel('JPEG').check()
      await page.getByLabel('Include the recipe').uncheck()
    })
    expect((await readPicture(bare)).format).toBe('jpeg')
    expect(await readRecipe(bare)).toBeUndefined()
    expect(await seriousFaults(page)).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows before and after by slider, beside each other, as difference and as changes; zooms to pixels', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`)
    await page
      .getByTestId('choose')
      .first()
      .setInputFiles({
        name: 'scene.png',
        mimeType: 'image/png',
        buffer: await jpeg(scene(1)),
      })
    await say(page, 'Make it black and white')
    const divider = page.getByRole('slider', { name: 'Position of the divider' })
    await divider.focus()
    await page.keyboard.press('ArrowLeft')
    expect(await divider.getAttribute('aria-valuenow')).toBe('48')
    await page.getByRole('button', { name: 'Side by side' }).click()
    await expect.poll(() => page.locator('.pane').count(), patient).toBe(2)
    await page.keyboard.press('e')
    await page.getByRole('img', { name: 'Difference' }).waitFor()
    await page.keyboard.press('r')
    await page.locator('.map').waitFor({ state: 'attached' })
    await page.keyboard.press('t')
    const before = page.getByRole('button', { name: 'Before' })
    await before.focus()
    await page.keyboard.down('Enter')
    await page.locator('.label', { hasText: 'Before' }).waitFor()
    await page.keyboard.up('Enter')
    await page.locator('.label', { hasText: 'After' }).waitFor()
    await before.blur()
    await page.keyboard.press('0')
    const fit = (await layer(page).boundingBox())!.width
    for (let i = 0; i < 8; i++) await page.keyboard.press('+')
    await expect.poll(async () => (await layer(page).boundingBox())!.width, patient).toBeGreaterThan(3 * fit)
    await page.locator('.crisp').waitFor()
    await page.keyboard.press('0')
    await expect.poll(async () => (await layer(page).boundingBox())!.width, patient).toBe(fit)
    const pane = (await page.locator('.pane').boundingBox())!
    await page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height / 2)
    await page.mouse.wheel(0, -600)
    await expect.poll(async () => (await layer(page).boundingBox())!.width, patient).toBeGreaterThan(2 * fit)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('keeps an edit to a region that was drawn, undone, inverted and boxed by keys', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`)
    await drop(page, 'region.jpg', await jpeg(scene(2)))
    await page.getByRole('button', { name: 'Region', exact: true }).click()
    const pane = (await page.locator('.pane').boundingBox())!
    const drawn = (): Promise<number> =>
      page.evaluate<number>(`(() => {
        const canvas = document.querySelector('canvas.mask')
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
        return data.filter((value, i) => i % 4 === 3 && value > 127).length / (data.length / 4)
      })()`)
    await page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height / 2)
    await page.mouse.down()
    await page.mouse.move(pane.x + pane.width / 2 + 60, pane.y + pane.height / 2 + 20)
    await page.mouse.up()
    await expect.poll(drawn, patient).toBeGreaterThan(0.005)
    const share = await drawn()
    await page.getByRole('button', { name: 'Invert' }).click()
    await expect.poll(drawn, patient).toBeGreaterThan(1 - 2 * share - 0.01)
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await expect.poll(drawn, patient).toBe(0)
    await page.getByRole('button', { name: 'Box by keyboard' }).click()
    await page.getByRole('application', { name: /Box by keyboard/ }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Enter')
    await expect.poll(drawn, patient).toBeGreaterThan(0.2)
    await page.getByRole('button', { name: 'Done' }).click()
    expect(await seriousFaults(page)).toEqual([])
    const [sent] = await Promise.all([
      page.waitForRequest((asked) => asked.method() === 'POST' && asked.url().endsWith('/edits')),
      say(page, 'Make it black and white'),
    ])
    const { tasks } = sent.postDataJSON() as { tasks: { box: unknown }[] }
    expect(tasks[0]!.box).toEqual({ x: 19, y: 16, width: 53, height: 32 })
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('takes upright what a camera turned, and says in one line what is wrong with other files', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`)
    await page.getByTestId('choose').first().waitFor({ state: 'attached' })
    await drop(page, 'IMG_1.HEIC', readFileSync(new URL('phone.heic', pictures)), 'image/heic')
    await page.getByRole('alert').filter({ hasText: 'IMG_1.HEIC: browsers cannot read HEIC' }).waitFor()
    await drop(page, 'notes.txt', Buffer.from('no picture at all'), 'text/plain')
    await page.getByRole('alert').filter({ hasText: 'notes.txt: not a picture' }).waitFor()
    await drop(page, 'cut.jpg', readFileSync(new URL('truncated.jpg', pictures)))
    await page.getByRole('alert').filter({ hasText: 'cut' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/new')
    await drop(page, 'turned.jpg', readFileSync(new URL('turned.jpg', pictures)))
    const picture = page.locator('.layers img').first()
    await picture.waitFor()
    const box = (await layer(page).boundingBox())!
    const upright = await readPicture(readFileSync(new URL('turned.jpg', pictures)))
    expect(box.width / box.height).toBeCloseTo(upright.width / upright.height, 1)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('says in place what an editor did not understand, and lets the words be changed', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`)
    await drop(page, 'words.jpg', await jpeg(scene(3)))
    await send(page, 'flumox the grobble')
    const ended = page.getByTestId('ended')
    await ended.getByRole('alert').filter({ hasText: 'not understood' }).waitFor()
    await ended.getByRole('button', { name: 'Change the wording' }).click()
    expect(await field(page).inputValue()).toBe('flumox the grobble')
    await say(page, 'Make it brighter')
    // Arrow up brings back what was said before.
    await field(page).press('ArrowUp')
    expect(await field(page).inputValue()).toBe('Make it brighter')
    await field(page).press('ArrowUp')
    expect(await field(page).inputValue()).toBe('flumox the grobble')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('works on a phone in Chinese, in the dark', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`, {
      width: 390,
      height: 844,
      locale: 'zh-CN',
      colorScheme: 'dark',
    })
    await drop(page, '照片.jpg', await jpeg(scene(4)))
    await page.getByRole('button', { name: '编辑' }).waitFor()
    await say(page, '变成黑白')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await page.getByRole('button', { name: '历史' }).click()
    await page.getByRole('dialog', { name: '历史' }).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Edit', exact: true }).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    expect(faults).toEqual([])
    await page.context().close()
  })
})
