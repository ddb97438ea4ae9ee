import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { type Mask, readPicture, readRecipe, writeMask, writePicture } from '../image/index.ts'
import { runCommandLine } from './program.ts'

const pictureOf = (name: string) => fileURLToPath(new URL(`../../test/pictures/${name}`, import.meta.url))
const photo = pictureOf('plain.png')

let folder: string
let model: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'replay-command-'))
  model = join(folder, 'tiny')
  await writeTinyCheckpoint(model)
  copyFileSync(photo, join(folder, 'plain.png'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const pentimento = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: join(folder, 'cache'),
  PENTIMENTO_MODELS: join(folder, 'models'),
}))
const fast = ['--size', '64', '--steps', '2', '--threads', '1', '--device', 'cpu']

const loraFile = fileURLToPath(new URL('../../test/golden/lora/lora_kohya.safetensors', import.meta.url))

/** Edits a picture into a file of the folder. */
async function edit(picture: string, output: string, ...flags: string[]): Promise<string> {
  const path = join(folder, output)
  const args = ['edit', picture, 'make it red', '-o', path, '--model', model, ...fast, ...flags]
  const { code, error } = await pentimento(args)
  expect(code, error).toBe(0)
  return path
}

describe('pentimento replay', () => {
  it.each([
    [
      'one with everything',
      ['--lora', loraFile, '--init', pictureOf('turned.jpg'), '--negative', 'dark', '--seed', '3'],
    ],
    ['one in int8', ['--precision', 'int8']],
    ['one within a box', ['--box', '10,8,40,30', '--detail', 'off']],
    ['one with the last seed', ['--seed', '18446744073709551615', '--vae-sample']],
    ['one with detail at fp32', ['--detail', 'on', '--precision', 'fp32']],
  ])('makes the same bytes again: %s', async (name, flags) => {
    const output = await edit(photo, `${name.replaceAll(' ', '-')}.png`, ...flags)
    const again = output.replace('.png', '-again.png')
    // Recipes hold no folders, and the files are elsewhere than the output.
    const moved = ['--picture', photo, '--model', model]
    if (flags.includes('--init')) moved.push('--init', pictureOf('turned.jpg'), '--lora', loraFile)
    const { code, out, error } = await pentimento(['replay', output, '-o', again, ...moved])
    expect(out, error).toContain('the same picture')
    expect(error).not.toContain('another program')
    expect(code).toBe(0)
    expect(readFileSync(again).equals(readFileSync(output))).toBe(true)
    const inspected = await pentimento(['inspect', output, '--json'])
    const part = { precision: 'fp32', plan: 'whole' }
    expect(JSON.parse(inspected.out)).toMatchObject({
      instruction: 'make it red',
      model: { parts: { transformer: part, languageModel: part, autoencoder: part } },
    })
  })

  it('refuses when the picture has changed since, before a model is opened', async () => {
    const input = join(folder, 'input.png')
    copyFileSync(photo, input)
    const output = await edit(input, 'from-input.png')
    copyFileSync(pictureOf('cmyk.jpg'), input)
    const { code, error } = await pentimento(['replay', output, '--model', 'nowhere', '--picture', input])
    expect(error).toMatch(/inputs differ from the recipe: picture .*input\.png/)
    expect(code).toBe(2)
  })

  it('finds the picture beside the edit, and a LoRA where it is said to be', async () => {
    const before = join(folder, 'before')
    mkdirSync(before)
    copyFileSync(photo, join(before, 'input.png'))
    copyFileSync(loraFile, join(before, 'lora.safetensors'))
    await edit(
      join(before, 'input.png'),
      'before/out.png',
      '--lora',
      `${join(before, 'lora.safetensors')}:0.5`,
    )
    const after = join(folder, 'after')
    renameSync(before, after)
    const output = join(after, 'out.png')
    renameSync(join(after, 'lora.safetensors'), join(after, 'other.safetensors'))
    const lost = await pentimento(['replay', output])
    expect(lost.error).toMatch(
      /lora\.safetensors: no such file; give the path of the recipe.s LoRA with --lora/,
    )
    expect(lost.code).toBe(2)
    const found = ['--lora', join(after, 'other.safetensors'), '--model', model]
    const { out, error } = await pentimento(['replay', output, ...found])
    expect(out, error).toMatch(/out-replay\.png {2}the same picture/)
    const stray = await pentimento(['replay', output, ...found.slice(0, 2)])
    expect(stray.error).toMatch(/tiny: no such model; give the recipe.s model with --model/)
    const bytes = readFileSync(loraFile)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(join(after, 'changed.safetensors'), bytes)
    const changed = ['--lora', join(after, 'changed.safetensors'), '--model', model]
    const refused = await pentimento(['replay', output, ...changed])
    expect(refused.error).toMatch(/inputs differ from the recipe: [^:]*lora\.safetensors/)
    expect(refused.code).toBe(2)
    const other = await pentimento(['replay', output, '--lora', loraFile, '--lora', loraFile])
    expect(other.error).toMatch(/--lora: expected at most 1/)
  })

  it('finds the mask that an edit kept to, and refuses another', async () => {
    const mask: Mask = { width: 72, height: 56, data: new Uint8Array(72 * 56).fill(255, 72 * 20, 72 * 40) }
    await writeMask(mask, join(folder, 'mask.png'))
    const output = await edit(photo, 'masked.png', '--mask', join(folder, 'mask.png'))
    const [before, after] = [await readPicture(photo), await readPicture(output)]
    expect(after.data.subarray(0, 3 * 72 * 20)).toEqual(before.data.subarray(0, 3 * 72 * 20))
    const moved = ['--picture', photo, '--model', model]
    const { out, error } = await pentimento(['replay', output, ...moved])
    expect(out, error).toContain('the same picture')
    await writeMask({ ...mask, data: mask.data.map((value) => 255 - value) }, join(folder, 'other.png'))
    const refused = await pentimento(['replay', output, ...moved, '--mask', join(folder, 'other.png')])
    expect(refused.error).toMatch(/inputs differ from the recipe: mask;/)
  })

  it('replaces nothing, and numbers what it was given no name for', async () => {
    const output = await edit(photo, 'first.png')
    const onto = await pentimento(['replay', output, '-o', output])
    expect(onto.error).toMatch(/first\.png: exists already/)
    for (const name of ['first-replay.png', 'first-replay-2.png']) {
      const { out } = await pentimento(['replay', output])
      expect(out).toContain(name)
    }
  })

  it('tells where the pixels of the file itself have changed', async () => {
    const output = await edit(photo, 'retouched.png')
    const picture = await readPicture(output)
    const data = picture.data.map((value, i) => (i === 0 ? 255 - value : value))
    const recipe = (await readRecipe(output))!
    await writePicture({ ...picture, data }, output, { recipe })
    const { out, error } = await pentimento(['replay', output])
    expect(out).toContain('the same picture')
    expect(error).toMatch(/retouched\.png: its pixels are no longer those of its recipe/)
  })
})
