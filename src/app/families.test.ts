import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine } from '../../test/commandLine.ts'
import { writeTinyKontext } from '../../test/tinyKontext.ts'
import { writeTinyOmnigen } from '../../test/tinyOmnigen.ts'
import { writeTinyPix2pix } from '../../test/tinyPix2pix.ts'
import { writeTinyQwenImage } from '../../test/tinyQwenImage.ts'
import { writeTinyV12 } from '../../test/tinyV12.ts'
import type { ModelRecipe } from '../edit/index.ts'
import type { TensorValue } from '../graph/index.ts'
import { readRecipe } from '../image/index.ts'
import { openCheckpoint, writeAll } from '../weights/index.ts'
import { runCommandLine } from './program.ts'

/*
 * What a new user does with the small model of each family: inspect, quantize, edit in English and Chinese, with a
 * LoRA, with further pictures, replay, and mistakes. Step1X-Edit has its own script, newUser.test.ts.
 */

interface Case {
  readonly family: string
  readonly write: (folder: string) => Promise<void>
  /** What `inspect` says first. */
  readonly title: RegExp
  /** Pictures beside the edited one. */
  readonly most: number
  /** A layer that LoRAs change, and the file of its weights. */
  readonly layer: readonly [file: string, name: string]
  /** A file without which it cannot be opened. */
  readonly needs: string
  readonly flags?: readonly string[]
  /** An option that it does not take. */
  readonly foreign: readonly [flag: string, value: string]
}

const cases: readonly Case[] = [
  {
    family: 'step1x-edit-v1.2',
    write: (to) => writeTinyV12(to),
    title: /^Step1X-Edit v1\.2/,
    most: 0,
    layer: ['transformer/diffusion_pytorch_model.safetensors', 'transformer_blocks.0.attn.to_q'],
    needs: 'vae',
    flags: ['--no-reflect'],
    foreign: ['--picture-guidance', '2'],
  },
  {
    family: 'flux-kontext',
    write: (to) => writeTinyKontext(to),
    title: /^FLUX\.1 Kontext/,
    most: 0,
    layer: ['transformer/diffusion_pytorch_model.safetensors', 'transformer_blocks.0.attn.to_q'],
    needs: 'text_encoder_2',
    foreign: ['--picture-guidance', '2'],
  },
  {
    family: 'instruct-pix2pix',
    write: (to) => writeTinyPix2pix(to),
    title: /^InstructPix2Pix/,
    most: 0,
    layer: [
      'unet/diffusion_pytorch_model.safetensors',
      'down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q',
    ],
    needs: 'text_encoder',
    foreign: ['--true-guidance', '2'],
  },
  {
    family: 'omnigen',
    write: (to) => writeTinyOmnigen(to),
    title: /^OmniGen/,
    most: 2,
    layer: ['model.safetensors', 'llm.layers.0.self_attn.qkv_proj'],
    needs: 'vae',
    foreign: ['--sampler', 'ddim'],
  },
  {
    family: 'qwen-image-edit',
    write: (to) => writeTinyQwenImage(to, '2509'),
    title: /^Qwen-Image-Edit/,
    most: 2,
    layer: ['transformer/diffusion_pytorch_model.safetensors', 'transformer_blocks.0.attn.to_q'],
    needs: 'vae',
    foreign: ['--sampler', 'ddim'],
  },
]

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
const at = (name: string) => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'families-'))
  copyFileSync(join(root, 'test/pictures/plain.png'), at('photo.png'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = commandLine(runCommandLine, () => ({
  PENTIMENTO_CACHE: at('cache'),
  PENTIMENTO_MODELS: at('models'),
}))
const pentimento = (...args: string[]) => run(args)

/** Writes a LoRA of rank 2 for a layer of a file of weights, by the names of diffusers. */
async function writeLora(file: string, weights: string, layer: string): Promise<void> {
  const checkpoint = await openCheckpoint(weights)
  const [rows, columns] = checkpoint.describe(`${layer}.weight`)!.shape as [number, number]
  await checkpoint.close()
  const matrix = (height: number, width: number): TensorValue => ({
    dtype: 'f32',
    shape: [height, width],
    data: Float32Array.from({ length: height * width }, (_, i) => Math.sin(i)),
  })
  await writeAll(
    file,
    new Map([
      [`${layer}.lora_A.weight`, matrix(2, columns)],
      [`${layer}.lora_B.weight`, matrix(rows, 2)],
    ]),
  )
}

describe.each(cases)(
  '$family for a new user',
  ({ family, write, title, most, layer, needs, foreign, flags = [] }) => {
    const model = () => at(family)
    const edit = (output: string, instruction: string, ...more: string[]) =>
      pentimento(
        ...['edit', at('photo.png'), instruction, '-o', at(`${family}-${output}`), '--model', model()],
        ...['--size', '64', '--steps', '2', '--threads', '1', ...flags, ...more],
      )
    beforeAll(() => write(model()))

    it('is inspected, every part complete', async () => {
      const { code, out, error } = await pentimento('inspect', model())
      expect(code, error).toBe(0)
      expect(out).toMatch(title)
      expect(out.match(/complete$/gm)?.length).toBeGreaterThan(1)
    })

    it('edits in English and Chinese, and is replayed to the byte', async () => {
      for (const [output, instruction] of [
        ['en.png', 'make it red'],
        ['cn.png', '把天空变成傍晚'],
      ] as const) {
        const made = await edit(output, instruction)
        expect(made.code, made.error).toBe(0)
        expect(made.out).toContain(`${family}-${output}  72×56, `)
      }
      const made = at(`${family}-en.png`)
      const { model: used } = JSON.parse((await readRecipe(made))!) as ModelRecipe
      expect(used.family).toBe(family)
      const again = await pentimento('replay', made, '-o', at(`${family}-again.png`))
      expect(again.out, again.error).toContain('the same picture')
      expect(readFileSync(at(`${family}-again.png`)).equals(readFileSync(made))).toBe(true)
    })

    it('is quantised, and edits then too', async () => {
      const quantised = await pentimento(
        'quantize',
        model(),
        '--precision',
        'int8',
        '-o',
        at(`${family}-int8`),
      )
      expect(quantised.code, quantised.error).toBe(0)
      const made = await edit('int8.png', 'make it red', '--model', at(`${family}-int8`))
      expect(made.code, made.error).toBe(0)
    })

    it('takes a LoRA, which decides, and is replayed with it', async () => {
      const lora = at(`${family}-lora.safetensors`)
      await writeLora(lora, join(model(), layer[0]), layer[1])
      const made = await edit('lora.png', 'make it red', '--lora', lora)
      expect(made.code, made.error).toBe(0)
      const picture = at(`${family}-lora.png`)
      const recipe = JSON.parse((await readRecipe(picture))!) as ModelRecipe
      expect(recipe.model.loras).toMatchObject([{ file: `${family}-lora.safetensors`, strength: 1 }])
      const plain = JSON.parse((await readRecipe(at(`${family}-en.png`)))!) as ModelRecipe
      expect(recipe.result).not.toBe(plain.result)
      const again = await pentimento('replay', picture, '-o', at(`${family}-lora-2.png`), '--lora', lora)
      expect(again.out, again.error).toContain('the same picture')
    })

    it(most > 0 ? `takes ${most} pictures more, and they decide` : 'takes one picture', async () => {
      const photo = at('photo.png')
      const further = Array.from({ length: most + 1 }, () => ['--with', photo]).flat()
      const many = await edit('many.png', 'make it red', ...further)
      expect(many.code).toBe(2)
      expect(many.error).toMatch(/^pentimento: more: \S+ takes [^\n]+\n$/m)
      expect(existsSync(at(`${family}-many.png`))).toBe(false)
      if (most === 0) return
      const made = await edit('with.png', 'make it red', '--with', photo)
      expect(made.code, made.error).toBe(0)
      const recipe = JSON.parse((await readRecipe(at(`${family}-with.png`)))!) as ModelRecipe
      expect(recipe.more).toMatchObject([{ path: 'photo.png' }])
      const plain = JSON.parse((await readRecipe(at(`${family}-en.png`)))!) as ModelRecipe
      expect(recipe.result).not.toBe(plain.result)
      const again = await pentimento('replay', at(`${family}-with.png`), '-o', at(`${family}-with-2.png`))
      expect(again.out, again.error).toContain('the same picture')
    })

    it('refuses, in one line, an option of other families and a folder that lacks a part', async () => {
      const [flag, value] = foreign
      const { code, error } = await edit('none.png', 'make it red', flag, value)
      expect(code).toBe(2)
      expect(error).toMatch(
        new RegExp(`^pentimento: \\w+: ${family} has no such option; leave it out\n$`, 'm'),
      )
      const lacking = at(`${family}-lacking`)
      cpSync(model(), lacking, { recursive: true })
      for (const name of readdirSync(lacking))
        if (name === needs) rmSync(join(lacking, name), { recursive: true })
      const refused = await edit('none.png', 'make it red', '--model', lacking)
      expect(refused.code).toBe(2)
      expect(refused.error).toMatch(/^pentimento: [^\n]*lacking[^\n]*\n$/m)
      expect(existsSync(at(`${family}-none.png`))).toBe(false)
    })
  },
)
