import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyBench } from '../../../../test/bench/studyBench.ts'
import { hasChromium } from '../../../../test/chromium.ts'
import { commandLine } from '../../../../test/commandLine.ts'
import { type GuestLinks, served, Visitor } from '../../../../test/people.ts'
import type { Browser, Page } from '../../../../test/studio.ts'
import { buildStudio, openBrowser, seriousFaults } from '../../../../test/studio.ts'
import { openBench, openStudy, readStudy, type Study, studyReport, type Vote } from '../../../bench/index.ts'
import { Random } from '../../../random/index.ts'
import { runCommandLine } from '../../program.ts'

/* The pages of studies and arenas in a browser; and 55 people, some of them by clicks and keys, who finish one. */

let folder = ''
let bench = ''
let browser: Browser
const run = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_SUITES: folder,
}))

beforeAll(async () => {
  if (!hasChromium) return
  folder = mkdtempSync(join(tmpdir(), 'study-'))
  browser = await openBrowser()
  await buildStudio()
  bench = await studyBench(folder)
})
afterAll(async () => {
  await browser?.close()
  if (folder) rmSync(folder, { recursive: true })
})

const create = async (type: 'study' | 'arena', name: string, ...flags: readonly string[]): Promise<Study> => {
  expect((await run(['bench', type, 'create', bench, `--${type}`, name, ...flags])).error).toBe('')
  return readStudy(bench, name)
}
const serving = (type: 'study' | 'arena', name: string, use: (links: GuestLinks) => Promise<void>) =>
  served(run, ['bench', type, 'serve', bench, `--${type}`, name], use)

async function votesOf(study: Study): Promise<readonly Vote[]> {
  const workspace = await openBench(bench, { env: {} })
  const votes: Vote[] = []
  for await (const vote of openStudy(study, workspace.jobs).votes()) votes.push(vote)
  await workspace.close()
  return votes
}

async function opened(link: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  // A context of its own: nothing is known of earlier visits.
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options })
  page.setDefaultTimeout(120_000)
  await page.goto(link)
  return page
}

const press = async (page: Page, keys: string): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key)
}
const isDone = (page: Page, text: string) =>
  expect.poll(() => page.getByTestId('done').textContent()).toBe(text)

/** Consent and practice by clicks. */
async function begin(page: Page, keys: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'I agree and take part' }).click()
  await page.getByRole('button', { name: 'Try it once' }).click()
  await page.getByText('A practice.').waitFor()
  for (const key of keys) await page.keyboard.press(key)
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByTestId('instruction').waitFor()
}

describe.skipIf(!hasChromium)('a study', () => {
  it('of 55 people counts what each of them answered, and finds what studyReport finds', async () => {
    const study = await create(
      'study',
      'crowd',
      '--participants',
      '55',
      '--lang',
      'en',
      '--repeats',
      '1',
      '--seed',
      '4',
    )
    const tasks = study.participants[0]!.tasks.length
    const answersOf = (name: string, task: number): readonly number[] => {
      const random = new Random('answers', name, task)
      return Array.from({ length: 4 }, () => 1 + random.below(5))
    }
    let told: unknown
    await serving('study', 'crowd', async (links) => {
      const names = study.participants.map(({ name }) => name)
      // By keys, by clicks on labels, with a pause on the way that ends in another browser.
      const byKeys = async (name: string): Promise<void> => {
        const page = await opened(links[name]!)
        await begin(page, ['2', '5', '3', 'Enter'])
        for (let task = 0; task < tasks; task++) {
          await isDone(page, `${task} of ${tasks}`)
          await press(page, answersOf(name, task).join(''))
          await page.keyboard.press('Enter')
        }
        await page.getByText('Thank you!').waitFor()
        await page.close()
      }
      const byClicks = async (name: string, page: Page, from: number, to: number): Promise<void> => {
        for (let task = from; task < to; task++) {
          await isDone(page, `${task} of ${tasks}`)
          for (const [i, level] of answersOf(name, task).entries())
            await page
              .getByRole('group', { name: `Picture ${'ABCD'[i]}` })
              .getByRole('radio')
              .nth(level - 1)
              .check()
          await page.getByRole('button', { name: 'Next' }).click()
        }
      }
      const withPause = async (name: string): Promise<void> => {
        const page = await opened(links[name]!)
        await begin(page, ['2', '5', '3', 'Enter'])
        await byClicks(name, page, 0, 2)
        await isDone(page, `2 of ${tasks}`)
        await page.getByRole('button', { name: 'Pause' }).click()
        await page.getByText('Paused').first().waitFor()
        await expect
          .poll(async () => (await (await new Visitor(links[name]!).get('api/me')).json()) as object)
          .toMatchObject({ done: 2 })
        await page.close()
        const other = await opened(links[name]!, { viewport: { width: 390, height: 844 } })
        await other.getByTestId('instruction').waitFor()
        await byClicks(name, other, 2, tasks)
        await other.getByText('Thank you!').waitFor()
        await other.close()
      }
      const byProgram = async (name: string): Promise<void> => {
        const visitor = new Visitor(links[name]!)
        await visitor.agree()
        await visitor.finish((task) => answersOf(name, task))
      }
      await Promise.all([
        byKeys(names[0]!),
        byKeys(names[27]!),
        withPause(names[10]!),
        withPause(names[54]!),
        ...names.filter((_, i) => ![0, 27, 10, 54].includes(i)).map(byProgram),
      ])
      told = ((await (await new Visitor(links.organiser!).get('api/figures')).json()) as { report: unknown })
        .report
    })
    const votes = await votesOf(study)
    expect(votes).toHaveLength(55 * tasks)
    for (const { participant, task, answers } of votes) expect(answers).toEqual(answersOf(participant, task))
    const found = JSON.parse(JSON.stringify(studyReport(study, votes)))
    expect(told).toEqual(found)
    expect(
      JSON.parse((await run(['bench', 'study', 'report', bench, '--study', 'crowd', '--json'])).out),
    ).toEqual(found)
    expect(found.participants).toMatchObject({ invited: 55, started: 55, finished: 55 })
  })

  it('can be done with keys, on a phone, in Chinese, by a screen reader; refusing leaves no trace', async () => {
    const study = await create(
      'study',
      'rank',
      '--participants',
      '2',
      '--mode',
      'rank',
      '--lang',
      'cn',
      '--repeats',
      '0',
    )
    await serving('study', 'rank', async ({ p1, p2, organiser }) => {
      const page = await opened(p1!, {
        viewport: { width: 390, height: 844 },
        locale: 'zh-CN',
        colorScheme: 'dark',
      })
      const asked: string[] = []
      page.on('request', (sent) => asked.push(sent.url()))
      await page.getByRole('button', { name: '我不参加' }).click()
      await page.getByText('没有保存任何内容').waitFor()
      expect(asked.filter((url) => /tasks|consent|votes|pictures/.test(url))).toEqual([])
      await page.getByRole('button', { name: '重新阅读' }).click()
      expect(await seriousFaults(page)).toEqual([])
      await page.getByRole('button', { name: '我同意参加' }).click()
      await page.getByRole('button', { name: '先试一次' }).click()
      await page.getByText('这是练习').waitFor()
      await press(page, 'bac')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: '开始' }).click()
      await isDone(page, '0 / 3')
      // C first, A and D equal, B last; and once more with the last two changed by an arrow.
      await press(page, 'cad/b')
      expect(await seriousFaults(page)).toEqual([])
      await page.keyboard.press('Enter')
      await isDone(page, '1 / 3')
      await press(page, 'abcd')
      await page.getByRole('button', { name: '图片 D：' }).focus()
      await page.keyboard.press('ArrowLeft')
      await page.getByRole('button', { name: '下一组' }).click()
      await isDone(page, '2 / 3')
      // By dragging the second before the first.
      await press(page, 'abcd')
      const chips = page.locator('.chip')
      await chips.nth(1).scrollIntoViewIfNeeded()
      const [to, from] = [(await chips.nth(0).boundingBox())!, (await chips.nth(1).boundingBox())!]
      await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
      await page.mouse.down()
      await page.mouse.move(to.x + 4, to.y + to.height / 2, { steps: 4 })
      await page.mouse.up()
      await page.keyboard.press('Enter')
      await page.getByText('您已全部完成').waitFor()
      expect(await seriousFaults(page)).toEqual([])
      await page.close()
      const refusing = await opened(p2!)
      await refusing.getByRole('button', { name: 'I do not take part' }).click()
      await refusing.close()
      const desk = await opened(organiser!)
      await desk.getByText('All answers as CSV').waitFor()
      expect(await desk.getByLabel('Link of p1').inputValue()).toBe(p1)
      expect(await desk.getByRole('row', { name: /^p1/ }).textContent()).toContain('3/3')
      expect(await seriousFaults(desk)).toEqual([])
      await desk.close()
    })
    const votes = await votesOf(study)
    expect(votes.map(({ answers }) => answers)).toEqual([
      [2, 4, 1, 2],
      [1, 2, 4, 3],
      [2, 1, 3, 4],
    ])
  })

  it('loses no answer while the server is away, and tells of a second window', async () => {
    const study = await create('study', 'away', '--participants', '1', '--lang', 'en', '--repeats', '0')
    await serving('study', 'away', async ({ p1 }) => {
      const page = await opened(p1!)
      await begin(page, ['2', '5', '3', 'Enter'])
      await isDone(page, '0 of 3')
      const second = await opened(p1!)
      await second.getByRole('button', { name: 'Try it once' }).waitFor()
      await page.context().setOffline(true)
      await press(page, '5432')
      await page.keyboard.press('Enter')
      await page.getByText('1 of your answers wait in this browser').waitFor()
      await page.context().setOffline(false)
      await page.getByRole('button', { name: 'Try again' }).click()
      await isDone(page, '1 of 3')
      await expect
        .poll(async () => (await (await new Visitor(p1!).get('api/me')).json()) as object)
        .toMatchObject({ done: 1 })
      // The other window still shows the first task, with its practice behind it.
      await second.getByRole('button', { name: 'Try it once' }).click()
      // Keys pressed before the page has drawn its practice are nobody's.
      await second.getByText('A practice.').waitFor()
      await press(second, '111')
      await second.keyboard.press('Enter')
      await second.getByRole('button', { name: 'Begin' }).click()
      await second.getByTestId('instruction').waitFor()
      await press(second, '1111')
      await second.keyboard.press('Enter')
      await second.getByText('answered in another window already').waitFor()
      await isDone(second, '1 of 3')
      await second.close()
      await page.close()
    })
    expect((await votesOf(study)).map(({ answers }) => answers)).toEqual([[5, 4, 3, 2]])
  })
})

describe.skipIf(!hasChromium)('an arena', () => {
  it('is answered by one press a pair', async () => {
    const arena = await create('arena', 'ring', '--voters', '1', '--pairs', '4')
    await serving('arena', 'ring', async ({ p1, organiser }) => {
      const page = await opened(p1!)
      await begin(page, ['b'])
      await isDone(page, '0 of 4')
      expect(await seriousFaults(page)).toEqual([])
      await page.keyboard.press('a')
      await isDone(page, '1 of 4')
      await page.getByRole('button', { name: 'B is better' }).click()
      await isDone(page, '2 of 4')
      await page.keyboard.press('3')
      await isDone(page, '3 of 4')
      await page.getByRole('button', { name: 'Both bad' }).click()
      await page.getByText('Thank you!').waitFor()
      expect(await page.content()).not.toMatch(/gemini|doubao|gpt-4o|step1x/)
      await page.close()
      const desk = await opened(organiser!, { colorScheme: 'dark' })
      await desk.getByText('Both bad').waitFor()
      expect(await seriousFaults(desk)).toEqual([])
      await desk.close()
    })
    expect((await votesOf(arena)).map(({ answers }) => answers)).toEqual([
      [1, 2],
      [2, 1],
      [1, 1],
      [2, 2],
    ])
  })
})
