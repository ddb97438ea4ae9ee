import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Decision, DecisionLog, heldValue } from './decisions.ts'
import { readRequests } from './requests.ts'
import { applyReview, reviewTable } from './review.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'))
  file = join(folder, 'decisions.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const proposal = (id: string, more: Partial<Decision> = {}) => ({
  id,
  type: 'finding' as const,
  picture: 'p1',
  proposal: 'personal',
  options: ['personal', 'obscure', 'harmless'],
  reason: 'a face',
  ...more,
})

async function withLog<T>(run: (log: DecisionLog) => Promise<T>): Promise<T> {
  const log = await DecisionLog.open(file)
  try {
    return await run(log)
  } finally {
    await log.close()
  }
}

describe('the record of decisions', () => {
  it('is only ever added to, and the last row of an id holds', async () => {
    await withLog(async (log) => {
      await log.propose(proposal('a'))
      await log.propose(proposal('a'))
      await log.decide('a', 'changed', 'obscure')
      await log.propose(proposal('a', { proposal: 'other' }))
      await log.propose(proposal('b'))
    })
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(3)
    await withLog(async (log) => {
      expect(log.rows().map((row) => [row.id, heldValue(row), row.by])).toEqual([
        ['a', 'obscure', 'person'],
        ['b', 'personal', 'pentimento'],
      ])
      await log.decide('a', 'rejected')
      expect(heldValue(log.get('a')!)).toBeUndefined()
      await expect(log.decide('x', 'accepted')).rejects.toThrow('no decision has the id x')
    })
  })

  it('goes on after a row that was half written, and refuses one that was changed by hand', async () => {
    await withLog((log) => log.propose(proposal('a')))
    appendFileSync(file, '{"id":"b","type":"fin')
    await withLog(async (log) => {
      expect(log.rows()).toHaveLength(1)
      await log.propose(proposal('c'))
    })
    await withLog(async (log) => expect(log.rows().map(({ id }) => id)).toEqual(['a', 'c']))
    appendFileSync(file, '{"id":"d"}\n')
    await expect(DecisionLog.open(file)).rejects.toThrow('decisions.jsonl line 3: ')
  })
})

describe('a review', () => {
  const filled = join.bind(null)

  it('goes out as a table and comes back', async () => {
    await withLog(async (log) => {
      await log.propose(proposal('a', { private: { text: 'John, "the" Smith', crop: 'crops/a.png' } }))
      await log.propose(proposal('b'))
      const table = reviewTable(log)
      expect(table).toContain('"John, ""the"" Smith"')
      writeFileSync(
        filled(folder, 'r.csv'),
        `\ufeff${table.replace('a,"","",', 'a,change,harmless,').replace('b,"","",', 'b,ACCEPT,"",')}`,
      )
      expect(await applyReview(log, filled(folder, 'r.csv'))).toBe(2)
      expect(await applyReview(log, filled(folder, 'r.csv'))).toBe(0)
      expect(log.rows().map((row) => [heldValue(row), row.status])).toEqual([
        ['harmless', 'changed'],
        ['personal', 'accepted'],
      ])
      expect(reviewTable(log)).toContain('a,change,harmless,finding')
    })
  })

  it.each([
    ['id,decision,value\nx,accept,', 'line 2: id: no decision of this build'],
    ['id,decision,value\na,yes,', "line 2: decision: expected accept, change or reject, got 'yes'"],
    ['id,decision,value\na,change,', 'line 2: value: expected what it is changed to, got none'],
    [
      'id,decision,value\na,change,blur',
      "line 2: value: expected one of personal, obscure, harmless, got 'blur'",
    ],
    ['id,verdict\na,accept', 'expected the columns id, decision, value; got id, verdict'],
  ])('takes nothing of %j', async (text, message) => {
    await withLog(async (log) => {
      await log.propose(proposal('a'))
      await log.propose(proposal('b'))
      writeFileSync(filled(folder, 'r.csv'), `${text}\nb,accept,`)
      await expect(applyReview(log, filled(folder, 'r.csv'))).rejects.toThrow(message)
      expect(log.rows().every(({ status }) => status === 'proposed')).toBe(true)
    })
  })
})

describe('collected requests', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'in/a'), { recursive: true })
    for (const name of ['1.png', 'a/2.jpg']) writeFileSync(join(folder, 'in', name), 'x')
  })
  const place = (name: string, text: string): string => {
    writeFileSync(join(folder, 'in', name), text)
    return join(folder, 'in', name)
  }

  it('come from a table, JSON lines, or texts beside the pictures', async () => {
    const table = place(
      'r.csv',
      'picture;instruction;kind\n1.png;remove it;\na/2.jpg;去掉它;subject-remove\n1.png;remove it;\n',
    )
    const requests = await readRequests(table)
    expect(requests.map(({ instructions, kind }) => [instructions, kind])).toEqual([
      [[{ language: 'en', text: 'remove it' }], undefined],
      [[{ language: 'cn', text: '去掉它' }], 'subject-remove'],
    ])
    const lines = place('r.jsonl', '{"picture":"1.png","instruction_en":"x","instruction_cn":"好"}\n')
    expect((await readRequests(lines))[0]!.instructions).toHaveLength(2)
    place('1.txt', 'first\n\nsecond\n')
    expect((await readRequests(join(folder, 'in'))).map(({ where }) => where)).toEqual([
      '1.txt line 1',
      '1.txt line 3',
    ])
  })

  it('with all that is wrong with them', async () => {
    const table = place(
      'r.csv',
      'picture,instruction,language\n../1.png,x,\n3.png,x,\n1.png,,\n1.png,x,zh\n"1.png,x\n',
    )
    await expect(readRequests(table)).rejects.toThrow(
      /5 problems: line 2: picture: expected a path below.*; line 3: picture: 3.png: no such picture; line 4: instruction: expected one, got none; line 5: language: expected en or cn, got 'zh'; write cn for Chinese; line 6: a quoted cell/,
    )
    await expect(readRequests(place('s.csv', 'image,text\n'))).rejects.toThrow(
      'expected the columns picture, instruction',
    )
    await expect(readRequests(place('s.jsonl', '{"picture":1}\n{'))).rejects.toThrow(
      '2 problems: line 1: picture: expected texts',
    )
  })
})
