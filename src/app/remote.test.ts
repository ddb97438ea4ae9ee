import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine, jsonLines } from '../../test/commandLine.ts'
import { formFields, type Handler, type RemoteServer, remoteServer } from '../../test/remoteServer.ts'
import type { RemoteRecipe } from '../edit/index.ts'
import { encodePicture, readPicture, readRecipe } from '../image/index.ts'
import { runCommandLine } from './program.ts'

const secret = 'sk-Secret0123456789'
let folder: string
let server: RemoteServer
let gives: Handler
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remote-'))
  server = await remoteServer()
  const picture = (level: number) => ({
    width: 48,
    height: 32,
    data: new Uint8Array(3 * 48 * 32).fill(level),
  })
  writeFileSync(at('photo.png'), await encodePicture(picture(20), 'png'))
  const b64_json = Buffer.from(await encodePicture(picture(200), 'png')).toString('base64')
  gives = () => ({ headers: { 'x-request-id': 'req_7' }, json: { model: 'test-2', data: [{ b64_json }] } })
  writeFileSync(
    at('config.json'),
    JSON.stringify({
      editors: {
        gpt: {
          type: 'openai',
          model: 'test',
          baseUrl: server.url,
          key: 'GPT_KEY',
          retries: 0,
          price: { perImage: 0.04 },
        },
        mine: { type: 'openai', model: 'own', baseUrl: 'http://localhost:1', retries: 0 },
      },
    }),
  )
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})
const at = (name: string) => join(folder, name)

const run = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: at('cache'),
  PENTIMENTO_CONFIG: at('config.json'),
  GPT_KEY: secret,
}))
const pentimento = async (...args: string[]) => {
  const ended = await run(args)
  expect(ended.out + ended.error).not.toContain(secret)
  return ended
}
const edit = (...more: string[]) => pentimento('edit', at('photo.png'), 'make it grey', ...more)

describe('pentimento edit with a remote editor', () => {
  it('edits, says what it cost, and keeps in the recipe which editor it was', async () => {
    server.answer(gives)
    const { code, out, error } = await edit('--model', 'gpt', '-o', at('a.png'))
    expect(code, error).toBe(0)
    expect(out).toMatch(/a\.png {2}48×32, \d+\.\d s, \$0\.0400, request req_7\n$/)
    expect(error).toContain('waiting for gpt')
    const recipe = JSON.parse((await readRecipe(at('a.png')))!) as RemoteRecipe
    expect(recipe.options).toEqual({})
    expect(recipe.remote).toEqual({
      name: 'gpt',
      type: 'openai',
      model: 'test',
      url: server.url,
      parameters: expect.stringMatching(/^[0-9a-f]{64}$/),
      reported: 'test-2',
      requestId: 'req_7',
      received: [48, 32],
    })
    expect((await readPicture(at('a.png'))).data[0]).toBe(200)
  })

  it('takes type:model, with the address that OpenAI libraries take', async () => {
    server.answer(gives)
    const env = { OPENAI_API_KEY: secret, OPENAI_BASE_URL: `${server.url}/v1` }
    const { code, error } = await run(
      ['edit', at('photo.png'), 'make it grey', '--model', 'openai:gpt-image-1.5', '-o', at('b.png')],
      { env },
    )
    expect(code, error).toBe(0)
    expect(server.seen[0]!.path).toBe('/v1/images/edits')
    expect((await formFields(server.seen[0]!)).model).toBe('gpt-image-1.5')
    expect((await formFields(server.seen[0]!)).size).toBe('1536x1024')
  })

  it.each<[string, Handler, RegExp, string]>([
    [
      'a refusal',
      () => ({ status: 400, json: { error: { code: 'moderation_blocked', message: 'Rejected.' } } }),
      /refused by a safety system \(moderation_blocked\): Rejected\./,
      'refused',
    ],
    [
      'a used-up quota',
      () => ({ status: 429, json: { error: { code: 'insufficient_quota', message: 'No credit.' } } }),
      /No credit; the account's quota or credit is used up/,
      'quota',
    ],
    ['a server that fails', () => ({ status: 500, text: 'oops' }), /HTTP 500: oops/, 'server'],
    [
      'a wrong key',
      () => ({ status: 401, json: { error: { message: `Incorrect key ${secret}` } } }),
      /Incorrect key ….*may not use this model/,
      'key',
    ],
  ])('says plainly what happened on %s, and writes nothing', async (_, handler, message, code) => {
    server.answer(handler)
    const ended = await edit('--model', 'gpt', '-o', at('none.png'), '--json')
    expect(ended.code).toBe(2)
    expect(ended.error).toMatch(message)
    expect(ended.error.trim().split('\n').at(-1)).toMatch(/^pentimento: gpt at http:/)
    expect(JSON.parse(ended.out)).toMatchObject({ error: { code } })
    expect(existsSync(at('none.png'))).toBe(false)
  })

  it('refuses what a remote editor has not', async () => {
    server.answer(gives)
    for (const flags of [
      ['--seed', '7'],
      ['--steps', '9'],
      ['--plan-only'],
      ['--lora', at('photo.png')],
      ['--planner', 'vision'],
      ['--preview', at('p.png')],
      ['--profile', at('p.json')],
    ]) {
      const { code, error } = await edit('--model', 'gpt', '-o', at('none.png'), ...flags)
      expect([code, error]).toEqual([2, expect.stringContaining(flags[0]!.slice(2).replace(/-only/, ''))])
    }
    expect(existsSync(at('none.png'))).toBe(false)
  })

  it('draws a map of the changes, and keeps to a box', async () => {
    server.answer(gives)
    const map = at('map.png')
    const { code, error } = await edit(
      '--model',
      'gpt',
      '-o',
      at('box.png'),
      '--box',
      '0,0,24,32',
      '--change-map',
      map,
    )
    expect(code, error).toBe(0)
    expect((await readPicture(at('box.png'))).data.slice(-3)).toEqual(new Uint8Array([20, 20, 20]))
    const { data } = await readPicture(map)
    expect([data[0], data.at(-1)]).toEqual([127, 0])
  })
})

describe('pentimento batch with a remote editor', () => {
  it('makes several edits at a time, and tells them in the order of the list', async () => {
    const rows = Array.from({ length: 6 }, (_, i) => `photo.png,number ${i}`)
    writeFileSync(at('many.csv'), `picture,instruction\n${rows.join('\n')}\n`)
    const refusal = { error: { code: 'moderation_blocked', message: 'rejected by the safety system' } }
    server.answer(async (request) => {
      const number = Number(String((await formFields(request)).prompt).at(-1))
      if (number === 3) return { status: 400, json: refusal }
      const given = await gives(request)
      return typeof given === 'object' ? { ...given, milliseconds: 100 - 15 * number } : given
    })
    const { code, out, error } = await pentimento(
      'batch',
      at('many.csv'),
      ...['-o', at('many'), '--model', 'gpt', '--concurrency', '3', '--json'],
    )
    expect(code).toBe(2)
    const lines = jsonLines<{ index?: number; error?: { code: string } }>(out)
    expect(lines.flatMap(({ index }) => index ?? [])).toEqual([0, 1, 2, 3, 4, 5])
    expect(lines[3]?.error?.code).toBe('refused')
    expect(server.mostAtATime).toBe(3)
    expect(error).toContain('1 of 6 edits failed')
    const local = await pentimento('batch', at('many.csv'), '--model', 'darkroom', '--concurrency', '2')
    expect(local.error).toContain('--concurrency: expected 1 for an editor on this machine, got 2')
  })

  it('pays for no edit twice', async () => {
    writeFileSync(
      at('list.csv'),
      `picture,instruction\n${at('photo.png')},make it grey\n${at('photo.png')},make it red\n`,
    )
    const batch = () => pentimento('batch', at('list.csv'), '-o', at('edits'), '--model', 'gpt', '--json')
    server.answer(gives)
    expect((await batch()).code).toBe(0)
    expect(server.seen).toHaveLength(2)
    const again = await batch()
    expect(jsonLines<{ skipped?: boolean }>(again.out).map(({ skipped }) => skipped)).toEqual([true, true])
    expect(server.seen).toHaveLength(2)
  })
})

describe('pentimento replay of a remote edit', () => {
  it('refuses, and says why', async () => {
    server.answer(gives)
    const { code, error } = await pentimento('replay', at('a.png'))
    expect(code).toBe(2)
    expect(error).toContain(
      `made by openai:test at ${server.url}, which cannot reproduce a picture exactly; --ask-again requests another one, at its price`,
    )
    expect(server.seen).toHaveLength(0)
  })

  it('asks again where that is wanted, unless the editor is another by now', async () => {
    server.answer(gives)
    const asked = await pentimento('replay', at('a.png'), '--ask-again', '-o', at('again.png'))
    expect(asked.code, asked.error).toBe(0)
    expect(asked.out).toMatch(/again\.png {2}another picture, /)
    expect(server.seen).toHaveLength(1)
    const other = await pentimento(
      'replay',
      at('a.png'),
      '--ask-again',
      '--model',
      'mine',
      '-o',
      at('other.png'),
    )
    expect(other.code).toBe(2)
    expect(other.error).toMatch(/inputs differ from the recipe: editor openai:test/)
  })
})

describe('the configuration', () => {
  it('is listed by models and doctor, with the variables of keys', async () => {
    const { out } = await pentimento('models')
    expect(out).toContain(`gpt  openai:test, key in GPT_KEY  ${server.url}\n`)
    expect(out).toContain('mine  openai:own, no key  http://localhost:1\n')
    const missing = await run(['models', '--json'], { env: { GPT_KEY: '' } })
    expect(JSON.parse(missing.out)).toContainEqual(
      expect.objectContaining({ name: 'gpt', state: 'GPT_KEY is not set', isReady: false }),
    )
    const doctor = await pentimento('doctor', '--json')
    expect(JSON.parse(doctor.out)).toContainEqual(
      expect.objectContaining({
        name: 'editors',
        state: 'ok',
        text: expect.stringContaining('gpt (key in GPT_KEY)'),
      }),
    )
  })

  it('tells what is wrong with it, and never what could be a key', async () => {
    const write = (name: string, text: string): string => {
      writeFileSync(at(name), text)
      return at(name)
    }
    const openai = '"type": "openai", "model": "x"'
    const files = [
      write('half.json', `{"editors": {"a": {${openai}, "key": "${secret}`),
      write('key.json', `{"editors": {"a": {${openai}, "key": "${secret}"}}}`),
      write('more.json', '{"editor": {}}'),
      at('gone.json'),
    ]
    const found = await Promise.all(
      files.map(async (file) => (await edit('--model', 'a', '--config', file)).error.replaceAll(folder, '…')),
    )
    expect(found).toMatchInlineSnapshot(`
      [
        "pentimento: …/half.json: expected JSON, got something else at position 78
      ",
        "pentimento: …/key.json: editors.a.key: expected the name of an environment variable in capitals, such as OPENAI_API_KEY; a key itself does not belong in this file
      ",
        "pentimento: …/more.json: Unrecognized key: "editor"; expected { "editors": { … }, "judges": { … } }
      ",
        "pentimento: …/gone.json: cannot read it, no such file or folder
      ",
      ]
    `)
  })

  it('is named where there is no such model', async () => {
    const { code, error } = await edit('--model', 'gtp')
    expect(code).toBe(2)
    expect(error).toMatch(/gtp: no such model folder.*config\.json has the editors gpt, mine\n$/)
  })

  it('names the variable of a key that is not set', async () => {
    const { code, error } = await run(
      ['edit', at('photo.png'), 'x', '--model', 'gpt', '-o', at('none.png')],
      {
        env: { GPT_KEY: undefined },
      },
    )
    expect([code, error]).toEqual([2, expect.stringContaining('the environment variable GPT_KEY is not set')])
  })
})
