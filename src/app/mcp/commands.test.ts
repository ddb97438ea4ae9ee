import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { placeDatabase } from '../../../test/database.ts'
import { connectCurrent, connectEarlier } from '../../../test/mcp/clients.ts'
import { buildStudio } from '../../../test/studio.ts'
import { tsx } from '../../../test/tsx.ts'
import { encodePicture, readPicture, readRecipe } from '../../image/index.ts'
import { runCommandLine } from '../program.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'mcp-')))
const [pictures, temporary] = [join(root, 'pictures'), join(root, 'tmp')]
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeAll(async () => {
  mkdirSync(pictures)
  mkdirSync(temporary)
  const data = new Uint8Array(3 * 40 * 30).fill(90)
  writeFileSync(join(pictures, 'photo.png'), await encodePicture({ width: 40, height: 30, data }, 'png'))
  writeFileSync(join(root, 'secret.png'), readFileSync(join(pictures, 'photo.png')))
})

/** The real command line, in a process of its own. */
const reach = () => ({
  command: process.execPath,
  args: [
    '--conditions=source',
    '--import',
    tsx,
    fileURLToPath(new URL('../main.ts', import.meta.url)),
    'mcp',
  ],
  env: { ...(process.env as Record<string, string>), TMPDIR: temporary, DATABASE_URL: 'postgres://nowhere' },
  cwd: pictures,
})

const leftovers = () => readdirSync(temporary).filter((name) => name.startsWith('pentimento'))

/** By default a request is given up after a minute: the first edit of a process makes its database, on a busy machine for longer. */
const patient = { timeout: 170_000 }

type Content = { type: string; text?: string; data?: string }[]
const edit = (more = {}) => ({
  name: 'edit',
  arguments: { picture: 'photo.png', instruction: 'make it brighter', ...more },
})

it('serves a client of the current revision: files in and out, tasks, and nothing left behind', async () => {
  const { client, results, close } = await connectCurrent(reach(), { knowsTasks: true })
  expect(client.getDiscoverResult()).toMatchObject({
    supportedVersions: expect.arrayContaining(['2026-07-28']),
  })
  const { tools } = await client.listTools()
  expect(Object.keys(tools[0]!.inputSchema.properties!)).toContain('output')
  expect(leftovers()).toEqual([])

  const made = await client.callTool(edit({ output: 'brighter.jpg', image: 'none' }), patient)
  expect((made.content as Content).map(({ type }) => type)).toEqual(['text'])
  expect((made.content as Content)[0]!.text).toContain(`written to ${join(pictures, 'brighter.jpg')}`)
  const file = readFileSync(join(pictures, 'brighter.jpg'))
  expect(await readPicture(file)).toMatchObject({ format: 'jpeg', width: 40, height: 30 })
  expect(JSON.parse((await readRecipe(file))!)).toMatchObject({ instruction: 'make it brighter' })

  const refused = async (more: object) =>
    ((await client.callTool(edit(more), patient)).content as Content)[0]!.text
  expect(await refused({ output: 'brighter.jpg' })).toContain('exists already')
  expect(await refused({ output: '../brighter.png' })).toContain('no such file in')
  expect(await refused({ output: 'brighter.txt' })).toContain('.txt')
  expect(await refused({ picture: '../secret.png' })).toContain('no such file in')

  // Longer than the five seconds after which a task is the answer.
  const long = { model: 'nano', steps: 1000, size: 64, guidance: 1, output: 'later.png', overwrite: false }
  await expect(client.callTool(edit(long), patient)).rejects.toThrow("result type 'task'")
  const { taskId } = results.at(-1) as { taskId: string }
  await client.request({ method: 'tasks/cancel', params: { taskId } }, anything)
  // What works on it hears of it a moment later.
  await expect
    .poll(() => client.request({ method: 'tasks/get', params: { taskId } }, anything), patient)
    .toMatchObject({ status: 'cancelled' })
  await close()
  await expect.poll(leftovers, patient).toEqual([])
  expect(existsSync(join(pictures, 'later.png'))).toBe(false)
})

it('serves a client of the revisions before', async () => {
  const { client, close } = await connectEarlier(reach())
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([
    'edit',
    'describe',
    'list_models',
  ])
  const progress: string[] = []
  const result = await client.callTool(edit({ model: 'nano', steps: 4, size: 64, guidance: 1 }), undefined, {
    onprogress: ({ message }) => progress.push(message ?? ''),
    ...patient,
  })
  const [image] = result.content as Content
  expect((await readPicture(Buffer.from(image!.data!, 'base64'))).width).toBe(40)
  expect(progress.length).toBeGreaterThan(0)
  const models = await client.callTool({ name: 'list_models', arguments: {} })
  expect((models.content as Content)[0]!.text).toMatch(/^darkroom/m)
  await close()
})

it('serves both at the address of pentimento serve', async () => {
  await buildStudio()
  const stop = new AbortController()
  const data = join(root, 'data')
  await placeDatabase(join(data, 'database'))
  let [out, said] = ['', '']
  const served = runCommandLine(['serve', '--port', '0', '--data', data], {
    env: { ...process.env, DATABASE_URL: '', PENTIMENTO_API_KEYS: 'anna=anna-0123456789abcdef' },
    out: (text) => {
      out += text
    },
    error: (text) => {
      said += text
    },
    isScreen: false,
    signal: stop.signal,
  })
  await expect.poll(() => out, patient).toMatch(/^http:\S+/)
  const url = `${/^http:\S+/.exec(out)![0]}/mcp`
  const picture = readFileSync(join(pictures, 'photo.png')).toString('base64')
  for (const connect of [connectCurrent, connectEarlier]) {
    const { client, close } = await connect({ url, key: 'anna-0123456789abcdef' })
    const result = await client.callTool(edit({ picture: `data:image/png;base64,${picture}` }))
    const [image] = result.content as Content
    expect((await readPicture(Buffer.from(image!.data!, 'base64'))).width).toBe(40)
    await close()
  }
  await expect(connectEarlier({ url })).rejects.toThrow()
  stop.abort()
  expect([await served, said]).toEqual([expect.any(Number), expect.not.stringContaining('internal')])
})

/** A schema that takes what comes. */
const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as never
