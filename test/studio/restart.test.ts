import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../chromium.ts'
import { type Browser, buildStudio, openBrowser, type Page } from '../studio.ts'
import { chosenOf, drop, field, jpeg, openStudio, say, scene, send } from './pages.ts'
import { Served } from './served.ts'

/** Has nano make the next edits, in so many steps that something can happen meanwhile. */
async function useSlowModel(page: Page, steps: number): Promise<void> {
  await page.locator('.composer button', { hasText: 'Settings' }).click()
  const sheet = page.getByRole('dialog', { name: 'Settings' })
  await sheet.getByLabel('Editor', { exact: true }).selectOption('nano')
  const field = sheet.getByRole('spinbutton', { name: 'Steps' })
  await field.fill(String(steps))
  await field.press('Tab')
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })
}

describe.skipIf(!hasChromium)('while an edit is made', () => {
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

  const running = (page: Page) => page.getByTestId('running')
  const painting = (page: Page) => running(page).filter({ hasText: /step \d/ })

  it('it can be cancelled, and the picture is still there to be edited', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`)
    await drop(page, 'cancel.jpg', await jpeg(scene(5)))
    await useSlowModel(page, 1000)
    await send(page, 'Make it brighter')
    await painting(page).waitFor()
    await running(page).getByRole('button', { name: 'Cancel' }).click()
    await page.getByTestId('ended').filter({ hasText: 'Cancelled' }).waitFor()
    await useSlowModel(page, 1)
    await say(page, 'Make it darker')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('a reload shows the same edit, and the page follows a server that was killed and started again', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`)
    await drop(page, 'killed.jpg', await jpeg(scene(6)))
    await useSlowModel(page, 25)
    await send(page, 'Make it warmer')
    await painting(page).waitFor()
    const node = chosenOf(page)
    await page.reload()
    await painting(page).waitFor()
    expect(chosenOf(page)).toBe(node)
    await field(page).fill('not sent yet')
    await served.kill('SIGKILL')
    await page.locator('.offline').waitFor()
    await served.restart()
    await page.locator('.offline').waitFor({ state: 'detached' })
    await page
      .getByTestId('told')
      .filter({ hasText: 'The result is ready: Make it warmer' })
      .waitFor({ state: 'attached', timeout: 120_000 })
    expect(chosenOf(page)).toBe(node)
    expect(await field(page).inputValue()).toBe('not sent yet')
    expect(await page.locator('.layers img').count()).toBeGreaterThan(1)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('two tabs see the edits of each other', async () => {
    const { page, faults } = await openStudio(browser, `${served.address}/new`)
    await drop(page, 'tabs.jpg', await jpeg(scene(7)))
    await page.waitForURL(/node=/)
    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.locator('.layers img').first().waitFor()
    await send(page, 'Make it black and white')
    await other.locator('.side').getByText('Make it black and white').waitFor()
    await say(page, 'Make it brighter')
    await other.locator('.side').getByText('Make it brighter').waitFor()
    await other.locator('.side').getByText('Make it brighter').click()
    await other.waitForURL((url) => url.searchParams.get('node') === chosenOf(page))
    expect(faults).toEqual([])
    await page.context().close()
  })
})
