import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium } from '../../../../test/chromium.ts'
import { commandLine } from '../../../../test/commandLine.ts'
import { placeDatabase } from '../../../../test/database.ts'
import { testPair } from '../../../../test/dataset/openPairs.ts'
import { type GuestLinks, served } from '../../../../test/people.ts'
import type { Browser, Page } from '../../../../test/studio.ts'
import { buildStudio, openBrowser, seriousFaults } from '../../../../test/studio.ts'
import { type Decision, openPairStore, openWorkspace, type Pair } from '../../../dataset/index.ts'
import { boxMask, encodeMask, encodeStored, type Picture } from '../../../image/index.ts'
import { runCommandLine } from '../../program.ts'

const run = commandLine(runCommandLine, () => process.env)
const size = { width: 96, height: 64 }

/** A picture of one colour with a square of another. */
function square(level: number, inner: number): Picture {
  const { width, height } = size
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.fill(
        x >= 30 && x < 60 && y >= 20 && y < 44 ? inner : level,
        3 * (y * width + x),
        3 * (y * width + x) + 3,
      )
  return { ...size, data }
}

let folder: string
let pairs: readonly Pair[]
beforeAll(async () => {
  await buildStudio()
  folder = mkdtempSync(join(tmpdir(), 'review-'))
  await placeDatabase(join(folder, 'database'))
  writeFileSync(
    join(folder, 'pentimento.dataset.json'),
    JSON.stringify({ name: 'squares', sources: [{ path: 'pictures', licence: 'CC0-1.0' }] }),
  )
  pairs = await inWorkspace(async ({ store, files }) => {
    const mask = await files.put(
      await encodeMask(boxMask(size.width, size.height, { x: 28, y: 18, width: 34, height: 28 })),
    )
    const made: Pair[] = []
    for (let i = 0; i < 16; i++) {
      const source = await files.put(await encodeStored(square(40 + 10 * i, 60)))
      const target = await files.put(await encodeStored(square(40 + 10 * i, 200)))
      made.push(testPair(i + 1, { ...size, kind: 'color_alter', pictures: { source, target, mask } }))
    }
    await store.add(made)
    for (const { id } of made)
      for (const [language, text] of [
        ['en', 'Make the square brighter.'],
        ['cn', '让方块更亮。'],
      ] as const)
        await store.addCaptions(id, [
          {
            id: `${language}${id}`,
            captioner: { name: 'test', version: '1' },
            purpose: 'instruction',
            round: 0,
            wording: 0,
            language,
            text,
            agreement: 1,
          },
        ])
    return made
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

async function inWorkspace<T>(
  use: (open: {
    store: Awaited<ReturnType<typeof openPairStore>>
    files: Awaited<ReturnType<typeof openWorkspace>>['files']
  }) => Promise<T>,
): Promise<T> {
  const workspace = await openWorkspace(folder, { env: {} })
  try {
    return await use({ store: await openPairStore(workspace.jobs), files: workspace.files })
  } finally {
    await workspace.close()
  }
}

/** Serves the review while something is done with its links. @returns its exit code */
const serving = async (
  flags: readonly string[],
  use: (links: GuestLinks) => Promise<void>,
): Promise<number> => (await served(run, ['dataset', 'review', folder, ...flags], use)).code

const decisionsOf = (reviewer: string): Promise<Decision[]> =>
  inWorkspace(async ({ store }) => {
    const found: Decision[] = []
    for await (const each of store.decisions()) if (each.reviewer === reviewer) found.push(each)
    return found
  })

/** A request with headers that fetch does not let through. */
function raw(
  url: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
  body = '',
): Promise<number> {
  return new Promise((done, fail) => {
    const sent = request(url, { method, headers }, (answer) => {
      answer.resume()
      done(answer.statusCode ?? 0)
    })
    sent.once('error', fail)
    sent.end(body)
  })
}

describe('the server', () => {
  it('answers to its own name, its own pages and its links alone', async () => {
    const code = await serving([], async (links) => {
      const link = links['reviewer-1']!
      expect((await fetch(link)).headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(await (await fetch(link)).text()).toContain('<div id="root">')
      expect((await fetch(link.replace(/.\/$/, '/'))).status).toBe(401)
      expect((await fetch(link.replace(/r\/.*/, 'r/x/api/items'))).status).toBe(401)
      expect(await raw(`${link}api/me`, { host: 'evil.example:80' })).toBe(421)
      const json = { 'content-type': 'application/json' }
      const undo = '{"nonce":"12345678"}'
      expect(await raw(`${link}api/undo`, { ...json, origin: 'http://evil.example' }, 'POST', undo)).toBe(403)
      expect(await raw(`${link}api/undo`, { ...json, 'sec-fetch-site': 'cross-site' }, 'POST', undo)).toBe(
        403,
      )
      expect(await raw(`${link}api/undo`, { ...json, origin: new URL(link).origin }, 'POST', undo)).toBe(409)
      expect(await raw(`${link}api/undo`, json, 'POST', `{"nonce":"${'x'.repeat(2000)}"}`)).toBe(413)
      expect(await raw(`${link}api/decisions`, json, 'POST', '{"pair":1}')).toBe(400)
      expect((await fetch(`${link}api/figures`)).status).toBe(403)
    })
    expect(code).toBe(0)
  })

  it('shows pictures by their content, kept for ever, and nothing that tells who made a pair', async () => {
    await serving([], async (links) => {
      const link = links['reviewer-1']!
      const answer = await (await fetch(`${link}api/items?count=1`)).text()
      expect(answer).not.toMatch(/recipe|score|test\/darker|captioner/)
      const [item] = (JSON.parse(answer) as { items: { pictures: { source: string } }[] }).items
      const picture = await fetch(`${link}pictures/${item!.pictures.source}.png`)
      expect(picture.headers.get('content-type')).toBe('image/png')
      expect(picture.headers.get('cache-control')).toContain('immutable')
      expect((await fetch(`${link}pictures/${'0'.repeat(64)}.png`)).status).toBe(404)
      expect((await fetch(`${link}pictures/..%2f..%2freview.secret`)).status).toBe(404)
    })
  })

  it('has the same links when it is started again, and says in one line what is wrong with its port', async () => {
    let first = ''
    await serving(['--reviewers', '2'], async (links) => {
      expect(Object.keys(links)).toEqual(['organiser', 'reviewer-1', 'reviewer-2'])
      first = new URL(links['reviewer-2']!).pathname
    })
    await serving(['--reviewers', '2'], async (links) => {
      expect(new URL(links['reviewer-2']!).pathname).toBe(first)
    })
    const { code, error } = await run(['dataset', 'review', folder, '--port', 'x'])
    expect([code, error]).toEqual([2, expect.stringContaining('whole number from 0 to 65535')])
  })

  it('takes a retouched picture, and refuses one that changed elsewhere', async () => {
    await serving([], async (links) => {
      const link = links['reviewer-1']!
      const { id } = pairs[15]!
      const post = async (picture: Picture) => {
        const answer = await fetch(`${link}api/retouched/${id}`, {
          method: 'POST',
          body: new Uint8Array(await encodeStored(picture)),
        })
        return [answer.status, await answer.json()] as const
      }
      expect(await post(square(190, 240))).toEqual([200, { pair: expect.stringMatching(/^[0-9a-f]{64}$/) }])
      const [status, answer] = await post(square(120, 240))
      expect([status, JSON.stringify(answer)]).toEqual([
        409,
        expect.stringContaining('outside of the region'),
      ])
    })
  })
})

describe.skipIf(!hasChromium)('the pages', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  const opened = async (link: string, options: Parameters<Browser['newPage']>[0]): Promise<Page> => {
    const page = await browser.newPage(options)
    page.setDefaultTimeout(120_000)
    await page.goto(link)
    return page
  }
  const doneOf = (page: Page) => page.getByTestId('done').textContent()

  it('take ten decisions by keys, an undo, edited words, a reload and a drawn region', async () => {
    await serving(['--kinds', 'color_alter'], async (links) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      const outside: string[] = []
      page.on('request', (sent) => {
        const isOwn = sent.url().startsWith(new URL(links['reviewer-1']!).origin)
        if (!isOwn && !/^(data|blob):/.test(sent.url())) outside.push(sent.url())
      })
      page.setDefaultTimeout(120_000)
      await page.goto(links['reviewer-1']!)
      await page.getByLabel('Instruction in English').waitFor()
      for (const [i, key] of ['k', '1', 'Enter', '2', 's', 'k', '9', 'k', 'k', '3'].entries()) {
        await page.keyboard.press(key)
        await expect.poll(() => doneOf(page)).toBe(`${i + 1} done`)
      }
      await page.keyboard.press('u')
      await expect.poll(() => doneOf(page)).toBe('9 done')
      await page.getByText('Your earlier decision, which was undone: Hardly changed').waitFor()
      await page.reload()
      await page.getByText('Your earlier decision, which was undone: Hardly changed').waitFor()
      await page.keyboard.press('t')
      await page.keyboard.press('Control+A')
      await page.keyboard.type('Brighten it.')
      await page.keyboard.press('Escape')
      await page.keyboard.press('m')
      const box = (await page.locator('canvas').boundingBox())!
      await page.mouse.move(box.x + 20, box.y + 20)
      await page.mouse.down()
      await page.mouse.move(box.x + 90, box.y + 40)
      await page.mouse.up()
      await page.getByText('a region was drawn').waitFor()
      await page.keyboard.press('k')
      await expect.poll(() => doneOf(page)).toBe('10 done')
      await expect
        .poll(() => page.evaluate<string>("localStorage.getItem('outbox ' + location.pathname)"))
        .toBe('[]')
      expect(outside).toEqual([])
      expect(await seriousFaults(page)).toEqual([])
      await page.close()
    })
    const own = await decisionsOf('reviewer-1')
    expect(own.map(({ verdict }) => verdict)).toEqual(
      'accept reject accept reject skip accept reject accept accept reject undo accept'.split(' '),
    )
    expect(own.flatMap(({ reason }) => reason ?? [])).toEqual([
      'artefact',
      'wrong-words',
      'retouch',
      'no-change',
    ])
    expect(own.at(-1)).toMatchObject({
      pair: own.at(-3)!.pair,
      text: { en: 'Brighten it.' },
      mask: expect.any(String),
    })
  })

  it('take the file of a person who retouches, or say what is wrong with it', async () => {
    let chosen = ''
    await serving(['--kinds', 'color_alter'], async (links) => {
      const page = await opened(links['reviewer-1']!, { viewport: { width: 1280, height: 800 } })
      await page.getByLabel('Instruction in English').waitFor()
      const items = await (await fetch(`${links['reviewer-1']}api/items?count=1`)).json()
      const { pair } = (items as { items: { pair: string }[] }).items[0]!
      const level = 40 + 10 * pairs.findIndex(({ id }) => id === pair)
      await page.getByText('Files to retouch').click()
      const choose = async (picture: Picture): Promise<void> => {
        const buffer = Buffer.from(await encodeStored(picture))
        await page.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer })
      }
      await choose(square(level + 60, 240))
      await page.getByRole('status').filter({ hasText: 'outside of the region' }).waitFor()
      await choose(square(level, 240))
      await page.getByText('Accepted: a new pair was added.').waitFor()
      await page.close()
      chosen = pair
    })
    const children: Pair[] = []
    await inWorkspace(async ({ store }) => {
      for await (const each of store.dossiers()) if (each.pair.parent === chosen) children.push(each.pair)
    })
    expect(children).toMatchObject([{ origin: 'retouched', kind: 'color_alter' }])
  })

  it('let people settle what two disagree on, and the organiser see all', async () => {
    await serving(['--reviewers', '2', '--double', '1'], async (links) => {
      const page = await opened(links['reviewer-2']!, {
        viewport: { width: 390, height: 844 },
        locale: 'zh-CN',
      })
      await page.getByLabel('中文指令').waitFor()
      for (let i = 0; i < 3; i++) await page.keyboard.press('4')
      await expect.poll(() => doneOf(page)).toBe('已完成 3')
      expect(await seriousFaults(page)).toEqual([])
      await page.close()
      const desk = await opened(links.organiser!, {
        viewport: { width: 1280, height: 800 },
        colorScheme: 'dark',
      })
      await desk.getByText('Links: each for one person').waitFor()
      expect(await seriousFaults(desk)).toEqual([])
      await desk.getByRole('button', { name: 'Disagreements' }).click()
      await desk.getByText('Opinion 1').waitFor()
      expect(await seriousFaults(desk)).toEqual([])
      await desk.keyboard.press('k')
      await expect
        .poll(async () =>
          (await (await fetch(`${links.organiser}api/decisions.csv`)).text()).includes('adjudicate-accept'),
        )
        .toBe(true)
      await desk.close()
    })
  })
})
