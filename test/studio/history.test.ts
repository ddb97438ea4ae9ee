import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../chromium.ts'
import { madePicture, serviceFolder } from '../service.ts'
import { type Browser, buildStudio, openBrowser, type Page, seriousFaults } from '../studio.ts'
import { openStudioServer, type StudioServer } from '../studioServer.ts'

describe.skipIf(!hasChromium)('the history of a session', () => {
  const place = serviceFolder()
  let server: StudioServer
  let browser: Browser
  beforeAll(async () => {
    await buildStudio()
    server = await openStudioServer({ folder: place.folder })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.end()
    place.remove()
  })

  const rows = (page: Page) => page.locator('.side [role=treeitem]')
  const nodesOf = async (session: string) =>
    (await server.service.history.open('local', session)).nodes.filter(({ removed }) => !removed)

  async function start(name: string): Promise<{ page: Page; session: string }> {
    const { history, pictures } = server.service
    const { id } = await history.create('local', name)
    const { id: picture } = await pictures.add('local', 'photo.png', await madePicture(name.length))
    await history.addPicture('local', id, picture)
    const page = await (await browser.newContext({ locale: 'en' })).newPage()
    await page.goto(`${server.address}/s/${id}`)
    await rows(page).first().waitFor()
    return { page, session: id }
  }

  async function edit(page: Page, instruction: string, count: number): Promise<void> {
    await page.locator('#instruction').fill(instruction)
    await page.locator('#instruction').press('Enter')
    await expect.poll(() => rows(page).count()).toBe(count)
    await page.locator(`.side [aria-selected=true][data-state=done]`).waitFor()
  }

  it('branches, names, compares, removes, undoes and does again, and is kept', async () => {
    const { page, session } = await start('A day')
    await edit(page, 'make it warmer', 2)
    await edit(page, 'make it brighter', 3)
    // A branch from the original.
    await rows(page).first().click()
    await edit(page, 'make it black and white', 4)
    const nodes = await nodesOf(session)
    expect(nodes.map(({ parent }) => nodes.findIndex(({ id }) => id === parent))).toEqual([-1, 0, 1, 0])
    expect(await rows(page).evaluateAll((all) => all.map((each) => each.getAttribute('aria-level')))).toEqual(
      ['1', '2', '2', '2'],
    )
    // Arrows walk and choose; F2 names.
    await rows(page).first().focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => rows(page).nth(1).getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('F2')
    await page.keyboard.type('Warm 暖')
    await page.keyboard.press('Enter')
    await expect.poll(() => rows(page).nth(1).textContent()).toContain('Warm 暖')
    // With Ctrl they walk alone; C compares.
    await page.keyboard.press('Control+ArrowDown')
    await page.keyboard.press('Control+ArrowDown')
    await page.keyboard.press('c')
    await expect.poll(() => page.url()).toContain(`node=${nodes[1]!.id}&with=${nodes[3]!.id}`)
    await page.locator('.side .history-chip').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    // Removing takes what is below it along; undo and redo.
    await rows(page).nth(1).focus()
    await page.keyboard.press('Delete')
    await expect.poll(() => rows(page).count()).toBe(2)
    await page.keyboard.press('Control+z')
    await expect.poll(() => rows(page).count()).toBe(4)
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(() => rows(page).count()).toBe(2)
    await page.reload()
    await expect.poll(() => rows(page).count()).toBe(2)
    await page.locator('.side .history-removed > button').click()
    await page.locator('.side .history-removed li button').click()
    await expect.poll(() => rows(page).count()).toBe(4)
    expect((await nodesOf(session)).map(({ name }) => name)).toEqual([
      undefined,
      'Warm 暖',
      undefined,
      undefined,
    ])
    await page.context().close()
  })

  it('is the same in two tabs', async () => {
    const { page, session } = await start('Two tabs')
    const other = await (await browser.newContext({ locale: 'en' })).newPage()
    await other.goto(`${server.address}/s/${session}`)
    await rows(other).first().waitFor()
    await edit(page, 'make it warmer', 2)
    await expect.poll(() => rows(other).count()).toBe(2)
    await rows(other).nth(1).focus()
    await other.keyboard.press('F2')
    await other.keyboard.type('from the other')
    await other.keyboard.press('Enter')
    await expect.poll(() => rows(page).nth(1).textContent()).toContain('from the other')
    await page.context().close()
    await other.context().close()
  })

  it('is exported, deleted, brought back and imported among the sessions', async () => {
    const { page, session } = await start('Travels')
    await edit(page, 'make it warmer', 2)
    const open = () => page.locator('.sessions-open').click()
    const row = () => page.locator('.session', { hasText: 'Travels' })
    await open()
    await row().locator('button').click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as ZIP' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('Travels.zip')
    const file = join(place.folder, 'travels.zip')
    await download.saveAs(file)
    await row().locator('button').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await expect.poll(() => page.url()).toContain('/new')
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => page.url()).toContain(session)
    await open()
    await page.locator('[data-testid=import]').setInputFiles(file)
    await expect.poll(() => page.url()).not.toContain(session)
    await expect.poll(() => rows(page).count()).toBe(2)
    const damaged = join(place.folder, 'damaged.zip')
    writeFileSync(damaged, Buffer.from('PK\u0003\u0004 is no session'))
    await open()
    const before = (await server.service.history.sessions('local')).length
    await page.locator('[data-testid=import]').setInputFiles(damaged)
    await page.locator('.toast.problem', { hasText: 'session file: is not a ZIP file' }).waitFor()
    expect((await server.service.history.sessions('local')).length).toBe(before)
    await page.context().close()
  })
})
