import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, buildSuite, openSuite } from 'pentimento/bench'
import { encodePicture, type Picture, readPicture, renderText, resizePicture } from 'pentimento/image'
import { openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'

const photo = (name: string): string =>
  fileURLToPath(new URL(`../../examples/photos/${name}.jpg`, import.meta.url))
const portrait = fileURLToPath(new URL('../../suites/embedded/pictures/eileen-collins.jpg', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-suite-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A picture of our own with some structure; `shift` makes it another one that is like it. */
function scene(shift: number): Picture {
  const [width, height] = [64, 48]
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x)
      data[at] = (4 * x + shift) % 256
      data[at + 1] = y < 20 ? 200 : 60
      data[at + 2] = (x - 32) ** 2 + (y - 24) ** 2 < 100 + shift ? 230 : 40
    }
  return { width, height, data }
}

const facts = (implementation: string) => ({
  implementation,
  version: '1',
  concurrency: 1,
  timeLimitSeconds: 9,
})

/** Tools that find a face in pictures whose first level is 1, and nothing else. */
function tools(counts: { faces: number } = { faces: 0 }): Toolbox {
  const known: Record<string, unknown> = {
    faces: {
      facts: facts('faces'),
      find: async ({ data }: Picture) => {
        counts.faces++
        return data[0] === 1 ? [{ score: 0.9, box: { x: 8, y: 8, width: 16, height: 16 }, mesh: [] }] : []
      },
    },
    ocr: { facts: facts('ocr'), read: async () => [] },
    detector: { facts: facts('detector'), detect: async () => [] },
  }
  return {
    has: (job) => job in known,
    get: ((job: string) => known[job]) as Toolbox['get'],
    close: async () => undefined,
  }
}

/** Requests on a private picture (with a place in its metadata) and a harmless one. */
async function collected(): Promise<string> {
  const gps = {
    directory: 'gps' as const,
    tag: 2,
    type: 5,
    count: 1,
    bytes: Uint8Array.of(52, 0, 0, 0, 1, 0, 0, 0),
  }
  const note = {
    directory: 'image' as const,
    tag: 0x013b,
    type: 2,
    count: 5,
    bytes: new TextEncoder().encode('Anna\0'),
  }
  const metadata = { exif: [gps, note], xmp: undefined }
  const options = { metadata, policy: 'keep' as const }
  writeFileSync(join(folder, 'private.png'), await encodePicture(scene(1), 'png', options))
  writeFileSync(join(folder, 'plain.png'), await encodePicture(scene(40), 'png', options))
  writeFileSync(
    join(folder, 'requests.csv'),
    [
      'picture,instruction_en,instruction_cn,kind',
      'private.png,Make my friend Lena taller,让我的朋友变高,motion_change',
      'plain.png,remove the car,去掉汽车,',
      'plain.png,please erase the cars,,',
      'private.png,erase the car,,',
    ].join('\n'),
  )
  return join(folder, 'requests.csv')
}

async function build(more: Partial<BuildOptions> = {}) {
  const from = existsSync(join(folder, 'requests.csv')) ? join(folder, 'requests.csv') : await collected()
  return buildSuite({
    from,
    folder: join(folder, 'out'),
    tools: tools(),
    name: 'wishes',
    licence: 'CC-BY-4.0',
    env: {},
    ...more,
  })
}

async function itemsOf(suite: string) {
  const opened = await openSuite(suite, { cache: join(folder, 'cache') })
  const items = []
  for await (const item of opened.items()) items.push({ ...item, file: opened.fileOf(item.picture) })
  return items
}

const everything = (path: string): string =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

describe('buildSuite', () => {
  it('uses what is harmless at once, without metadata, thins intents, and lets the rest wait', async () => {
    const result = await build({ perIntent: 1 })
    expect(result).toMatchObject({
      requests: 4,
      pictures: 2,
      items: 2,
      waiting: 1,
      undecided: 1,
      missingTools: [],
      leftOut: { 'others of the same intent are kept': 2 },
    })
    const items = await itemsOf(result.suite!)
    expect(items.map(({ language, kind, instruction }) => [language, kind, instruction])).toEqual([
      ['en', 'subject-remove', 'remove the car'],
      ['cn', 'subject-remove', '去掉汽车'],
    ])
    const before = await readPicture(join(folder, 'plain.png'))
    expect(before.metadata.exif.length).toBeGreaterThan(0)
    const after = await readPicture(items[0]!.file)
    expect(after.metadata.exif).toEqual([])
    expect(after.data).toEqual(before.data)
    expect(everything(result.suite!)).not.toMatch(/Anna|Lena|private\.png|plain\.png/)
    const page = readFileSync(result.page, 'utf8')
    expect(page).toContain('the place (GPS)')
    expect(page).toContain('<del>Make my friend Lena taller</del> Make my friend taller')
    expect(page).toMatch(/<span class="waits">1 wait<\/span>/)
  })

  it('takes the decisions of a person, and keeps their record in the suite', async () => {
    const { table } = await build()
    const rows = readFileSync(table, 'utf8').split('\r\n')
    const filled = rows.map((row) =>
      /,anonymise,/.test(row) ? row.replace(/^(\w+),"",/, '$1,accept,') : row,
    )
    writeFileSync(join(folder, 'filled.csv'), filled.join('\r\n'))
    const result = await build({ review: join(folder, 'filled.csv') })
    expect(result).toMatchObject({ reviewed: 1, waiting: 0, items: 6 })
    const items = await itemsOf(result.suite!)
    const changed = items.find(({ instruction }) => instruction === 'Make my friend taller')!
    const [own, made] = [await readPicture(join(folder, 'private.png')), await readPicture(changed.file)]
    // The face lies from 8 to 24, and a tenth around it is coarsened too.
    const same = (x: number, y: number): boolean => {
      const at = 3 * (y * own.width + x)
      return own.data.subarray(at, at + 3).every((level, i) => level === made.data[at + i])
    }
    expect(same(12, 12) && same(13, 12) && same(14, 13)).toBe(false)
    expect(same(30, 12)).toBe(true)
    const record = readFileSync(join(result.suite!, 'decisions.jsonl'), 'utf8').trim().split('\n')
    const types = record
      .map((line) => JSON.parse(line))
      .map(({ type, status, by }) => `${type} ${status} ${by}`)
    expect(types).toContain('anonymise accepted person')
    expect(types).toContain('finding proposed pentimento')
    expect(record.join('')).not.toContain('Lena')
  })

  it('leaves out what a person rejects, and writes no suite where nothing is left', async () => {
    const { table } = await build()
    const rows = readFileSync(table, 'utf8').split('\r\n')
    const filled = rows.map((row) => row.replace(/^(\w+),"","",(metadata|anonymise)/, '$1,reject,"",$2'))
    writeFileSync(join(folder, 'filled.csv'), filled.join('\r\n'))
    rmSync(join(folder, 'out/suite'), { recursive: true })
    const result = await build({ review: join(folder, 'filled.csv') })
    expect(result).toMatchObject({ items: 0, suite: undefined, leftOut: { 'its picture was rejected': 4 } })
    expect(existsSync(join(folder, 'out/suite'))).toBe(false)
  })

  it('proposes a licensed picture that is like the private one, and takes it when told', async () => {
    const library = join(folder, 'library')
    cpSync(photo('nasa-45068'), join(library, 'far.jpg'))
    writeFileSync(join(library, 'near.png'), await encodePicture(scene(4), 'png'))
    writeFileSync(join(library, 'broken.png'), 'x')
    const replacements = { folder: library, licence: 'CC0-1.0' }
    const waiting = await build({ replacements })
    expect(waiting).toMatchObject({ waiting: 2, undecided: 1 })
    expect(readFileSync(waiting.table, 'utf8')).toMatch(
      /replacement,folder:near\.png,folder:near\.png,.*CC0-1\.0/,
    )
    const result = await build({ replacements, acceptAll: true })
    expect(result).toMatchObject({ waiting: 0, items: 6 })
    const item = (await itemsOf(result.suite!)).find(({ kind }) => kind === 'motion_change')!
    expect((await readPicture(item.file)).data).toEqual(scene(4).data)
  })

  it('goes on where it was broken off, and looks at no picture twice', async () => {
    const counts = { faces: 0 }
    const cancel = new AbortController()
    await collected()
    const broken = build({
      tools: tools(counts),
      signal: cancel.signal,
      onProgress: ({ doing, done }) => {
        if (doing === 'looking at pictures' && done === 1) cancel.abort()
      },
    })
    await expect(broken).rejects.toMatchObject({ code: 'cancelled' })
    const first = counts.faces
    const result = await build({ tools: tools(counts) })
    expect(first).toBe(2)
    expect(counts.faces).toBe(2)
    const ids = readFileSync(join(folder, 'out/decisions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(result.decisions).toBeGreaterThan(8)
  })

  it('says what was not looked for', async () => {
    const none: Toolbox = { has: () => false, get: () => undefined as never, close: async () => undefined }
    const result = await build({ tools: none })
    expect(result.missingTools).toEqual(['faces', 'ocr', 'detector'])
    expect(readFileSync(result.table, 'utf8')).toContain(
      'these tools are missing: faces, ocr, detector; look at the picture',
    )
  })
})

describe('a search service', () => {
  interface Asked {
    readonly path: string
    readonly headers: IncomingHttpHeaders
    readonly body: string
  }
  async function withService<T>(
    answer: (base: string) => object | string,
    run: (url: string, asked: Asked[]) => Promise<T>,
  ): Promise<T> {
    const asked: Asked[] = []
    const near = await encodePicture(scene(4), 'png')
    const reply = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      asked.push({ path: request.url ?? '', headers: request.headers, body })
      if (request.url === '/near.png') return response.end(near)
      if (request.url === '/text.png') return response.end('no picture')
      const said = answer(`http://${request.headers.host}`)
      return response.end(typeof said === 'string' ? said : JSON.stringify(said))
    }
    const server = createServer((request, response) => void reply(request, response))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    try {
      return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
    } finally {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    }
  }
  const candidates = (base: string) => ({
    candidates: [
      { id: '7', url: `${base}/text.png`, licence: 'CC0-1.0' },
      { id: '8', url: `${base}/near.png`, licence: 'CC-BY-4.0', source: 'somebody' },
    ],
  })

  it('is told how the picture looks and the words without names; the key goes to it alone', async () => {
    await withService(candidates, async (url, asked) => {
      const search = { url: `${url}/search`, key: 'SEARCH_KEY' }
      const result = await build({ search, env: { SEARCH_KEY: 'secret-1' }, acceptAll: true })
      const item = (await itemsOf(result.suite!)).find(({ kind }) => kind === 'motion_change')!
      expect((await readPicture(item.file)).data).toEqual(scene(4).data)
      const [question, ...fetched] = asked
      const body = JSON.parse(question!.body) as Record<string, unknown>
      expect(Object.keys(body).sort()).toEqual([
        'colours',
        'hash',
        'height',
        'instructions',
        'labels',
        'width',
      ])
      expect(question!.body).not.toContain('Lena')
      expect(question!.headers.authorization).toBe('Bearer secret-1')
      expect(fetched.every(({ headers }) => headers.authorization === undefined)).toBe(true)
      expect(everything(join(folder, 'out'))).not.toContain('secret-1')
      expect(readFileSync(result.table, 'utf8')).toContain('CC-BY-4.0; somebody')
    })
  })

  it('gets the picture only where that is said', async () => {
    await withService(candidates, async (url, asked) => {
      await build({ search: { url, sendPicture: true } })
      const { picture } = JSON.parse(asked[0]!.body) as { picture: string }
      expect((await readPicture(Buffer.from(picture, 'base64'))).width).toBe(64)
    })
  })

  it('that answers something else stops the build in one line', async () => {
    await withService(
      () => ({ results: [] }),
      async (url) => {
        await expect(build({ search: { url } })).rejects.toThrow(
          'expected { candidates: [{ id, url, licence }] }, got something else',
        )
        await expect(build({ search: { url, key: 'NO_KEY' } })).rejects.toThrow('NO_KEY is not set')
      },
    )
  })
})

describe('with the vision tools', async () => {
  const real = await openToolbox({
    folder: toolsFolder(process.env),
    only: ['faces', 'ocr', 'detector', 'fonts'],
  })
  afterAll(() => real.close())
  const isThere = (['faces', 'ocr', 'detector'] as const).every((job) => real.has(job))
  if (!isThere && process.env.PENTIMENTO_REQUIRE_TOOLS) throw new Error('the vision tools are not installed')

  it.skipIf(!isThere)('finds a face, and not in a landscape', async () => {
    const small = async (file: string, name: string) => {
      const { width, height, data } = await readPicture(file)
      const picture = resizePicture(
        { width, height, data },
        { width: 384, height: Math.round((384 * height) / width) },
      )
      writeFileSync(join(folder, name), await encodePicture(picture, 'png'))
    }
    await small(portrait, 'a.png')
    await small(photo('nasa-53884'), 'b.png')
    writeFileSync(
      join(folder, 'requests.csv'),
      'picture,instruction\na.png,make it brighter\nb.png,make it darker\n',
    )
    const result = await build({ tools: real })
    expect(result).toMatchObject({ pictures: 2, items: 1, waiting: 1 })
    const rows = readFileSync(join(folder, 'out/decisions.jsonl'), 'utf8')
    expect(rows).toContain('"what":"face"')
    expect(rows).toContain('no face, number plate, screen or personal text was found')
  })

  it.skipIf(!isThere || !real.has('fonts'))(
    'writes a placeholder in the lettering of a name, the same as in the instruction',

    async () => {
      const { file } = real.get('fonts').files[0]!
      const words = await renderText('John Smith', { font: file, size: 36 })
      const [width, height] = [words.width + 60, words.height + 60]
      const data = new Uint8Array(3 * width * height).fill(235)
      for (let y = 0; y < words.height; y++)
        for (let x = 0; x < words.width; x++)
          data.fill(
            235 - Math.round(0.85 * words.data[y * words.width + x]!),
            3 * ((y + 30) * width + x + 30),
            3 * ((y + 30) * width + x + 31),
          )
      writeFileSync(join(folder, 'badge.png'), await encodePicture({ width, height, data }, 'png'))
      writeFileSync(
        join(folder, 'requests.csv'),
        'picture,instruction,kind\nbadge.png,"Change ""John Smith"" to ""Guest""",text_change\n',
      )
      const result = await build({ tools: real, acceptAll: true })
      const [item] = await itemsOf(result.suite!)
      const placeholder = /"(\w{4} \w{5})" to "Guest"/.exec(item!.instruction)![1]!
      expect(placeholder).not.toBe('John Smith')
      const read = await real.get('ocr').read(await readPicture(item!.file))
      expect(read.map(({ text }) => text).join(' ')).toBe(placeholder)
    },
  )
})
