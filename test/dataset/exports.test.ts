import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  exportDataset,
  formats,
  type Manifest,
  openWorkspace,
  type Picked,
  pickPairs,
  verifyExport,
  verifyWorkspace,
  type Workspace,
  writeReport,
} from 'pentimento/dataset'
import { readPicture } from 'pentimento/image'
import { openBucketObjects } from 'pentimento/jobs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestBucket } from '../bucket.ts'
import { placeDatabase } from '../database.ts'
import { smallParts } from './recipes.ts'
import { runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

let folder: string
let workspace: Workspace
const pairs: Picked[] = []
let kept: readonly Picked[]
const plain = formats.filter((format) => format !== 'preference' && format !== 'multi-turn')
/** Refuses some of a kind, so that there is something to prefer. */
const choosy = { duplicates: 'keep', ratio: { share: 0.5, by: 'changed.share' } } as const
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
  for await (const picked of pickPairs(workspace)) pairs.push(picked)
  kept = pairs.filter(({ selected }) => selected.state === 'kept')
  for (const format of plain) await exportDataset(workspace, { format, output: out(format) })
  await exportDataset(workspace, { format: 'preference', output: out('preference'), selection: choosy })
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
    const rows = await sql(
      `select key, kind, source.path as path, source.bytes::blob as source, target.bytes::blob as target,
       mask is null as bare, instruction_en, instruction_cn, len(instructions_en) as wordings, licence,
       width, height, kept, instruction_by, instruction_agreement, score_changed_share, captions, measures
       from '${files()}' order by key`,
    )
    expect(rows.map(({ key }) => key)).toEqual(kept.map(({ dossier }) => dossier.pair.id))
    for (const [i, row] of rows.entries()) {
      const { dossier, selected } = kept[i]!
      if (selected.state !== 'kept') throw new Error('internal: not kept')
      const { pair, measures } = dossier
      const bytesOf = (side: string) => (row[side] as { bytes: Uint8Array }).bytes
      for (const side of ['source', 'target'] as const)
        expect(createHash('sha256').update(bytesOf(side)).digest('hex')).toBe(pair.pictures[side])
      const { width, height } = await readPicture(bytesOf('target'))
      expect([width, height]).toEqual([row.width, row.height])
      expect(row).toMatchObject({
        kind: pair.kind,
        path: `${row.key}.source.png`,
        bare: pair.pictures.mask === undefined,
        instruction_en: selected.captions[0].en,
        instruction_cn: selected.captions[0].cn,
        instruction_by: selected.captions[0].captioner,
        instruction_agreement: 1,
        kept: 1,
        licence: 'CC0-1.0',
        score_changed_share: measures.find(({ check }) => check === 'changed')!.values.share,
      })
      expect(Number(row.wordings)).toBe(selected.captions.length)
      expect(JSON.parse(row.measures as string)).toEqual(measures)
      expect((JSON.parse(row.captions as string) as object[]).length).toBe(dossier.captions.length)
    }
  })

  it('with --all has what was not kept too, and why', async () => {
    const output = out('everything')
    const selection = { measures: { 'changed.share': { min: 0.9 } } }
    const manifest = await exportDataset(workspace, { format: 'parquet', output, all: true, selection })
    expect(manifest.triplets).toBe(pairs.length)
    const rows = await sql(
      `select kept, stage, reason, count(*)::int as n from '${output}/data/*.parquet' group by all order by n desc`,
    )
    expect(rows).toContainEqual(expect.objectContaining({ kept: 0, stage: 'measures', reason: 'unchanged' }))
    expect((await verifyExport(output)).problems).toEqual([])
    rmSync(output, { recursive: true })
    await expect(exportDataset(workspace, { format: 'step1x-edit', output, all: true })).rejects.toThrow(
      /--all: expected --format parquet or webdataset/,
    )
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
  ).rejects.toThrow(/photos: exists already and is not an export/)
  await exportDataset(workspace, { format: 'parquet', output: out('parquet') })
  expect(readdirSync(join(folder, 'out')).sort()).toEqual([...plain, 'preference'].sort())
})

describe('preference pairs', () => {
  it('are a kept and a refused edit of one source and kind', async () => {
    const rows = await sql(
      `select prompt, prompt_cn, match, rejected_reason, chosen_id, rejected_id, chosen_sha256, rejected_sha256,
       rejected.bytes::blob as rejected, rejected_scores from '${out('preference')}/data/*.parquet'`,
    )
    expect(rows.length).toBeGreaterThan(2)
    const byId = new Map(pairs.map(({ dossier }) => [dossier.pair.id, dossier.pair]))
    for (const row of rows) {
      const [chosen, rejected] = [byId.get(row.chosen_id as string)!, byId.get(row.rejected_id as string)!]
      expect([rejected.source, rejected.kind]).toEqual([chosen.source, chosen.kind])
      expect(row.rejected_reason).toBe('not-among-best')
      const { bytes } = row.rejected as { bytes: Uint8Array }
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(rejected.pictures.target)
      expect(JSON.parse(row.rejected_scores as string)).toHaveProperty('measures.changed.share')
    }
  })

  it('stand as JSON lines with paths of pictures, too', async () => {
    const at = out('preference')
    const lines = readFileSync(join(at, 'train.jsonl'), 'utf8').trim().split('\n')
    for (const line of lines) {
      const row = JSON.parse(line) as Record<string, string>
      expect(row.prompt).not.toBe('')
      for (const side of ['image', 'chosen', 'rejected'])
        expect((await readPicture(join(at, row[side]!))).width).toBeGreaterThan(60)
    }
  })

  it('without any says so', async () => {
    const bounds = Object.fromEntries(
      ['changed.share', 'structure.edges', 'confined.leaked'].map((name) => [name, null]),
    )
    const selection = { duplicates: 'keep', measures: bounds } as const
    const none = { format: 'preference', output: out('none'), selection } as const
    await expect(exportDataset(workspace, none)).rejects.toThrow(/no preference pairs: no source has/)
    expect(existsSync(out('none'))).toBe(false)
  })
})

describe('to a bucket', () => {
  it('writes the files, the manifest last, and replaces an export before it', async () => {
    const server = await openTestBucket()
    try {
      const bucket = openBucketObjects({ ...server, prefix: 'sets/small/' })
      const names = async () => {
        const all: string[] = []
        for await (const name of bucket.names()) all.push(name)
        return all
      }
      const manifest = await exportDataset(workspace, { format: 'webdataset', output: 's3', bucket })
      const wanted = ['manifest.json', ...manifest.files.map(({ path }) => path)].sort()
      expect(await names()).toEqual(wanted)
      for (const { path, sha256 } of manifest.files) {
        const bytes = await bucket.get(path)
        expect(createHash('sha256').update(bytes!).digest('hex')).toBe(sha256)
        if (path !== 'README.md')
          expect(Buffer.from(bytes!).equals(readFileSync(join(out('webdataset'), path)))).toBe(true)
      }
      expect(await verifyExport(bucket)).toEqual({
        triplets: manifest.triplets,
        files: manifest.files.length,
        problems: [],
      })
      const shard = manifest.files.find(({ path }) => path.endsWith('.tar'))!.path
      server.damage(`sets/small/${shard}`)
      await bucket.put('stranger', new Uint8Array([1]), createHash('sha256').update('\u0001').digest('hex'))
      const { problems } = await verifyExport(bucket)
      expect(problems).toContainEqual({ where: shard, what: 'its SHA-256 is not that of the manifest' })
      expect(problems).toContainEqual({ where: 'stranger', what: 'is not in the manifest' })
      await bucket.delete(shard)
      expect((await verifyExport(bucket)).problems).toContainEqual({ where: shard, what: 'is missing' })
      await expect(verifyExport(openBucketObjects({ ...server, prefix: 'none/' }))).rejects.toThrow(
        /none\/manifest\.json: cannot be read \(not there\); expected the prefix of an export/,
      )
      await exportDataset(workspace, { format: 'parquet', output: 's3', bucket })
      expect((await names()).some((name) => name.endsWith('.tar'))).toBe(false)
      const other = openBucketObjects({ ...server, prefix: 'sets/' })
      await expect(
        exportDataset(workspace, { format: 'parquet', output: 's3', bucket: other }),
      ).rejects.toThrow(/exists already and does not belong to an export/)
    } finally {
      await server.close()
    }
  })
})

it('a pair whose file is lost is left out and told; the others are exported', async () => {
  const { pictures, id } = kept[0]!.dossier.pair
  const bytes = await workspace.files.get(pictures.target)
  await workspace.files.delete(pictures.target)
  try {
    const { lost, triplets } = await exportDataset(workspace, { format: 'parquet', output: out('lost') })
    expect(lost).toMatchObject({
      count: 1,
      first: [expect.stringMatching(`^${id.slice(0, 12)}: .*no such file`)],
    })
    expect(triplets).toBe(kept.length - 1)
    const { html } = await writeReport(workspace, join(folder, 'lost'))
    expect(existsSync(html)).toBe(true)
  } finally {
    await workspace.files.put(bytes)
    rmSync(out('lost'), { recursive: true, force: true })
  }
})

it('the report shows pairs with their pictures, and its counts add up', async () => {
  const { html, funnel } = await writeReport(workspace, join(folder, 'report'))
  const page = readFileSync(html, 'utf8')
  const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!)
  expect(links.length).toBeGreaterThan(1)
  for (const link of links) {
    const pairsPage = readFileSync(join(folder, 'report', link), 'utf8')
    expect(pairsPage).toContain('lang="zh"')
    const [picture] = [...pairsPage.matchAll(/<img [^>]*src="([^"]+)"/g)].map(([, src]) => src!)
    expect(pairsPage).toContain('loading="lazy"')
    await readPicture(join(folder, 'report', picture!))
  }
  const { planned, generated, measured, judged, reviewed, kept: total, failed, open } = funnel.total
  const refused = Object.values(funnel.kinds).flatMap(({ reasons }) => reasons)
  const sum = (stage: (name: string) => boolean): number =>
    refused.filter((each) => stage(each.stage)).reduce((all, { count }) => all + count, 0)
  expect(generated + failed + open + sum((stage) => stage === 'draft')).toBe(planned)
  expect(total + sum((stage) => stage !== 'draft')).toBe(generated)
  expect([measured, judged, reviewed]).toEqual([...[measured, judged, reviewed]].sort((a, b) => b - a))
  expect(total).toBe(kept.length)
  expect(funnel.splits.train!.triplets + funnel.splits.test!.triplets).toBe(total)
})

describe('verify', () => {
  it('finds nothing wrong with what was just written', async () => {
    for (const format of [...plain, 'preference'] as const)
      expect((await verifyExport(out(format))).problems).toEqual([])
    const { problems, triplets } = await verifyWorkspace(workspace)
    expect(problems).toEqual([])
    expect(triplets).toBe(kept.length)
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
      // In the middle of a picture; the last ones may be masks.
      const at2 = bytes.indexOf('IDAT') + 200
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
    const { pictures } = kept[0]!.dossier.pair
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
