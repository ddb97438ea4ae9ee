import { encodePicture, type Picture } from 'pentimento/image'
import type { Browser, Page } from '../studio.ts'

/** A picture with some colours and an edge, different for each number. */
export function scene(number = 0, width = 96, height = 64): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isInside = x > width / 4 && x < width / 2 && y > height / 3
      data.set(
        isInside ? [200, 60, 40] : [(2 * x + 9 * number) % 256, (150 + y) % 256, 180 - x],
        3 * (y * width + x),
      )
    }
  return { width, height, data }
}

export const jpeg = async (picture: Picture = scene()): Promise<Buffer> =>
  Buffer.from(await encodePicture(picture, 'jpeg'))

interface Opened {
  readonly width?: number
  readonly height?: number
  readonly locale?: string
  readonly colorScheme?: 'light' | 'dark'
}

/** Opens the studio; faults of the page, and requests to other servers, are collected. */
export async function openStudio(
  browser: Browser,
  address: string,
  { width = 1280, height = 800, ...look }: Opened = {},
): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: width < 500,
    acceptDownloads: true,
    ...look,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (sent) => {
    const isOwn = new URL(sent.url()).origin === new URL(address).origin || /^(data|blob):/.test(sent.url())
    if (!isOwn) faults.push(`asked ${sent.url()}`)
  })
  await page.goto(address)
  return { page, faults }
}

/** Drops a file on the page, as from a desktop. */
export async function drop(page: Page, name: string, bytes: Uint8Array, type = 'image/jpeg'): Promise<void> {
  // As texts: the tests know no types of the browser.
  const parts = JSON.stringify({ base64: Buffer.from(bytes).toString('base64'), name, type })
  const transfer = await page.evaluateHandle(`(() => {
    const { base64, name, type } = ${parts}
    const transfer = new DataTransfer()
    const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))
    transfer.items.add(new File([bytes], name, { type }))
    return transfer
  })()`)
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('.drop', event, { dataTransfer: transfer })
}

/** The instruction field, in either language. */
export const field = (page: Page) => page.locator('#instruction')

/** Sends an instruction, once there is a picture. */
export async function send(page: Page, instruction: string): Promise<void> {
  await field(page).fill(instruction)
  await page.locator('.composer button[type="submit"]:enabled').waitFor()
  await field(page).press('Enter')
}

/** Sends an instruction, and waits until its result is on the stage. */
export async function say(page: Page, instruction: string): Promise<void> {
  await send(page, instruction)
  await page.getByTestId('told').filter({ hasText: instruction }).waitFor({ state: 'attached' })
}

/** The node that the address chooses. */
export const chosenOf = (page: Page): string | null => new URL(page.url()).searchParams.get('node')
