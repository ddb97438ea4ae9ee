import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EditRefusal } from '../error.ts'
import type { EditUsage } from '../progress.ts'
import type { CommandConfig } from './configuration.ts'
import { openRemoteEditor } from './openRemote.ts'
import { gradient } from './remote.contract.ts'
import type { RemoteEditor } from './remoteEditor.ts'

const source = gradient(24, 16)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** An editor that runs a script of Node's, with `input`, `output`, `words` and `told` at hand. */
async function scripted(
  body: string,
  more: Partial<CommandConfig> = {},
  ...args: string[]
): Promise<RemoteEditor> {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.mjs`)
  await writeFile(
    file,
    `import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
const [input, output, ...words] = process.argv.slice(2)
const told = () => JSON.parse(readFileSync(0, 'utf8'))
${body}`,
  )
  const command = [process.execPath, file, '{input}', '{output}', ...args]
  return openRemoteEditor('mine', {
    editors: { mine: { type: 'command', command, price: { perImage: 0.5 }, ...more } },
    editorsFolder: folder,
    env: { PATH: process.env.PATH, EXTRA: 'seen' },
  })
}

async function failing(editor: RemoteEditor, instruction = 'make it grey'): Promise<unknown> {
  return editor.edit(source, instruction).then(
    () => 'edited',
    (error: unknown) => error,
  )
}

describe('command', () => {
  it('edits by a program: arguments and JSON on its input, no shell, its own folder', async () => {
    const body = `writeFileSync('told.json', JSON.stringify({ words, ...told(), env: process.env.EXTRA, at: process.cwd() }))
copyFileSync(input, output)`
    const editor = await scripted(body, {}, '{instruction}', '--seed={seed}', '$HOME {input}!')
    const instruction = 'say "{output}"; touch $(here)\nand more'
    expect(await editor.edit(source, instruction, { seed: 7 })).toEqual(source)
    const told = JSON.parse(await readFile(join(folder, 'told.json'), 'utf8')) as Record<string, unknown>
    expect(told).toMatchObject({ instruction, seed: 7, width: 24, height: 16, env: 'seen' })
    expect(told.words).toEqual([instruction, '--seed=7', `$HOME ${told.input}!`])
    expect(existsSync(String(told.input))).toBe(false)
  })

  it('gets the mask of a region, and keeps what is outside', async () => {
    const body = `writeFileSync('mask.json', JSON.stringify([words, told().mask])); copyFileSync(words[0] || input, output)`
    const editor = await scripted(body, {}, '{mask}')
    const result = await editor.edit(source, 'x', { region: { x: 0, y: 0, width: 12, height: 16 } })
    expect(result.data.slice(3 * 12, 3 * 24)).toEqual(source.data.slice(3 * 12, 3 * 24))
    expect(result.data.slice(0, 3)).not.toEqual(source.data.slice(0, 3))
    const [words, mask] = JSON.parse(await readFile(join(folder, 'mask.json'), 'utf8')) as [string[], string]
    expect(words[0]).toBe(mask)
    expect(await editor.edit(source, 'x')).toEqual(source)
  })

  it.each<[string, string, Partial<EditRefusal>]>([
    [
      'exit code 3, with what it said last',
      `console.error('loading\\nno faces, please'); process.exit(3)`,
      { kind: 'no-picture', reason: 'exit code 3', text: 'no faces, please' },
    ],
    [
      'a line of JSON',
      `console.log('model ready\\n' + JSON.stringify({ refused: 'too dark' }))`,
      { kind: 'no-picture', reason: 'too dark', text: '' },
    ],
    [
      'a line that says more, whatever the exit code',
      `console.log(JSON.stringify({ refused: { reason: 'nsfw', text: 'I may not', kind: 'safety' } })); process.exitCode = 1`,
      { kind: 'safety', reason: 'nsfw', text: 'I may not' },
    ],
  ])('takes %s for a refusal', async (_, body, wanted) => {
    const usages: EditUsage[] = []
    const editor = await scripted(body)
    const error = await editor
      .edit(source, 'x', { onUsage: (usage) => usages.push(usage) })
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(EditRefusal)
    expect(error).toMatchObject(wanted)
    expect(usages).toEqual([{ images: 0, cost: 0 }])
  })

  it('says what went wrong, in one line', async () => {
    const found = [
      await scripted(`console.error('Traceback:\\n  ...\\nCUDA out of memory'); process.exit(1)`),
      await scripted(`process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 1e5)`),
      await scripted(`console.error('done')`),
      await scripted(`writeFileSync(output, 'no picture')`),
      await scripted(`setTimeout(() => {}, 1e5)`, { timeLimitSeconds: 0.2 }),
      await scripted('', { command: ['no-such-program', '{input}'] }),
    ].map(async (editor) => String(await failing(editor)).replaceAll(process.execPath, 'node'))
    expect(await Promise.all(found)).toMatchInlineSnapshot(`
      [
        "EditError: mine: 'node' ended with exit code 1: CUDA out of memory",
        "EditError: mine: 'node' ended with signal SIGTERM",
        "EditError: mine: 'node' succeeded but wrote no picture to {output}; it said: done",
        "EditError: mine: expected a picture file, got 10 bytes that are none (picture: text; expected a picture: JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF)",
        "EditError: mine: 'node' exceeded its time limit; raise timeLimitSeconds",
        "EditError: mine: 'no-such-program' cannot be started: there is no such program; check "command"",
      ]
    `)
  })

  it('ends what the program has started, when it is cancelled', async () => {
    const body = `const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e5)'])
writeFileSync('pids.json', JSON.stringify([process.pid, child.pid]))
setInterval(() => {}, 1e5)`
    const editor = await scripted(body)
    const cancel = new AbortController()
    const edit = editor.edit(source, 'x', { signal: cancel.signal }).catch((reason: unknown) => reason)
    const file = join(folder, 'pids.json')
    while (!existsSync(file) || (await readFile(file, 'utf8')) === '')
      await new Promise((resolve) => setTimeout(resolve, 5))
    cancel.abort()
    expect(await edit).toMatchObject({ code: 'cancelled' })
    const pids = JSON.parse(await readFile(file, 'utf8')) as number[]
    const isGone = (pid: number): Promise<boolean> =>
      readFile(`/proc/${pid}/stat`, 'utf8').then(
        // A process that nobody has waited for yet is a zombie.
        (text) => /\) [ZX] /.test(text),
        () => true,
      )
    if (process.platform === 'linux')
      for (const pid of pids)
        for (let tries = 0; !(await isGone(pid)); tries++) {
          expect(tries).toBeLessThan(400)
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
  })

  it('leaves no files', async () => {
    const mine = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('pentimento-command-'))
    const before = await mine()
    await (await scripted('copyFileSync(input, output)')).edit(source, 'x')
    await failing(await scripted('process.exit(1)'))
    expect(await mine()).toEqual(before)
  })
})
