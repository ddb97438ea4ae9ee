import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { writeTinyLanguage } from '../../test/tinyLanguage.ts'
import { encodePicture } from '../image/index.ts'
import { runCommandLine } from './program.ts'

let folder: string
const run = commandLine(runCommandLine, () => ({
  PENTIMENTO_MODELS: folder,
  PENTIMENTO_CACHE: join(folder, 'cache'),
}))
const ask = (...args: readonly string[]) =>
  run(['ask', ...args, '--device', 'cpu', '--threads', '1', '--max-tokens', '6'])

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ask-'))
  await writeTinyLanguage(join(folder, 'tiny'))
  const data = Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => i % 256)
  await writeFile(join(folder, 'a.png'), await encodePicture({ width: 64, height: 48, data }, 'png'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('ask', () => {
  it('prints the answer, and tells more as JSON', async () => {
    const picture = join(folder, 'a.png')
    const { out, error, code } = await ask(picture, picture, 'What is this?', '--model', 'tiny')
    expect([code, out.endsWith('\n')]).toEqual([0, true])
    expect(error).toContain('reading the question')
    expect(error).toContain('the answer was cut off after 6 tokens')
    const json = await ask(
      picture,
      picture,
      'What is this?',
      '--model',
      'tiny',
      '--json',
      '--temperature',
      '0',
    )
    const told = JSON.parse(json.out)
    expect(told).toMatchObject({
      model: 'tiny',
      precision: 'fp32',
      plan: 'whole',
      ending: 'length',
      tokens: 6,
    })
    expect(`${told.text}\n`).toBe(out)
    const drawn = await ask('Why?', '--model', 'tiny', '--temperature', '1', '--seed', '5', '--top-p', '0.9')
    const again = await ask('Why?', '--model', 'tiny', '--temperature', '1', '--seed', '5', '--top-p', '0.9')
    expect(drawn.out).toBe(again.out)
  })

  it('is what models lists a language model for', async () => {
    const { out } = await run(['models'])
    expect(out).toMatch(/^tiny {2}\d\.\d MB, answers questions \('pentimento ask'\) {2}.*tiny$/m)
    const listed = JSON.parse((await run(['models', '--json'])).out) as { name: string }[]
    expect(listed.find(({ name }) => name === 'tiny')).toMatchObject({ type: 'language' })
  })

  it('refuses in one line', async () => {
    const missing = await ask('What?', '--model', 'qwen2.5-vl-7b')
    expect(missing.code).toBe(2)
    expect(missing.error).toMatch(
      /^pentimento: qwen2\.5-vl-7b: no folder with .* run 'pentimento pull qwen2\.5-vl-7b'/,
    )
    const picture = await ask(join(folder, 'b.png'), 'What?', '--model', 'tiny')
    expect([picture.code, picture.error]).toEqual([2, expect.stringContaining('b.png')])
    const wrong = await ask('What?', '--model', 'tiny', '--top-p', '2')
    expect([wrong.code, wrong.error]).toEqual([2, expect.stringContaining('topP: expected a number above 0')])
  })
})
