import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inverter, smallBench, smallPicture, writeSmallSuite } from '../../../test/bench/smallBench.ts'
import { commandLine } from '../../../test/commandLine.ts'
import { collectResults, runBench } from '../../bench/index.ts'
import { readPicture } from '../../image/index.ts'
import { runCommandLine } from '../program.ts'

/* `pentimento bench study` on a bench of small pictures by two systems, from the design to the table of votes. */

let folder = ''
let bench = ''
let links: readonly string[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'study-'))
  bench = join(folder, 'bench')
  const suite = await writeSmallSuite(join(folder, 'small'), { count: 2 })
  const copier = inverter('copier')
  const systems = [
    inverter(),
    {
      ...copier,
      async edit(...[, picture]: Parameters<typeof copier.edit>) {
        return { type: 'picture', picture, seconds: 0.1 } as const
      },
    },
  ]
  const workspace = await smallBench(bench, suite, systems)
  await runBench(workspace, { suite, systems, judges: [], signal: new AbortController().signal })
  expect((await collectResults(workspace)).edits.every(({ outcome }) => outcome === 'picture')).toBe(true)
  await workspace.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_SUITES: folder,
}))
const study = async (words: string, ...more: readonly string[]) => {
  const [verb, ...rest] = words.split(' ')
  const ended = await run(['bench', 'study', verb!, bench, '--study', 'one', ...rest, ...more])
  return { ...ended, json: () => JSON.parse(ended.out) as Record<string, never> }
}

describe('bench study', () => {
  it('gives each participant a link', async () => {
    const made = await study('create --participants 2 --item en/item-0 --item en/item-1 --repeats 0 --json')
    expect(made.error).toBe('')
    const { participants, items, systems } = made.json() as unknown as {
      participants: { participant: string; link: string; tasks: number }[]
      items: number
      systems: string[]
    }
    expect([items, systems]).toEqual([2, ['inverter', 'copier']])
    expect(participants.map(({ participant, tasks }) => [participant, tasks])).toEqual([
      ['p1', 2],
      ['p2', 2],
    ])
    links = participants.map(({ link }) => link)
    expect(statSync(join(bench, 'studies/one.json')).mode & 0o077).toBe(0)
  })

  it('shows pictures that tell nothing of their makers', async () => {
    const output = join(folder, 'task')
    const shown = await study(`next --participant ${links[0]}`, '--output', output)
    expect(shown.error).toBe('')
    expect(shown.out).toMatch(/^p1: task 0, 0 of 2 done\nmake it number \d\npictures: A, B in /)
    expect(readdirSync(output).toSorted()).toEqual(['A.png', 'B.png', 'source.png'])
    const number = Number(/number (\d)/.exec(shown.out)![1])
    const [source, a, b] = await Promise.all(
      ['source', 'A', 'B'].map(async (name) =>
        [...(await readPicture(readFileSync(join(output, `${name}.png`)))).data].join(),
      ),
    )
    expect(source).toBe([...smallPicture(number).data].join())
    expect([a, b].filter((each) => each === source)).toHaveLength(1)
    for (const name of readdirSync(output))
      expect(readFileSync(join(output, name)).toString('latin1')).not.toMatch(/inverter|copier|recipe/)
  })

  it('counts votes, reports and exports them', async () => {
    for (const [who, task] of [
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const) {
      const { out } = await study(
        `vote --task ${task} --answers 2,4 --seconds 7 --json --participant ${links[who]}`,
      )
      expect(JSON.parse(out)).toMatchObject({ counted: true, done: task + 1, total: 2 })
    }
    const { out } = await study('report')
    expect(out).toMatch(/^one: 2 participants count, of 2 invited, 2 started, 1 finished; 3 votes\n/)
    expect(out).toMatch(/UP-IS +UP-Full +mean rank +Elo\ninverter +[5-7]\.00/)
    const csv = join(folder, 'votes.csv')
    expect((await study('export', '--output', csv)).out).toBe(`${csv}: 3 votes\n`)
    expect(readFileSync(csv, 'utf8').split('\r\n')).toHaveLength(1 + 2 * 3 + 1)
    const again = await study('export', '--output', csv)
    expect([again.code, again.error]).toEqual([2, expect.stringContaining('--overwrite to replace it')])
  })

  it.each([
    ['next --participant nobody', /no participant has this link/],
    [
      'vote --participant nobody --task 0 --answers one',
      /--answers: expected numbers separated by commas, got 'one'/,
    ],
    ['create --participants 2', /a study of this name exists/],
    [
      'create --participants 2 --study two --kinds nothing',
      /--kinds: expected color_alter, .*, got 'nothing'/,
    ],
  ])('says what is wrong with %s', async (words, message) => {
    const ended = await study(words)
    expect(ended.code).toBe(2)
    expect(ended.error).toMatch(message)
    expect(ended.error.trim().split('\n')).toHaveLength(1)
  })

  it('does not take a design that was changed', async () => {
    const file = join(bench, 'studies/one.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"inverter","copier"', '"copier","inverter"'))
    expect((await study('report')).error).toMatch(/its design does not match its id/)
    writeFileSync(file, '{"version": 1}')
    expect((await study('report')).error).toMatch(/one\.json: name: /)
    rmSync(file)
    expect((await study('report')).error).toMatch(
      /no such study; 'pentimento bench study create' creates one/,
    )
    expect(existsSync(file)).toBe(false)
  })
})
