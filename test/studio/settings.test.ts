import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tensorValue } from 'pentimento/graph'
import { TorchGenerator } from 'pentimento/random'
import { writeAdapter } from 'pentimento/weights'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../chromium.ts'
import { madePicture, serviceFolder } from '../service.ts'
import { type Browser, buildStudio, openBrowser, type Page, seriousFaults } from '../studio.ts'
import { openStudioServer, type StudioServer } from '../studioServer.ts'
import { writeTinyQwenImage } from '../tinyQwenImage.ts'

const place = serviceFolder()
const { folder } = place
const layer = 'double_blocks.0.img_attn.proj'

let server: StudioServer
let browser: Browser
let page: Page

/** A LoRA of nano by chance, strong enough to be seen. */
async function writeLora(file: string): Promise<void> {
  const random = (seed: number, shape: readonly [number, number]) =>
    tensorValue(
      'f32',
      shape,
      new TorchGenerator(seed).randn(shape[0] * shape[1]).map((value) => value / 4),
    )
  const layers = [{ layer, up: random(1, [256, 4]), down: random(2, [4, 256]) }]
  await writeAdapter(file, layers, { format: 'kohya', rank: 4, alpha: 4 })
}

describe.skipIf(!hasChromium)('the settings', () => {
  beforeAll(async () => {
    await buildStudio()
    const loras = join(folder, 'loras')
    mkdirSync(loras)
    await writeLora(join(loras, 'chance.safetensors'))
    await writeTinyQwenImage(join(folder, 'models', 'tiny-qwen'), '2509')
    const env = {
      ...process.env,
      PENTIMENTO_MODELS: join(folder, 'models'),
      PENTIMENTO_CACHE: join(folder, 'cache'),
      PENTIMENTO_LORAS: loras,
    }
    server = await openStudioServer({ folder, settings: { env } })
    browser = await openBrowser()
    page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(`${server.address}/new`)
    const buffer = Buffer.from(await madePicture(1, 96, 64))
    await page
      .getByTestId('choose')
      .first()
      .setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer })
    await page.getByRole('textbox', { name: 'Instruction' }).waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await server.end()
    place.remove()
  })

  const drawer = () => page.getByRole('dialog', { name: 'Settings' })
  const openDrawer = () => page.getByRole('button', { name: /^Settings/ }).click()
  const close = () => drawer().getByRole('button', { name: 'Close', exact: true }).click()

  /** Sends an instruction, and gives the tasks that the server was sent. */
  async function sent(instruction: string): Promise<readonly Record<string, unknown>[]> {
    const request = page.waitForRequest((each) => each.method() === 'POST' && each.url().endsWith('/edits'))
    const field = page.getByRole('textbox', { name: 'Instruction' })
    await field.fill(instruction)
    await field.press('Enter')
    const { tasks } = (await request).postDataJSON()
    // Once it is taken, the next one can be typed.
    await expect.poll(() => field.inputValue()).toBe('')
    return tasks
  }

  it('show what the chosen editor takes, with its own defaults', async () => {
    await openDrawer()
    expect(await drawer().getByRole('slider', { name: 'Steps' }).count()).toBe(0)
    await drawer().getByLabel('Editor', { exact: true }).selectOption('nano')
    expect(await drawer().getByRole('spinbutton', { name: 'Steps' }).inputValue()).toBe('1')
    expect(
      await drawer().getByLabel('Size', { exact: true }).locator('option').first().textContent(),
    ).toContain('256')
    expect(await seriousFaults(page)).toEqual([])
    await close()
  })

  it('decide what is sent; two editors make the same edit side by side', async () => {
    await openDrawer()
    await drawer().getByLabel('Editor', { exact: true }).selectOption('nano')
    await drawer().getByRole('switch', { name: 'Compare with a second editor' }).click()
    await drawer().getByRole('spinbutton', { name: 'Steps' }).fill('2')
    await drawer().getByLabel('Size', { exact: true }).selectOption('256')
    await drawer().getByRole('slider', { name: 'Guidance' }).press('ArrowRight')
    await drawer().getByLabel('Seed', { exact: true }).fill('0123')
    await drawer().getByLabel('Negative prompt').fill('fog')
    await drawer().getByRole('switch', { name: 'Start from the picture' }).click()
    await drawer().getByLabel('Add a LoRA').selectOption('chance')
    await drawer().getByRole('spinbutton', { name: 'chance' }).fill('0.5')
    await drawer().getByLabel('Format').selectOption('webp')
    await close()
    const [nano, darkroom, ...more] = await sent('make it warmer')
    expect(more).toEqual([])
    const output = { format: 'webp', recipe: true }
    expect(nano).toMatchObject({
      model: 'nano',
      options: { steps: 2, size: 256, guidance: 1.5, seed: 123, negative: 'fog' },
      init: { strength: 0.6 },
      loras: [{ name: 'chance', strength: 0.5 }],
      output,
    })
    expect(darkroom).toEqual({
      model: 'darkroom',
      instruction: 'make it warmer',
      options: { seed: 123 },
      output,
    })
    await expect
      .poll(
        async () => {
          const edits = await server.service.edits.list('local')
          return edits.map(({ task, state, result, error }) => [task.model, state, result?.type, error])
        },
        { interval: 200 },
      )
      .toEqual(
        expect.arrayContaining([
          ['nano', 'done', 'image/webp', undefined],
          ['darkroom', 'done', 'image/webp', undefined],
        ]),
      )
  })

  it('make variations with seeds that count on, outlive a reload, and can be reset', async () => {
    await page.reload()
    await openDrawer()
    await drawer().getByRole('switch', { name: 'Compare with a second editor' }).click()
    await drawer().getByRole('spinbutton', { name: 'Variations' }).fill('3')
    await close()
    const tasks = await sent('make it cooler')
    expect(tasks.map(({ options }) => (options as { seed: number }).seed)).toEqual([123, 124, 125])
    await openDrawer()
    await drawer().getByRole('button', { name: 'Reset all settings' }).click()
    await close()
    const [plain] = await sent('make it brighter')
    expect(plain).toEqual({
      model: 'darkroom',
      instruction: 'make it brighter',
      options: { seed: expect.any(Number) },
    })
  })

  it('take further pictures, numbered as an instruction calls them', async () => {
    await openDrawer()
    await drawer().getByLabel('Editor', { exact: true }).selectOption('tiny-qwen')
    const picture = async (seed: number, name: string) => ({
      name,
      mimeType: 'image/png',
      buffer: Buffer.from(await madePicture(seed, 64, 64)),
    })
    const names = () => drawer().locator('.others li span').allTextContents()
    await drawer()
      .getByTestId('further')
      .setInputFiles([await picture(2, 'hat.png'), await picture(3, 'scarf.png')])
    await expect.poll(names).toEqual(['2. hat.png', '3. scarf.png'])
    expect(await drawer().getByRole('button', { name: /^Add/ }).count()).toBe(0)
    expect(await seriousFaults(page)).toEqual([])
    await drawer().getByRole('button', { name: 'Remove hat.png' }).click()
    expect(await names()).toEqual(['2. scarf.png'])
    await close()
    const [task] = await sent('put the scarf of picture 2 on')
    expect(task).toMatchObject({ model: 'tiny-qwen', others: [expect.any(String)] })
    await expect
      .poll(
        async () => {
          const [latest] = await server.service.edits.list('local')
          return [latest?.task.model, latest?.state, latest?.error]
        },
        { interval: 200 },
      )
      .toEqual(['tiny-qwen', 'done', undefined])
  })

  it('are not needed for an example: one click edits it, and suggestions fit what it shows', async () => {
    await page.goto(`${server.address}/new`)
    await page.getByRole('button', { name: 'make the sky turquoise' }).click()
    await page.getByRole('group', { name: 'Suggestions' }).getByText('make the sky turquoise').click()
    expect(await page.getByRole('textbox', { name: 'Instruction' }).inputValue()).toBe(
      'make the sky turquoise',
    )
    const newest = async () => {
      const [edit] = await server.service.edits.list('local', { most: 1 })
      return [edit?.task.model, edit?.task.instruction, edit?.state]
    }
    await expect.poll(newest, { interval: 200 }).toEqual(['darkroom', 'make the sky turquoise', 'done'])
  })
})
