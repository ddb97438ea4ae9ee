import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findShards, readShards, type ShardTriplet } from './shards.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shards-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function tar(name: string, entries: Readonly<Record<string, string>>): Promise<string> {
  const archive = pack()
  for (const [entry, content] of Object.entries(entries)) archive.entry({ name: entry }, content)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  writeFileSync(join(folder, name), Buffer.concat(chunks))
  return join(folder, name)
}

async function all(...files: readonly string[]): Promise<ShardTriplet[]> {
  const rows: ShardTriplet[] = []
  for await (const row of readShards(files)) rows.push(row)
  return rows
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('shards', () => {
  it('of WebDataset are read sample by sample', async () => {
    const json = (en: string) =>
      JSON.stringify({
        kind: 'style_change',
        instruction_en: en,
        instruction_cn: '水墨',
        facts: { kind: 'style_change', direction: 'to-style', style: { en, cn: '水墨' } },
      })
    const file = await tar('train-000000.tar', {
      'a.json': json('ink'),
      'a.mask.png': 'mask',
      'a.source.png': 'source a',
      'a.target.png': 'target a',
      'b.source.png': 'source b',
      'b.target.png': 'target b',
      'b.json': json('oil'),
    })
    const rows = await all(file)
    expect(rows.map(({ name, kind, instruction }) => [name, kind, instruction.en, instruction.cn])).toEqual([
      [`${file}: a`, 'style_change', 'ink', '水墨'],
      [`${file}: b`, 'style_change', 'oil', '水墨'],
    ])
    expect(rows[1]!.facts).toMatchObject({ style: { en: 'oil' } })
    expect(rows.map(({ source, target }) => [text(source), text(target)])).toEqual([
      ['source a', 'target a'],
      ['source b', 'target b'],
    ])
  })

  it('of Parquet are read in groups', async () => {
    mkdirSync(join(folder, 'data'), { recursive: true })
    const file = join(folder, 'data', 'train-00000-of-00001.parquet')
    const rows = Array.from({ length: 20 }, (_, i) => i)
    const picture = (side: string) =>
      rows.map((i) => ({ bytes: new TextEncoder().encode(`${side} ${i}`), path: 'x' }))
    const struct = (name: string) =>
      [
        { name, num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      ] as const
    const plain = (name: string) =>
      ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }) as const
    const buffer = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 3 },
        ...struct('source'),
        ...struct('target'),
        plain('instruction_en'),
      ],
      columnData: [
        { name: 'source', data: picture('source') },
        { name: 'target', data: picture('target') },
        { name: 'instruction_en', data: rows.map((i) => `do ${i}`) },
      ],
    })
    writeFileSync(file, new Uint8Array(buffer))
    const found = await all(file)
    expect(found).toHaveLength(20)
    expect(found[17]).toMatchObject({
      name: `${file}: row 18`,
      kind: '',
      instruction: { en: 'do 17', cn: '' },
    })
    expect(text(found[17]!.target)).toBe('target 17')
  })

  it('are found below an export by their split', async () => {
    const names = (await findShards(folder)).map((file) => file.slice(folder.length + 1))
    expect(names).toEqual(['train-000000.tar', 'data/train-00000-of-00001.parquet'])
    expect(await findShards(folder, 'test')).toEqual([])
  })

  it('that lack something are refused with file and row', async () => {
    const noTarget = await tar('c.tar', { 'k.source.png': 's', 'k.json': '{"instruction_en":"x"}' })
    await expect(all(noTarget)).rejects.toThrow(`${noTarget}: k: no picture target.png; got source.png, json`)
    const noText = await tar('d.tar', { 'k.source.png': 's', 'k.target.png': 't', 'k.json': '{}' })
    await expect(all(noText)).rejects.toThrow('k: expected instruction_en or instruction_cn, got neither')
    writeFileSync(join(folder, 'e.tar'), 'x'.repeat(2000))
    await expect(all(join(folder, 'e.tar'))).rejects.toThrow(/e\.tar: not a readable tar file/)
    writeFileSync(join(folder, 'f.parquet'), 'x'.repeat(2000))
    await expect(all(join(folder, 'f.parquet'))).rejects.toThrow(/f\.parquet: not a readable Parquet file/)
    await expect(all(join(folder, 'g.tar'))).rejects.toThrow('g.tar: no such file')
  })
})
