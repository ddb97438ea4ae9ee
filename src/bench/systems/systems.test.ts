import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { remoteServer } from '../../../test/remoteServer.ts'
import { EditError, type EditErrorCode, type Editor, EditRefusal } from '../../edit/index.ts'
import { encodePicture, type Picture } from '../../image/index.ts'
import type { Language, SuiteItem } from '../suite/suite.ts'
import { editorSystem } from './editorSystem.ts'
import { openSystem, parseSystem } from './openSystem.ts'
import type { System } from './system.ts'

const grey = (level: number): Picture => ({ width: 2, height: 2, data: new Uint8Array(12).fill(level) })
const item = (key: string, language: Language = 'en', kind = 'colour'): SuiteItem => ({
  key,
  kind,
  language,
  instruction: 'make it red',
  picture: `${key}.png`,
})
const request = { seed: 7, signal: new AbortController().signal }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'systems-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function files(name: string, contents: Readonly<Record<string, Picture | string>>): Promise<string> {
  for (const [path, content] of Object.entries(contents)) {
    const file = join(folder, name, path)
    await mkdir(dirname(file), { recursive: true })
    const format = path.endsWith('.webp') ? 'webp' : /\.jpe?g$/.test(path) ? 'jpeg' : 'png'
    await writeFile(file, typeof content === 'string' ? content : await encodePicture(content, format))
  }
  return join(folder, name)
}

const open = (text: string): Promise<System> => openSystem(text, { cache: join(folder, 'cache') })
const levelOf = async (system: System, one: SuiteItem): Promise<unknown> => {
  const outcome = await system.edit(one, grey(1), request)
  return outcome.type === 'picture' ? outcome.picture.data[0] : outcome
}
const messageOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'opened',
    (error: Error) => error.message.replaceAll(folder, '…'),
  )

describe('parseSystem', () => {
  it.each([
    ['copy', 'copy', 'copy'],
    ['openai:gpt-image-1.5', 'openai-gpt-image-1.5', 'openai:gpt-image-1.5'],
    ['folder:results/gpt4o/', 'gpt4o', 'folder:results/gpt4o/'],
    ['folder:/a/qwen.jsonl', 'qwen', 'folder:/a/qwen.jsonl'],
    ['models/my edit', 'my-edit', 'models/my edit'],
    ['doubao=folder:results/x=1', 'doubao', 'folder:results/x=1'],
    ['folder:results/x=1', 'x-1', 'folder:results/x=1'],
  ])('reads %s', (text, name, spec) => {
    expect(parseSystem(text)).toEqual({ name, spec })
  })

  it('refuses what is no name', () => {
    expect(() => parseSystem('a b=copy')).toThrow(/before '=', got 'a b'/)
    expect(() => parseSystem('a=')).toThrow(/expected a system/)
  })
})

describe('copy', () => {
  it('gives the picture back', async () => {
    const system = await open('copy')
    expect(await system.edit(item('a'), grey(9), request)).toEqual({
      type: 'picture',
      picture: grey(9),
      seconds: 0,
    })
  })
})

describe('a folder of pictures', () => {
  it('finds them by language, by kind and by key, the closest first', async () => {
    const path = await files('some', {
      'en/a.png': grey(10),
      'colour/en/a.png': grey(11),
      'colour/cn/b.webp': grey(12),
      'fullset/colour/en/c.jpg': grey(13),
      'd.png': grey(14),
      'notes.txt': 'nothing',
    })
    const system = await open(`folder:${path}`)
    expect(await levelOf(system, item('a'))).toBe(10)
    expect(await levelOf(system, item('b', 'cn'))).toBe(12)
    expect(await levelOf(system, item('c'))).toBe(13)
    expect(await levelOf(system, item('d', 'cn'))).toBe(14)
    expect(await levelOf(system, item('e'))).toEqual({ type: 'missing' })
    expect(await system.survey!([item('a'), item('b', 'cn'), item('d'), item('e')])).toEqual({
      there: 3,
      refused: 0,
      missing: ['en/e'],
      strangers: ['colour/en/a', 'fullset/colour/en/c'],
    })
  })

  it('says why a picture is not there, where that is known', async () => {
    const path = await files('refusing', {
      'en/a.png': grey(10),
      'refusals.jsonl':
        '{"id": "b", "kind": "safety", "reason": "blocked", "text": "I cannot"}\n{"id": "cn/c", "reason": "nothing came"}\n',
    })
    const system = await open(`folder:${path}`)
    expect(await levelOf(system, item('b'))).toEqual({
      ...{ type: 'refused', kind: 'safety', reason: 'blocked', text: 'I cannot', seconds: 0 },
    })
    expect(await levelOf(system, item('c', 'cn'))).toMatchObject({ kind: 'no-picture', text: '' })
    expect(await levelOf(system, item('c', 'en'))).toEqual({ type: 'missing' })
    expect(await system.survey!([item('a'), item('b')])).toMatchObject({ there: 1, refused: 1 })
  })

  it("reads EvalScope's lines", async () => {
    const path = await files('lines', {
      'images/a_0.png': grey(20),
      'b.png': grey(21),
      'list.jsonl':
        '{"id": "a", "image_path": "images/a_0.png", "more": 1}\n\n{"id": "cn/b", "image_path": "b.png"}\n',
    })
    const system = await open(`folder:${path}/list.jsonl`)
    expect(system.name).toBe('list')
    expect(await levelOf(system, item('a'))).toBe(20)
    expect(await levelOf(system, item('b', 'cn'))).toBe(21)
    expect(await levelOf(system, item('b', 'en'))).toEqual({ type: 'missing' })
  })

  it('is another system once a picture or a reason is another, and the same elsewhere', async () => {
    const before = (await open(`folder:${await files('one', { 'en/a.png': grey(1) })}`)).identity
    expect((await open(`folder:${await files('two', { 'en/a.png': grey(1) })}`)).identity).toBe(before)
    const others = [
      { 'en/a.png': grey(2) },
      { 'en/b.png': grey(1) },
      { 'en/a.png': grey(1), 'en/b.png': grey(1) },
    ]
    for (const [i, contents] of others.entries())
      expect((await open(`folder:${await files(`other${i}`, contents)}`)).identity).not.toBe(before)
  })

  it('refuses what cannot be meant', async () => {
    await files('empty', { 'notes.txt': 'nothing' })
    await files('twice', { 'en/a.png': grey(1), 'en/a.jpg': grey(1) })
    await files('broken', { 'list.jsonl': '{"id": "a"}\n', 'half.jsonl': '{"id": "a", "im' })
    await files('lost', { 'list.jsonl': '{"id": "a", "image_path": "gone.png"}' })
    const shared = await open(`folder:${await files('shared', { 'a.png': grey(1) })}`)
    const found = [
      ...['nowhere', 'empty', 'twice', 'broken/list.jsonl', 'broken/half.jsonl', 'lost/list.jsonl'].map(
        (name) => messageOf(open(`folder:${join(folder, name)}`)),
      ),
      messageOf(shared.survey!([item('a', 'en'), item('a', 'cn')])),
    ]
    expect(await Promise.all(found)).toMatchInlineSnapshot(`
      [
        "…/nowhere: no such folder or file, expected pictures made elsewhere",
        "…/empty: expected pictures such as en/<key>.png, <kind>/en/<key>.png or <key>.png, found none",
        "…/twice: expected one picture of en/a, found a.jpg and a.png; remove one",
        "…/broken/list.jsonl, line 1: image_path: Invalid input: expected string, received undefined",
        "…/broken/half.jsonl, line 1: expected JSON, got '{"id": "a", "im'",
        "…/lost/list.jsonl, line 1: gone.png: no such file; correct the path",
        "…/shared: a.png would stand for en/a and for cn/a; put it into a folder of its language, such as cn/a.png",
      ]
    `)
  })
})

describe('an editor under test', () => {
  const editor = (edit: Editor['edit'], options: Editor['options'] = []): Editor => ({
    name: 'mine',
    options,
    mostPictures: 0,
    concurrency: 3,
    identity: async () => 'mine 1',
    edit,
    close: async () => {},
  })

  it('gives pictures, with time and usage; a seed only where the editor takes one', async () => {
    const seeds: unknown[] = []
    const make: Editor['edit'] = async (_, __, options) => {
      seeds.push(options?.seed)
      options?.onUsage?.({ cost: 0.04 })
      return grey(3)
    }
    const system = await editorSystem('x', editor(make, ['seed']))
    const outcome = await system.edit(item('a'), grey(1), request)
    expect(outcome).toMatchObject({ type: 'picture', picture: grey(3), usage: { cost: 0.04 } })
    await (await editorSystem('x', editor(make))).edit(item('a'), grey(1), request)
    expect(seeds).toEqual([7, undefined])
  })

  it('takes refusals for outcomes, with what they cost', async () => {
    const system = await editorSystem(
      'x',
      editor(async (_, __, options) => {
        options?.onUsage?.({ cost: 0.01 })
        throw new EditRefusal('x: no', { kind: 'safety', reason: 'blocked', text: 'no' })
      }),
    )
    expect(await system.edit(item('a'), grey(1), request)).toMatchObject({
      ...{ type: 'refused', kind: 'safety', reason: 'blocked', text: 'no', usage: { cost: 0.01 } },
    })
  })

  it.each(['unclear', 'beyond', 'not-found', 'ambiguous', 'unfit'] as const)(
    'takes %s of the darkroom for a refusal',
    async (code) => {
      const system = await editorSystem(
        'x',
        editor(() => Promise.reject(new EditError(code, 'no such cup'))),
      )
      expect(await system.edit(item('a'), grey(1), request)).toMatchObject({
        ...{ type: 'refused', kind: code, reason: code, text: 'no such cup' },
      })
    },
  )

  it.each(['server', 'key', 'quota', 'input', 'cancelled', 'memory'] satisfies EditErrorCode[])(
    'leaves %s a failure',
    async (code) => {
      const system = await editorSystem(
        'x',
        editor(() => Promise.reject(new EditError(code, 'no'))),
      )
      await expect(system.edit(item('a'), grey(1), request)).rejects.toMatchObject({ code })
    },
  )

  it('is opened by the names of the configuration, with estimate and options', async () => {
    const server = await remoteServer()
    const b64_json = Buffer.from(await encodePicture(grey(5), 'png')).toString('base64')
    server.answer(() => ({ json: { data: [{ b64_json }], usage: { input_tokens: 10, output_tokens: 20 } } }))
    const editors = {
      gpt: {
        type: 'openai',
        model: 'test',
        baseUrl: server.url,
        price: { perImage: 0.05, perFurtherImage: 0.01, perMillionOutputTokens: 1e4 },
        pictures: 3,
        concurrency: 9,
      },
    } as const
    const system = await openSystem('gpt', { editors, cache: folder })
    expect([system.name, system.concurrency]).toEqual(['gpt', 9])
    const alone = system.estimate!(item('a'), grey(1))!
    expect(alone).toBeGreaterThan(0.05)
    expect(system.estimate!(item('a'), grey(1), [grey(2), grey(3)])).toBeCloseTo(alone + 0.02)
    // More pictures than it takes are refused, and cost nothing.
    expect(system.estimate!(item('a'), grey(1), [grey(2), grey(3), grey(4)])).toBe(0)
    const outcome = await system.edit(item('a'), grey(1), request)
    expect(outcome).toMatchObject({
      type: 'picture',
      picture: grey(5),
      usage: { outputTokens: 20, cost: 0.25 },
    })
    const large = await openSystem('gpt', { editors, cache: folder, edit: { keepEditSize: true } })
    expect(large.identity).not.toBe(system.identity)
    expect(await messageOf(openSystem('gpt', { editors, edit: { steps: 5 } }))).toBe(
      "gpt: gpt has no option 'steps'; leave it out",
    )
    for (const each of [system, large]) await each.close()
    await server.close()
  })
})
