import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../chromium.ts'
import { openSmallHub, type SmallHub } from '../hub.ts'
import { serviceFolder } from '../service.ts'
import { type Browser, buildStudio, openBrowser, type Page, seriousFaults } from '../studio.ts'
import { openStudioServer, type StudioServer } from '../studioServer.ts'
import { writeTinyCheckpoint } from '../tinyCheckpoint.ts'

const place = serviceFolder()
const { folder } = place
const qwen = 'Qwen2.5-VL-7B-Instruct'
const keys = 'anna:admin=anna-0123456789abcdef,ben=ben-0123456789abcdefg'

let hub: SmallHub
let server: StudioServer
let browser: Browser

/** A hub whose Step1X-Edit v1.0 is a tiny checkpoint. */
async function openTinyHub(): Promise<SmallHub> {
  const tiny = join(folder, 'tiny')
  await writeTinyCheckpoint(tiny)
  const file = (name: string): Uint8Array => readFileSync(join(tiny, name))
  return openSmallHub({
    'stepfun-ai/Step1X-Edit': {
      'step1x-edit-i1258.safetensors': file('step1x-edit-i1258.safetensors'),
      'vae.safetensors': file('vae.safetensors'),
    },
    [`Qwen/${qwen}`]: Object.fromEntries(
      readdirSync(join(tiny, qwen)).map((name) => [name, file(join(qwen, name))]),
    ),
  })
}

describe.skipIf(!hasChromium)('the page of models', () => {
  beforeAll(async () => {
    await buildStudio()
    hub = await openTinyHub()
    const env = {
      ...process.env,
      PENTIMENTO_MODELS: join(folder, 'models'),
      PENTIMENTO_TOOLS: join(folder, 'tools'),
      HF_ENDPOINT: hub.endpoint,
      HF_HOME: join(folder, 'hf'),
    }
    const editors = { artist: { type: 'openai', model: 'gpt-image-1.5', key: 'NOT_SET_KEY' } } as const
    server = await openStudioServer({ folder, keys, settings: { env, editors, retryDelay: 1 }, works: false })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.end()
    await hub.close()
    place.remove()
  })

  /** The page of models of somebody, in a browser of their own. */
  async function pageOf(key: string, locale = 'en-GB'): Promise<Page> {
    const context = await browser.newContext({ locale })
    const page = await context.newPage()
    await page.goto(`${server.address}/models`)
    await page.getByLabel(/API key|API 密钥/).fill(key)
    await page.getByRole('button', { name: /^(Log in|登录)$/ }).click()
    await page.getByRole('listitem', { name: 'nano' }).waitFor()
    return page
  }
  const anna = () => pageOf('anna-0123456789abcdef')

  it('asks for a key, says that a wrong one is not known, and shows nothing of one owner to another', async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(`${server.address}/models`)
    const field = page.getByLabel('API key')
    await field.fill('wrong-0123456789abcdef')
    await field.press('Enter')
    await page.getByRole('alert').getByText('unknown API key').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await field.fill('anna-0123456789abcdef')
    await field.press('Enter')
    const logout = page.getByRole('button', { name: 'Log out anna' })
    await logout.waitFor()
    const annas = await page.evaluate(async () => {
      const body = await (await fetch('/v1/examples/ng-32703.jpg')).blob()
      return (await (await fetch('/v1/pictures', { method: 'POST', body })).json()) as { id: string }
    })
    const seen = () => page.evaluate(async (id) => (await fetch(`/v1/pictures/${id}`)).status, annas.id)
    expect(await seen()).toBe(200)
    await logout.click()
    await page.getByLabel('API key').fill('ben-0123456789abcdefg')
    expect(await seen()).toBe(401)
    await page.getByLabel('API key').press('Enter')
    await page.getByLabel('API key').waitFor({ state: 'detached' })
    expect(await seen()).toBe(404)
    await page.context().close()
  })

  it('shows editors and tools with their states; who is no administrator only looks', async () => {
    const page = await pageOf('ben-0123456789abcdefg')
    await page.getByText('Administrators of this server').waitFor()
    const card = (name: string) => page.getByRole('listitem', { name, exact: true })
    expect(await card('artist').textContent()).toContain('NOT_SET_KEY is not set')
    expect(await card('step1x-edit-v1.1').textContent()).toMatch(/Not installed.*42 GB.*Apache-2\.0/)
    expect(await card('isnet').textContent()).toContain('113 MB to download')
    await page.getByText(/of 8 tools/).click()
    await page.getByText('needs isnet', { exact: true }).first().waitFor()
    expect(await page.getByRole('button', { name: /Download|Install|Delete/ }).count()).toBe(0)
    expect(await seriousFaults(page)).toEqual([])
    await page.context().close()
  })

  it('downloads a model with progress, stops, goes on after a reload, and deletes it', async () => {
    const page = await anna()
    const card = page.getByRole('listitem', { name: 'step1x-edit-v1.0', exact: true })
    hub.faults = { holdAfter: 1000 }
    await card.getByRole('button', { name: 'Download' }).click()
    await card.getByRole('progressbar').waitFor()
    await card.getByText(/kB of \d+ kB|kB of .* MB/).waitFor()
    await card.getByRole('button', { name: 'Stop' }).click()
    await card.getByText('stopped').waitFor()
    hub.faults = {}
    await page.reload()
    await card.getByRole('button', { name: 'Resume the download' }).click()
    await card.getByText('Ready').waitFor()
    expect(existsSync(join(folder, 'models', 'step1x-edit-v1.0', 'vae.safetensors'))).toBe(true)

    await card.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.textContent()).toContain('Delete step1x-edit-v1.0?')
    await page.keyboard.press('Escape')
    expect(existsSync(join(folder, 'models', 'step1x-edit-v1.0'))).toBe(true)
    await card.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await card.getByRole('button', { name: 'Download' }).waitFor()
    expect(existsSync(join(folder, 'models', 'step1x-edit-v1.0'))).toBe(false)
    await page.context().close()
  })

  it('tells why a download failed, in Chinese pages too', async () => {
    const page = await pageOf('anna-0123456789abcdef', 'zh-CN')
    const card = page.getByRole('listitem', { name: 'step1x-edit-v1.1', exact: true })
    hub.faults = { status: 403 }
    await card.getByRole('button', { name: '下载' }).click()
    await card.getByRole('alert').waitFor()
    expect(await card.getByText('未安装').count()).toBe(1)
    expect(await seriousFaults(page)).toEqual([])
    await page.context().close()
  })
})
