import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Cells, tableRows } from './table.ts'

/* The golden tables are written by Hugging Face's `datasets` (test/golden/scripts/suites.py). */

const golden = (name: string): string =>
  fileURLToPath(new URL(`../../../../test/golden/suites/${name}`, import.meta.url))

const required = [
  'task_type',
  'key',
  'instruction',
  'instruction_language',
  'input_image',
  'Intersection_exist',
]

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tables-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function cellsOf(file: string, columns = required): Promise<Cells[]> {
  const found: Cells[] = []
  for await (const { cells } of tableRows(file, { required: columns })) found.push(cells)
  return found
}

describe('tableRows', () => {
  it('reads the same from Parquet and from Arrow', async () => {
    const parquet = await cellsOf(golden('gedit.parquet'))
    const arrow = [
      ...(await cellsOf(golden('data-00000-of-00002.arrow'))),
      ...(await cellsOf(golden('data-00001-of-00002.arrow'))),
    ]
    expect(parquet).toHaveLength(12)
    expect(arrow).toEqual(parquet)
    expect(arrow[3]).toMatchObject({
      task_type: 'tone_transfer',
      key: 'k1',
      instruction: '加1个杯子',
      instruction_language: 'cn',
      Intersection_exist: true,
    })
    expect(arrow[8]).toMatchObject({ instruction: 'Add 4 cups, “quoted”', Intersection_exist: false })
    const picture = arrow[8]!.input_image as { bytes: Uint8Array; path: string }
    expect([...picture.bytes.subarray(1, 4)]).toEqual([...'PNG'].map((sign) => sign.charCodeAt(0)))
    expect(picture.path).toBe('small4.png')
  })

  it('reads only the columns that are asked for, and gives null where there is no value', async () => {
    for (const file of ['gedit.parquet', 'data-00000-of-00002.arrow']) {
      const [first] = await cellsOf(golden(file), ['input_image_raw', 'key'])
      expect(Object.keys(first!).sort()).toEqual(['input_image_raw', 'key'])
      expect((first!.input_image_raw as { path: unknown }).path ?? null).toBeNull()
    }
  })

  it('says which columns it expected and got', async () => {
    for (const file of ['gedit.parquet', 'data-00000-of-00002.arrow'])
      await expect(cellsOf(golden(file), ['key', 'image'])).rejects.toThrow(
        'expected the columns key, image; got task_type, key, instruction, instruction_language, input_image, input_image_raw, Intersection_exist, without image',
      )
  })

  it.each(['gedit.parquet', 'data-00000-of-00002.arrow'])('refuses a damaged %s', async (name) => {
    const whole = readFileSync(golden(name))
    const file = join(folder, name)
    for (const end of [0, 3, 40, 700, whole.length - 200]) {
      writeFileSync(file, whole.subarray(0, end))
      await expect(cellsOf(file)).rejects.toMatchObject({ name: 'BenchError', code: 'suite' })
    }
    await expect(cellsOf(join(folder, `no-${name}`))).rejects.toThrow('no such file')
  })

  it('refuses a Parquet file under the name of Arrow', async () => {
    const file = join(folder, 'a.arrow')
    copyFileSync(golden('gedit.parquet'), file)
    await expect(cellsOf(file)).rejects.toThrow('not a readable Arrow stream')
  })

  it('reads JSON lines', async () => {
    const file = join(folder, 'a.jsonl')
    writeFileSync(file, '{"key":"1","x":2}\n\n{"key":"2"}\n')
    expect(await cellsOf(file, ['key'])).toEqual([{ key: '1', x: 2 }, { key: '2' }])
    writeFileSync(file, '{"key":"1"}\n[1]\n')
    await expect(cellsOf(file, ['key'])).rejects.toThrow('a.jsonl line 2: expected an object, got [1]')
    writeFileSync(file, '')
    await expect(cellsOf(file, ['key'])).rejects.toThrow('expected the columns key; got none')
  })
})
