import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { writeTinyV12 } from '../../test/tinyV12.ts'
import { readRecipe } from '../image/index.ts'
import { runCommandLine } from './program.ts'

/* Step1X-Edit v1.2 by the command line: what it thinks, and that a replay thinks the same. */

let folder: string
let model: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'v12-command-'))
  model = join(folder, 'Step1X-Edit-v1p2')
  await writeTinyV12(model, {
    answer:
      '{"meets_instruction": "no", "raw_score": 3, "score": [4, 5], "reasoning": "<#Think> grey <#Reflection> more snow"}',
  })
  copyFileSync(fileURLToPath(new URL('../../test/pictures/plain.png', import.meta.url)), at('plain.png'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const pentimento = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: at('cache'),
  PENTIMENTO_MODELS: at('models'),
}))
const fast = ['--size', '64', '--steps', '1', '--threads', '1', '--device', 'cpu']
const edit = (...flags: string[]) =>
  pentimento(['edit', at('plain.png'), 'make it snow', '--model', model, ...fast, ...flags])

describe('pentimento edit with v1.2', () => {
  it('tells every try, keeps their pictures on request, and replays them to the byte', async () => {
    const { code, out, error } = await edit(
      '-o',
      at('a.png'),
      '--tries',
      '2',
      '--keep-rounds',
      at('rounds'),
      '--json',
    )
    expect(code, error).toBe(0)
    expect(error).toContain('try 1: "make it snow": mend, edit 4 and 5, look 4 and 5\n')
    expect(error).toContain('try 2: ')
    expect(error).toContain('taken: try 2\n')
    expect(readdirSync(at('rounds')).sort()).toEqual(['a-try1.png', 'a-try2.png'])
    const made = JSON.parse(out)
    expect(made.rounds).toEqual([at('rounds/a-try1.png'), at('rounds/a-try2.png')])
    expect(made.thought).toMatchObject({ best: 2, rounds: [{ edited: 0 }, { edited: 1, verdict: 'mend' }] })
    const recipe = JSON.parse((await readRecipe(at('a.png')))!)
    expect(recipe).toMatchObject({
      options: { reflect: true, tries: 2, vaeSample: true, dampAbove: 0 },
      thought: made.thought,
      model: { family: 'step1x-edit-v1.2', variant: 'v1.2' },
    })

    const inspected = await pentimento(['inspect', model])
    expect(inspected.out.split('\n')[0]).toBe('Step1X-Edit v1.2')

    const again = await pentimento(['replay', at('a.png'), '-o', at('again.png'), '--model', model])
    expect(again.out, again.error).toContain('the same picture')
    expect(readFileSync(at('again.png')).equals(readFileSync(at('a.png')))).toBe(true)
  })

  it('rewrites with --think, and draws once with --no-reflect, in int8 too', async () => {
    const { code, error } = await edit('-o', at('b.png'), '--think', '--no-reflect', '--precision', 'int8')
    expect(code, error).toBe(0)
    expect(error).toContain('rewritten: {"meets_instruction": "no"')
    expect(error).not.toContain('try 1')
    const replayed = await pentimento(['replay', at('b.png'), '-o', at('b2.png'), '--model', model])
    expect(replayed.out, replayed.error).toContain('the same picture')
    expect(readFileSync(at('b2.png')).equals(readFileSync(at('b.png')))).toBe(true)
  })

  it('takes tries from a list, and refuses what other models do not take', async () => {
    writeFileSync(
      at('list.csv'),
      'picture,instruction,tries,reflect\nplain.png,make it snow,1,yes\nplain.png,add snow,3,no\n',
    )
    const batch = await pentimento([
      'batch',
      at('list.csv'),
      '-o',
      at('out'),
      '--model',
      model,
      ...fast,
      '--json',
    ])
    expect(batch.code, batch.error).toBe(0)
    expect(readdirSync(at('out')).filter((name) => name.endsWith('.png'))).toHaveLength(2)
    const refused = await pentimento([
      'edit',
      at('plain.png'),
      'make it snow',
      '-o',
      at('c.png'),
      '--model',
      'nano',
      '--think',
    ])
    expect(refused.code).not.toBe(0)
    expect(refused.error).toContain('think: nano has no such option; leave it out')
  })
})
