import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import type { DarkroomRecipe } from '../edit/index.ts'
import { encodePicture, readPicture, readRecipe } from '../image/index.ts'
import { runCommandLine } from './program.ts'

const photo = fileURLToPath(new URL('../../examples/photos/kait-herzog-8242.jpg', import.meta.url))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'darkroom-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

/** Nothing is installed or pulled. */
const run = commandLine(runCommandLine, () => ({ PENTIMENTO_CACHE: at('cache'), PATH: '' }))
const pentimento = (...args: string[]) => run(args)

describe('pentimento edit without a model', () => {
  it('is an edit by the darkroom, which says what it did and keeps its plan', async () => {
    const { code, out, error } = await pentimento('edit', photo, 'flip it horizontally', '-o', at('flip.png'))
    expect(code, error).toBe(0)
    expect(out).toMatch(/flip\.png {2}1024×984, /)
    expect(error).toMatch(/^darkroom: flip/m)
    const recipe = JSON.parse((await readRecipe(at('flip.png')))!) as DarkroomRecipe
    expect(recipe.instruction).toBe('flip it horizontally')
    expect(recipe.darkroom.plan.steps).toEqual([{ kind: 'flip', axis: 'horizontal' }])
    expect(recipe.darkroom.planner).toMatch(/^embedded /)
    expect(JSON.stringify(recipe)).not.toContain(folder)
    const [before, after] = [await readPicture(photo), await readPicture(at('flip.png'))]
    expect(after.data.slice(0, 3)).toEqual(before.data.slice(3 * 1023, 3 * 1024))
  })

  it('is replayed to the byte', async () => {
    const { code, out } = await pentimento(
      'replay',
      at('flip.png'),
      '-o',
      at('again.png'),
      '--picture',
      photo,
    )
    expect(out).toMatch(/the same picture/)
    expect(code).toBe(0)
    expect(readFileSync(at('again.png')).equals(readFileSync(at('flip.png')))).toBe(true)
  })

  it('prints its plan, and carries out a plan that is given back', async () => {
    const planned = await pentimento('edit', photo, '裁成正方形', '--plan-only', '-o', at('none.png'))
    expect(planned.code, planned.error).toBe(0)
    expect(JSON.parse(planned.out)).toMatchObject({ version: 1, steps: [{ kind: 'crop', ratio: 1 }] })
    expect(existsSync(at('none.png'))).toBe(false)
    writeFileSync(at('plan.json'), planned.out)
    const made = await pentimento('edit', photo, '--plan', at('plan.json'), '-o', at('square.png'))
    expect(made.code, made.error).toBe(0)
    const { width, height } = await readPicture(at('square.png'))
    expect(width).toBe(height)
    const replayed = await pentimento('replay', at('square.png'), '--picture', photo)
    expect(replayed.code, replayed.error).toBe(0)
  })

  it('refuses a plan that is none, with where and what', async () => {
    writeFileSync(at('wrong.json'), '{"version":1,"steps":[{"kind":"paint"}],"keep":[]}')
    const { code, error } = await pentimento('edit', photo, '--plan', at('wrong.json'), '-o', at('none.png'))
    expect(code).toBe(2)
    expect(error).toMatch(/wrong\.json.*kind/)
    expect(error.trim().split('\n')).toHaveLength(1)
  })

  it.each([
    ['flurble the gork', /not understood|only understood/],
    ['add a dragon', /beyond the darkroom/],
    ['画一条龙', /beyond the darkroom/],
  ])('does nothing where it is not sure: %s', async (instruction, message) => {
    const { code, error } = await pentimento('edit', photo, instruction, '-o', at('none.png'))
    expect(code).toBe(2)
    expect(error).toMatch(message)
    expect(existsSync(at('none.png'))).toBe(false)
  })

  it('names the tools that an edit needs, their size, and how to install them', async () => {
    const { code, error } = await pentimento('edit', photo, 'remove the car', '-o', at('none.png'))
    expect(code).toBe(2)
    expect(error).toMatch(
      /needs the tools .*human \(.* MB\).*'pentimento tools install .*human.*or give --yes/,
    )
    expect(existsSync(at('none.png'))).toBe(false)
  })

  it('refuses flags of models, and models refuse its flags', async () => {
    const lora = await pentimento('edit', photo, 'flip it', '--memory', '2GB', '-o', at('none.png'))
    expect(lora.code).toBe(2)
    expect(lora.error).toMatch(/--memory: the darkroom has no weights/)
    const steps = await pentimento('edit', photo, 'flip it', '--steps', '4', '-o', at('none.png'))
    expect(steps.error).toMatch(/steps: the darkroom has no such option/)
    const nano = await pentimento('edit', photo, 'flip it', '--model', 'nano', '--yes', '-o', at('none.png'))
    expect(nano.error).toMatch(/--yes: expected the darkroom/)
  })

  it('puts another picture behind, keeps it in the recipe, and is replayed with it', async () => {
    const plan = {
      version: 1,
      steps: [{ kind: 'background', to: { type: 'picture' }, target: { type: 'region', phrase: 'this' } }],
      keep: [],
    }
    writeFileSync(at('behind.json'), JSON.stringify(plan))
    const put = (output: string, ...more: string[]) =>
      pentimento(
        ...['edit', photo, '--plan', at('behind.json'), '--box', '100,300,320,400', '-o', at(output)],
        ...more.flatMap((each) => ['--with', each]),
      )
    const made = await put('behind.png', at('square.png'))
    expect(made.code, made.error).toBe(0)
    const recipe = JSON.parse((await readRecipe(at('behind.png')))!) as DarkroomRecipe
    const { more: [used] = [], ...rest } = recipe
    expect(used).toMatchObject({ path: 'square.png' })
    const replay = (output: string, ...more: string[]) =>
      pentimento('replay', at('behind.png'), '--picture', photo, '-o', at(output), ...more)
    expect((await replay('behind-2.png')).out).toMatch(/the same picture/)
    expect((await replay('behind-3.png', '--with', photo)).error).toMatch(
      /inputs differ from the recipe: further picture square\.png; /,
    )
    expect((await replay('behind-3.png', '--with', photo, '--with', photo)).error).toMatch(
      /--with: expected at most 1, as many as the recipe has, got 2/,
    )
    const two = await put('behind-4.png', photo, photo)
    expect(two.error).toBe(
      'pentimento: more: darkroom takes at most one picture beside the edited one, got 2; leave some out\n',
    )
    // Earlier versions called it `second`.
    const { alpha: _, ...picture } = await readPicture(at('behind.png'))
    const old = JSON.stringify({ ...rest, second: used })
    writeFileSync(at('old.png'), await encodePicture(picture, 'png', { recipe: old }))
    const again = await pentimento('replay', at('old.png'), '--picture', photo, '-o', at('behind-5.png'))
    expect(again.out, again.error).toMatch(/the same picture/)
    expect(await readRecipe(at('behind-5.png'))).toBe(old)
  })

  it('sets on white what is transparent now where the file cannot be', async () => {
    // The region is cut out by a box: no tool is needed.
    const plan = {
      version: 1,
      steps: [
        { kind: 'background', to: { type: 'transparent' }, target: { type: 'region', phrase: 'this' } },
      ],
      keep: [],
    }
    writeFileSync(at('cut.json'), JSON.stringify(plan))
    const cut = (output: string) =>
      pentimento('edit', photo, '--plan', at('cut.json'), '--box', '100,300,320,400', '-o', at(output))
    const [jpeg, png] = [await cut('cut.jpg'), await cut('cut.png')]
    expect(jpeg.error).toMatch(/cut\.jpg: JPEG has no transparency; the picture is on white/)
    expect(png.error).not.toMatch(/transparency/)
    const onWhite = await readPicture(at('cut.jpg'))
    expect([...onWhite.data.slice(0, 3)].every((level) => level > 250)).toBe(true)
    expect((await readPicture(at('cut.png'))).alpha?.data[0]).toBe(0)
  })

  it('takes the edits of a list, skips those that are there, and goes on after one that it refuses', async () => {
    const list = at('list.csv')
    writeFileSync(
      list,
      `picture,instruction,output\n${photo},flip it horizontally,a.png\n${photo},add a dragon,b.png\n${photo},rotate it 90 degrees,c.png\n`,
    )
    const first = await pentimento('batch', list, '-o', at('out'))
    expect(first.code).toBe(2)
    expect(first.error).toMatch(/line 3: .*beyond/)
    expect([existsSync(at('out/a.png')), existsSync(at('out/b.png')), existsSync(at('out/c.png'))]).toEqual([
      true,
      false,
      true,
    ])
    const second = await pentimento('batch', list, '-o', at('out'))
    expect(second.out.match(/exists, skipped/g)).toHaveLength(2)
  })
})
