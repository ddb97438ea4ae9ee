import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  collect,
  exportDataset,
  formats,
  type Manifest,
  openWorkspace,
  readRecord,
  verifyExport,
  verifyWorkspace,
  type Workspace,
  writeReport,
} from 'pentimento/dataset'
import { readPicture } from 'pentimento/image'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeDatabase } from '../database.ts'
import { smallParts } from './recipes.ts'
import { runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

let folder: string
let workspace: Workspace
const out = (format: string): string => join(folder, 'out', format)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exports-'))
  await writeSmallPhotos(join(folder, 'photos'), 6)
  writeConfiguration(folder, {
    name: 'small',
    sources: [{ path: 'photos', licence: 'CC0-1.0' }],
    size: 128,
    split: { train: 0.6, validation: 0, test: 0.4 },
  })
  await placeDatabase(join(folder, 'database'))
  workspace = await openWorkspace(folder, { env: {} })
  await runHere(workspace, smallParts())
  for (const format of formats) await exportDataset(workspace, { format, output: out(format) })
})
afterAll(async () => {
  await workspace.close()
  rmSync(folder, { recursive: true })
})

async function sql(query: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(query)).getRowObjects() as Record<string, unknown>[]
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

describe('Parquet', () => {
  const files = () => `${out('parquet')}/data/*.parquet`

  it('is read by DuckDB: the structs decode to the pictures that were made', async () => {
    const { kept } = await collect(workspace)
    const rows = await sql(
      `select key, kind, source.path as path, source.bytes::blob as source, target.bytes::blob as target,
       mask is null as bare, instruction_en, instruction_cn, len(instructions_en) as wordings, licence,
       width, height, score_changed from '${files()}' order by key`,
    )
    expect(rows.map(({ key }) => key)).toEqual(kept.map(({ key }) => key))
    for (const [i, row] of rows.entries()) {
      const record = await readRecord(workspace, kept[i]!.record)
      const bytesOf = (side: string) => (row[side] as { bytes: Uint8Array }).bytes
      for (const side of ['source', 'target'] as const)
        expect(createHash('sha256').update(bytesOf(side)).digest('hex')).toBe(record.pictures[side])
      const { width, height } = await readPicture(bytesOf('target'))
      expect([width, height]).toEqual([row.width, row.height])
      expect(row).toMatchObject({
        kind: record.kind,
        path: `${row.key}.source.png`,
        bare: record.pictures.mask === undefined,
        instruction_en: record.instructions[0]!.en,
        instruction_cn: record.instructions[0]!.cn,
        licence: 'CC0-1.0',
        score_changed: record.checks.changed!.share,
      })
      expect(Number(row.wordings)).toBe(2)
    }
  })

  it('says which columns are pictures, in the words of datasets', async () => {
    const [row] = await sql(
      `select value from parquet_kv_metadata('${files()}') where key = 'huggingface' limit 1`,
    )
    const { info } = JSON.parse(Buffer.from((row!.value as { bytes: Uint8Array }).bytes).toString()) as {
      info: { features: Record<string, object> }
    }
    expect(info.features.source).toEqual({ _type: 'Image' })
    expect(info.features.instruction_en).toEqual({ dtype: 'string', _type: 'Value' })
    const described = await sql(`describe select * from '${files()}'`)
    expect(Object.keys(info.features)).toEqual(described.map(({ column_name }) => column_name))
  })

  it('keeps sources and donors on one side', async () => {
    const rows = await sql(
      `select id from (select split, unnest(list_append(from_json(donors, '[{"id":"VARCHAR"}]').list_transform(x -> x.id), source_id)) as id
       from (select *, regexp_extract(filename, '(train|test)-') as split from read_parquet('${files()}', filename = true)))
       group by id having count(distinct split) > 1`,
    )
    expect(rows).toEqual([])
  })
})

it("the official trainer's metadata names pictures that are there", async () => {
  const metadata = JSON.parse(readFileSync(join(out('step1x-edit'), 'train.json'), 'utf8')) as Record<
    string,
    { ref_image_path: string; caption: string }
  >
  expect(Object.keys(metadata).length).toBeGreaterThan(4)
  for (const [target, { ref_image_path, caption }] of Object.entries(metadata)) {
    const [one, other] = [
      await readPicture(join(out('step1x-edit'), target)),
      await readPicture(join(out('step1x-edit'), ref_image_path)),
    ]
    expect([one.width, one.height]).toEqual([other.width, other.height])
    expect(caption).toMatch(/wording 0/)
  }
})

it('what is no export is not replaced', async () => {
  await expect(
    exportDataset(workspace, { format: 'parquet', output: join(folder, 'photos') }),
  ).rejects.toThrow(/photos: is there already and is no export/)
  await exportDataset(workspace, { format: 'parquet', output: out('parquet') })
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([...formats].sort())
})

it('the report is one page that needs no other file, and its counts add up', async () => {
  const { html, funnel } = await writeReport(workspace, join(folder, 'report'))
  const page = readFileSync(html, 'utf8')
  expect(page).not.toMatch(/(src|href)="(?!data:)/)
  expect(page).toContain('lang="zh"')
  const { planned, kept, failed, open } = funnel.total
  const refused = Object.values(funnel.kinds).flatMap(({ reasons }) => reasons.map(({ count }) => count))
  expect(kept + failed + open + refused.reduce((sum, count) => sum + count, 0)).toBe(planned)
  expect(funnel.splits.train!.triplets + funnel.splits.test!.triplets).toBe(kept)
})

describe('verify', () => {
  it('finds nothing wrong with what was just written', async () => {
    for (const format of formats) expect((await verifyExport(out(format))).problems).toEqual([])
    const { problems, triplets } = await verifyWorkspace(workspace)
    expect(problems).toEqual([])
    expect(triplets).toBe((await collect(workspace)).kept.length)
  })

  /** A copy of an export with a fault in it. With `mended`, the manifest vouches for the faulty files. */
  async function planted(format: string, fault: (at: string) => void, mended = false): Promise<string[]> {
    const at = join(folder, 'planted')
    rmSync(at, { recursive: true, force: true })
    cpSync(out(format), at, { recursive: true })
    fault(at)
    if (mended) {
      const manifest = manifestOf(at)
      const files = manifest.files.map((file) => {
        const bytes = readFileSync(join(at, file.path))
        return { ...file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
      })
      writeFileSync(join(at, 'manifest.json'), JSON.stringify({ ...manifest, files }))
    }
    return (await verifyExport(at)).problems.map(({ where, what }) => `${where}: ${what}`)
  }
  const manifestOf = (at: string) => JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8')) as Manifest
  const firstOf = (at: string, ending: string) =>
    join(at, manifestOf(at).files.find(({ path }) => path.endsWith(ending))!.path)

  it('finds a missing picture', async () => {
    const problems = await planted('step1x-edit', (at) => rmSync(firstOf(at, '.png')))
    expect(problems).toContainEqual(expect.stringMatching(/\.png: is missing$/))
    expect(problems).toContainEqual(expect.stringMatching(/missing picture/))
  })

  it.each(['parquet', 'webdataset', 'step1x-edit'])('finds a flipped byte in %s', async (format) => {
    const ending = { parquet: '.parquet', webdataset: '.tar', 'step1x-edit': '.png' }[format]!
    const flip = (at: string): void => {
      const file = firstOf(at, ending)
      const bytes = readFileSync(file)
      // In the middle of a picture.
      const at2 = bytes.lastIndexOf('IDAT') + 200
      bytes[at2] = bytes[at2]! ^ 1
      writeFileSync(file, bytes)
    }
    expect(await planted(format, flip)).toContainEqual(
      expect.stringMatching(/SHA-256 is not that of the manifest/),
    )
    if (format !== 'step1x-edit')
      expect(await planted(format, flip, true)).toContainEqual(
        expect.stringMatching(/(source|target): is not the picture that was made/),
      )
  })

  it.each([
    ['source', 'target', /(source|target): is not the picture that was made/],
    ['instruction_en', 'instruction_cn', /instruction_cn: expected Chinese/],
  ])('finds %s and %s swapped', async (one, other, message) => {
    const swap = (at: string): void => {
      const file = firstOf(at, '.parquet')
      writeFileSync(file, swapColumns(readFileSync(file), one, other))
    }
    expect(await planted('parquet', swap, true)).toContainEqual(expect.stringMatching(message))
  })

  it('finds a truncated shard', async () => {
    const problems = await planted('webdataset', (at) => truncateSync(firstOf(at, '.tar'), 40_000))
    expect(problems).toContainEqual(expect.stringMatching(/expected \d+ bytes, got 40000/))
    expect(problems).toContainEqual(expect.stringMatching(/expected \d+ triplets, got \d+/))
  })

  it('finds paths that lead outside', async () => {
    const lead = (at: string): void => {
      const file = join(at, 'train.json')
      writeFileSync(file, readFileSync(file, 'utf8').replace('train/source', '../train/source'))
    }
    expect(await planted('step1x-edit', lead, true)).toContainEqual(expect.stringMatching(/leads outside/))
    const manifest = (at: string): void => {
      const found = manifestOf(at)
      const files = [{ ...found.files[0]!, path: '../../../etc/hostname' }]
      writeFileSync(join(at, 'manifest.json'), JSON.stringify({ ...found, files }))
    }
    expect(await planted('parquet', manifest)).toContainEqual(
      expect.stringMatching(/leads outside of the export/),
    )
  })

  it('finds a file that nobody listed, a lost one and wrong counts', async () => {
    expect(await planted('parquet', (at) => writeFileSync(join(at, 'more.txt'), ''))).toEqual([
      'more.txt: is not in the manifest',
    ])
    const problems = await planted('webdataset', (at) => rmSync(firstOf(at, '.tar')))
    expect(problems).toContainEqual(expect.stringMatching(/manifest\.json: expected \d+ triplets, got \d+/))
  })

  it('finds a source on two sides', async () => {
    const twice = (at: string): void => {
      const found = manifestOf(at)
      const from = found.files.find(({ path }) => path.startsWith('train'))!
      cpSync(join(at, from.path), join(at, 'test-000009.tar'))
      const renamed = { ...from, path: 'test-000009.tar' }
      writeFileSync(join(at, 'manifest.json'), JSON.stringify({ ...found, files: [...found.files, renamed] }))
      const bytes = readFileSync(join(at, renamed.path))
      writeFileSync(
        join(at, renamed.path),
        Buffer.from(
          bytes
            .toString('latin1')
            .replaceAll('"split":"train"', '"split":"tests"')
            .replaceAll('"tests"', '"test" '),
          'latin1',
        ),
      )
    }
    const problems = await planted('webdataset', twice, true)
    expect(problems).toContainEqual(expect.stringMatching(/source or donor \w+ is in train and in test/))
  })

  it('finds a damaged file in the workspace', async () => {
    const { kept } = await collect(workspace)
    const { pictures } = await readRecord(workspace, kept[0]!.record)
    const bytes = await workspace.files.get(pictures.target)
    await workspace.files.delete(pictures.target)
    const { problems } = await verifyWorkspace(workspace)
    expect(problems[0]?.what).toContain(pictures.target.slice(0, 8))
    await workspace.files.put(bytes)
    expect((await verifyWorkspace(workspace)).problems).toEqual([])
  })
})

/** A Parquet file whose footer calls two columns, with names of one length, by each other's name. */
function swapColumns(bytes: Buffer, one: string, other: string): Buffer {
  const start = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)
  // In the footer a name follows its length.
  const named = (name: string): string => String.fromCharCode(name.length) + name
  const footer = bytes
    .subarray(start)
    .toString('latin1')
    .replaceAll(named(one), '\0swap')
    .replaceAll(named(other), named(one))
    .replaceAll('\0swap', named(other))
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(footer, 'latin1')])
}
