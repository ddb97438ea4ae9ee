import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secretSystems, studyBench } from '../../../../test/bench/studyBench.ts'
import { commandLine } from '../../../../test/commandLine.ts'
import { type GuestLinks, served, Visitor } from '../../../../test/people.ts'
import { hasPostgres, startPostgres } from '../../../../test/postgres.ts'
import { buildStudio } from '../../../../test/studio.ts'
import {
  openBench,
  openConsents,
  openStudy,
  readStudy,
  type Study,
  studyReport,
  type Vote,
} from '../../../bench/index.ts'
import { readPicture } from '../../../image/index.ts'
import { runCommandLine } from '../../program.ts'
import type { ParticipantMe, RatingsAnswer, StudyFigures } from './studySchemas.ts'

/* `pentimento bench study serve` and `bench arena serve` without a browser: what can be asked for, and what must not be told. */

let folder = ''
let bench = ''
const run = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_SUITES: folder,
}))
/** Makes a study; the name tells what it should not. */
async function created(name: string, ...flags: readonly string[]): Promise<Study> {
  const type = flags.includes('--voters') ? 'arena' : 'study'
  const { error } = await run(['bench', type, 'create', bench, `--${type}`, name, ...flags])
  expect(error).toBe('')
  return readStudy(bench, name)
}
const serving = (name: string, use: (links: GuestLinks) => Promise<void>, ...flags: readonly string[]) =>
  served(run, ['bench', 'study', 'serve', bench, '--study', name, ...flags], use)

async function journalOf(study: Study, env = {}): Promise<{ votes: Vote[]; agreed: string[] }> {
  const workspace = await openBench(bench, { env })
  try {
    const votes = []
    for await (const vote of openStudy(study, workspace.jobs).votes()) votes.push(vote)
    const agreed = []
    for await (const { participant } of openConsents(study, workspace.jobs).all()) agreed.push(participant)
    return { votes, agreed }
  } finally {
    await workspace.close()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'study-'))
  await Promise.all([buildStudio(), studyBench(folder).then((made) => (bench = made))])
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a study', () => {
  it('shows nothing before consent, which is written down', async () => {
    const study = await created('consent', '--participants', '2', '--repeats', '0')
    const consent = join(folder, 'consent.txt')
    writeFileSync(consent, 'We ask you.\n\nYou may stop.\n')
    await serving(
      'consent',
      async ({ p1, p2 }) => {
        const [first, second] = [new Visitor(p1!), new Visitor(p2!)]
        const me = (await (await first.get('api/me')).json()) as ParticipantMe
        expect(me).toMatchObject({ role: 'participant', name: 'p1', mode: 'rate', done: 0, total: 6 })
        expect(me.consent).toMatchObject({
          en: 'We ask you.\n\nYou may stop.',
          cn: 'We ask you.\n\nYou may stop.',
        })
        expect((await first.get('api/tasks')).status).toBe(403)
        expect((await first.vote(0, [1, 2, 3, 4])).status).toBe(403)
        expect((await first.post('api/consent', { text: 'of another' })).status).toBe(409)
        expect((await first.get('api/tasks')).status).toBe(403)
        await second.agree()
        const [task] = await second.tasks()
        expect((await second.get(`pictures/${task!.source}.png`)).status).toBe(200)
        expect((await first.get(`pictures/${task!.source}.png`)).status).toBe(404)
        expect(await (await second.get('api/me')).text()).not.toContain('consent')
      },
      '--consent',
      consent,
    )
    expect(await journalOf(study)).toEqual({ votes: [], agreed: ['p2'] })
  })

  it('tells nobody who made a picture', async () => {
    const study = await created('gemini-against-gpt-4o', '--participants', '3', '--repeats', '2')
    const told: string[] = []
    const names: string[] = []
    await serving('gemini-against-gpt-4o', async (links) => {
      const asked = async (visitor: Visitor, path: string, body?: unknown): Promise<Response> => {
        const answer = await (body === undefined ? visitor.get(path) : visitor.post(path, body))
        told.push(JSON.stringify([...answer.headers]))
        if (!path.startsWith('pictures/')) told.push(await answer.clone().text())
        return answer
      }
      for (const name of ['p1', 'p2', 'p3']) {
        const visitor = new Visitor(links[name]!)
        for (const path of [
          '',
          'api/me',
          'api/figures',
          'api/votes.csv',
          'api/ratings',
          'api/nothing',
          'nothing',
        ])
          await asked(visitor, path)
        await visitor.agree()
        for (let i = 0; i < 8; i++) {
          const answer = (await (await asked(visitor, 'api/tasks?count=1')).json()) as {
            tasks: Awaited<ReturnType<Visitor['tasks']>>
          }
          const task = answer.tasks[0]!
          const shown = [task.source, ...task.pictures]
          names.push(...shown)
          const files = await Promise.all(shown.map((each) => asked(visitor, `pictures/${each}.png`)))
          const headers = files.map((file) =>
            JSON.stringify([...file.headers].filter(([key]) => !['date', 'keep-alive'].includes(key))),
          )
          expect(new Set(headers).size).toBe(1)
          expect(headers[0]).not.toMatch(/etag|last-modified|disposition/)
          const bytes = await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())))
          expect(new Set(bytes.map(({ length }) => length)).size).toBe(1)
          for (const each of bytes) {
            expect(new Set(chunksOf(each))).toEqual(new Set(['IHDR', 'IDAT', 'ppAd', 'IEND']))
            expect(each.subarray(24, 29)).toEqual(bytes[0]!.subarray(24, 29))
            expect(await readPicture(each)).toMatchObject({ width: task.width, height: task.height })
          }
          for (const wrong of [[1, 2], [9, 9, 9, 9], 'x'])
            await asked(visitor, 'api/votes', { task: i, answers: wrong, seconds: 1, nonce: 'a nonce' })
          await asked(visitor, 'api/votes', {
            task: i + 1,
            answers: [1, 2, 3, 4],
            seconds: 1,
            nonce: 'a nonce',
          })
          await asked(visitor, 'api/votes', {
            task: i,
            answers: [1, 2, 3, 4],
            seconds: 1,
            nonce: `a nonce ${i}`,
          })
        }
        for (const path of ['api/figures', 'api/votes.csv', 'api/ratings'])
          expect((await asked(visitor, path)).status).toBe(403)
      }
    })
    expect(names).toHaveLength(3 * 8 * 5)
    expect(new Set(names).size).toBe(names.length)
    const secrets = [
      ...secretSystems,
      'gemini',
      study.id,
      'item-',
      ...study.items.map(({ kind }) => kind),
      'source.png',
    ]
    for (const secret of secrets) expect(told.join('\n')).not.toContain(secret)
    expect((await journalOf(study)).votes).toHaveLength(24)
  })

  it('takes a vote once, and from its own participant alone', async () => {
    const study = await created('once', '--participants', '2', '--repeats', '0')
    await serving('once', async ({ p1, p2 }) => {
      const [first, second] = [new Visitor(p1!), new Visitor(p2!)]
      await Promise.all([first.agree(), second.agree()])
      const sent = await Promise.all([1, 2, 3, 4].map((level) => first.vote(0, [level, level, level, level])))
      expect(sent.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
      for (let i = 0; i < 2; i++) expect((await first.vote(1, [5, 5, 5, 5], 'sent again')).status).toBe(200)
      expect((await first.vote(1, [1, 1, 1, 1], 'something else')).status).toBe(409)
      expect((await first.vote(3, [5, 5, 5, 5])).status).toBe(409)
      expect((await first.vote(2, [5, 5, 5])).status).toBe(409)
      expect((await first.post('api/votes', { task: 2 })).status).toBe(400)
      expect((await first.post('api/votes', { text: 'x'.repeat(9000) })).status).toBe(413)
      const [task] = await first.tasks()
      expect(task!.number).toBe(2)
      // Another's picture is not to be had, nor is the picture of a name that was changed.
      expect((await second.get(`pictures/${task!.source}.png`)).status).toBe(404)
      expect((await first.get(`pictures/${task!.source.replace(/^2/, '1')}.png`)).status).toBe(404)
      expect(await (await second.get('api/me')).json()).toMatchObject({ done: 0 })
    })
    const { votes } = await journalOf(study)
    expect(votes.map(({ participant, task }) => [participant, task])).toEqual([
      ['p1', 0],
      ['p1', 1],
    ])
    expect(votes[1]!.answers).toEqual([5, 5, 5, 5])
  })

  it('shows the organiser links, progress, what studyReport finds, and every answer', async () => {
    let told: unknown
    const study = await created('told', '--participants', '3', '--repeats', '1', '--lang', 'en')
    await serving('told', async (links) => {
      const organiser = new Visitor(links.organiser!)
      expect(await (await organiser.get('api/me')).json()).toEqual({ role: 'organiser', mode: 'rate' })
      expect((await organiser.get('api/tasks')).status).toBe(403)
      expect((await organiser.post('api/consent', { text: '' })).status).toBe(403)
      const visitors = [new Visitor(links.p1!), new Visitor(links.p2!)]
      await Promise.all(visitors.map((visitor) => visitor.agree()))
      await visitors[0]!.finish((task, pictures) =>
        Array.from({ length: pictures }, (_, i) => 1 + ((task + i) % 5)),
      )
      await visitors[1]!.vote(0, [1, 2, 3, 4])
      const figures = (await (await organiser.get('api/figures')).json()) as StudyFigures
      expect(figures.people).toEqual([
        { name: 'p1', link: links.p1, done: 4, total: 4, agreedAt: expect.any(String) },
        { name: 'p2', link: links.p2, done: 1, total: 4, agreedAt: expect.any(String) },
        { name: 'p3', link: links.p3, done: 0, total: 4 },
      ])
      const table = await (await organiser.get('api/votes.csv')).text()
      expect(table.split('\r\n')).toHaveLength(1 + 5 * 4 + 1)
      told = figures.report
    })
    const { votes } = await journalOf(study)
    expect(told).toEqual(JSON.parse(JSON.stringify(studyReport(study, votes))))
  })
  it.each([
    [['bench', 'study', 'serve', 'BENCH', '--study', 'nothing'], /no such study/],
    [
      ['bench', 'arena', 'serve', 'BENCH', '--arena', 'once'],
      /'once' is a study; use 'pentimento bench study'/,
    ],
    [
      ['bench', 'study', 'serve', 'BENCH', '--study', 'once', '--port', '99999'],
      /whole number from 0 to 65535/,
    ],
    [['bench', 'study', 'serve', 'BENCH', '--study', 'once', '--origin', 'here'], /address such as https/],
    [
      ['bench', 'study', 'serve', 'BENCH', '--study', 'once', '--consent', 'no.txt'],
      /no\.txt: cannot read it, no such file/,
    ],
  ])('that cannot be served says why: %j', async (words, message) => {
    const ended = await run(words.map((word) => (word === 'BENCH' ? bench : word)))
    expect([ended.code, ended.error]).toEqual([2, expect.stringMatching(message)])
  })
})

describe('an arena', () => {
  it('shows two pictures, and its ratings only to who is done, where the organiser wants it', async () => {
    await created('arena', '--voters', '2', '--pairs', '4')
    const { out } = await served(
      run,
      ['bench', 'arena', 'serve', bench, '--arena', 'arena', '--show-ratings'],
      async (links) => {
        const voter = new Visitor(links.p1!)
        await voter.agree()
        const [task] = await voter.tasks()
        expect(task!.pictures).toHaveLength(2)
        expect((await voter.vote(0, [1, 3])).status).toBe(409)
        const outcomes = [
          [1, 2],
          [2, 1],
          [1, 1],
          [2, 2],
        ]
        for (const [i, outcome] of outcomes.entries()) {
          expect((await voter.get('api/ratings')).status).toBe(403)
          expect((await voter.vote(i, outcome)).status).toBe(200)
        }
        const { ranking } = (await (await voter.get('api/ratings')).json()) as RatingsAnswer
        expect(ranking!.competitors.map(({ name }) => name).sort()).toEqual([...secretSystems].sort())
        expect(await (await new Visitor(links.p2!).get('api/ratings')).text()).not.toContain('doubao')
      },
    )
    expect(out).toMatch(/^organiser +http/)
    const report = await run(['bench', 'arena', 'report', bench, '--arena', 'arena'])
    expect(report.out).toMatch(/^arena: 1 participants count, of 2 invited, 1 started, 1 finished; 4 votes\n/)
    const csv = join(folder, 'arena.csv')
    expect((await run(['bench', 'arena', 'export', bench, '--arena', 'arena', '--output', csv])).code).toBe(0)
  })
})

describe.skipIf(!hasPostgres())('on Postgres', () => {
  it('several servers serve one study, and count each vote once', async () => {
    const postgres = startPostgres()
    const shared = { DATABASE_URL: postgres.url }
    try {
      const study = await created('shared', '--participants', '4', '--repeats', '0', '--lang', 'en')
      const serve = (use: (links: GuestLinks) => Promise<void>) =>
        served(run, ['bench', 'study', 'serve', bench, '--study', 'shared'], use, shared)
      await serve(async (here) => {
        await serve(async (there) => {
          for (const name of ['p1', 'p2', 'p3', 'p4']) {
            const [one, other] = [new Visitor(here[name]!), new Visitor(there[name]!)]
            expect(new URL(other.link).pathname).toBe(new URL(one.link).pathname)
            await one.agree()
            for (let task = 0; task < 3; task++) {
              expect(await other.tasks()).toEqual(await one.tasks())
              const sent = await Promise.all([one.vote(task, [1, 2, 3, 4]), other.vote(task, [4, 3, 2, 1])])
              expect(sent.map(({ status }) => status).sort()).toEqual([200, 409])
            }
          }
        })
      })
      expect((await journalOf(study, shared)).votes).toHaveLength(12)
    } finally {
      postgres.remove()
    }
  })
})

/** The types of a PNG file's chunks. */
function chunksOf(png: Uint8Array): readonly string[] {
  const view = Buffer.from(png)
  const types = []
  for (let at = 8; at < png.length; at += 12 + view.readUInt32BE(at))
    types.push(view.toString('latin1', at + 4, at + 8))
  return types
}
