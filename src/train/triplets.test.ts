import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTriplets } from './triplets.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'triplets-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const list = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('lists of triplets', () => {
  it('are read as the official trainer has them', async () => {
    const file = list('a.json', '{"b/t.png": {"ref_image_path": "s.png", "caption": "变成傍晚"}}')
    expect(await readTriplets(file)).toEqual([
      {
        name: `${file}: row 1 (b/t.png)`,
        source: join(folder, 's.png'),
        target: join(folder, 'b/t.png'),
        instruction: '变成傍晚',
      },
    ])
  })

  it('are read line by line, with weights', async () => {
    const row = (i: number, rest = '') =>
      `{"source":"s${i}.png","target":"/t${i}.png","instruction":"go"${rest}}`
    const file = list('a.jsonl', `${row(1)}\n\n${row(2, ',"weight":2.5')}\n`)
    const rows = await readTriplets(file)
    expect(rows.map(({ name }) => name)).toEqual([`${file}: line 1`, `${file}: line 3`])
    expect(rows[1]).toMatchObject({ source: join(folder, 's2.png'), target: '/t2.png', weight: 2.5 })
  })

  it.each([
    ['a.json', '[]', 'expected an object of targets'],
    ['a.json', '{}', 'expected at least one triplet, got none'],
    ['a.json', '{', 'not JSON'],
    ['a.csv', 'source,target,instruction', 'expected JSON lines (.jsonl) or JSON (.json), got a table'],
    [
      'a.json',
      '{"t.png": {"ref_image_path": "s.png", "caption": " "}}',
      'row 1 (t.png): caption: expected a text, got " "; correct or remove it',
    ],
    ['a.json', '{"t.png": 5}', 'row 1 (t.png): ref_image_path: expected a text, got nothing'],
    ['a.jsonl', '{"source":"s.png","target":"t.png"}', 'line 1: instruction: expected a text, got nothing'],
    ['a.jsonl', '\n7', ':2: expected an object, got 7'],
    [
      'a.jsonl',
      '{"source":"s","target":"t","instruction":"i","weight":"2"}',
      'line 1: weight: expected a number of at least 0, got "2"',
    ],
  ])('that do not fit are refused with their row: %s %s', async (name, text, message) => {
    await expect(readTriplets(list(name, text))).rejects.toThrow(message)
  })

  it('are read with a byte order mark, and refused in another encoding', async () => {
    const row = '{"source":"s.png","target":"t.png","instruction":"变成黑白"}'
    expect(await readTriplets(list('bom.jsonl', `\ufeff${row}`))).toHaveLength(1)
    const gbk = Buffer.from(row.replace('变成黑白', '\xb1\xe4\xb3\xc9\xba\xda\xb0\xd7'), 'latin1')
    writeFileSync(join(folder, 'gbk.jsonl'), gbk)
    await expect(readTriplets(join(folder, 'gbk.jsonl'))).rejects.toThrow('expected text in UTF-8')
    writeFileSync(join(folder, 'wide.jsonl'), `\ufeff${row}`, 'utf16le')
    await expect(readTriplets(join(folder, 'wide.jsonl'))).rejects.toThrow('got UTF-16; save it as UTF-8')
  })

  it('that are not there are refused', async () => {
    await expect(readTriplets('/nowhere/a.json')).rejects.toThrow(
      '/nowhere/a.json: cannot read it, no such file or folder; expected a list of triplets',
    )
  })
})
