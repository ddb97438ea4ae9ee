import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Picture, pictureHash, renderText } from 'pentimento/image'
import { Random } from 'pentimento/random'
import { type Adapters, openAdapters, openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toolsFor } from '../recipes.ts'
import { openSmallChatServer, type SmallChatServer } from '../smallChatServer.ts'
import { type ComfyRun, openSmallComfy, type SmallComfy } from '../smallComfy.ts'
import {
  tinyDepth,
  tinyFlorence,
  tinyFlow,
  tinyMatting,
  tinySegmenter,
  writeTinyModel,
} from '../tinyTransformers.ts'
import { allRecipes } from './recipeRuns.ts'

/* The paper's own tools end to end: Florence-2, SAM-2 and depth through transformers.js, BiRefNet and RAFT as ONNX files,
   generators on a ComfyUI server, a vision model on an OpenAI-compatible one. Their weights are tiny; everything between a
   recipe and them is what a user has. */

const packs = toolsFolder(process.env)
const recipes = await allRecipes()
const { missing } = await toolsFor(['edges', 'ocr', 'fonts'])
/** A dark picture with a bright square in the box that the tiny Florence-2 always tells. */
const [width, height] = [96, 64]
const inSquare = (x: number, y: number): boolean => x >= 24 && x < 56 && y >= 16 && y < 48
const photo = (square = 230, left = 0): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return inSquare((pixel % width) - left, Math.floor(pixel / width)) ? square : 20
  }),
})
let folder: string
let comfy: SmallComfy
let chat: SmallChatServer
let adapters: Adapters
let tools: Toolbox

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-'))
  await writeTinyModel(tinyDepth(false), join(folder, 'depth'))
  await writeTinyModel(tinySegmenter('sam2'), join(folder, 'sam2'))
  await writeTinyModel(
    tinyFlorence(['car', '<loc_250>', '<loc_249>', '<loc_583>', '<loc_749>']),
    join(folder, 'florence'),
  )
  await writeTinyModel(tinyMatting(64), join(folder, 'birefnet'))
  await writeTinyModel(tinyFlow(), join(folder, 'raft'))
  comfy = await openSmallComfy()
  chat = await openSmallChatServer({ models: ['eye'] })
  const generator = { type: 'comfyui', url: comfy.url, pollSeconds: 0.01 }
  const models = { controlnet: 'diffusers_xl_depth_full.safetensors' }
  adapters = await openAdapters(
    {
      vision: { type: 'openai', baseUrl: chat.baseUrl, model: 'eye', pictures: 'png' },
      detector: { type: 'transformers', model: join(folder, 'florence') },
      segmenter: { type: 'transformers', model: join(folder, 'sam2') },
      depth: { type: 'transformers', model: join(folder, 'depth') },
      matting: { type: 'onnx', file: 'birefnet/model.onnx', side: 64 },
      flow: { type: 'onnx', file: 'raft/model.onnx', size: [128, 128] },
      inpainter: { ...generator, workflow: 'object-removal', models: { lora: 'removal.safetensors' } },
      generator: [
        { ...generator, workflow: 'flux-fill' },
        { ...generator, workflow: 'controlnet', control: 'depth', models },
      ],
    },
    { env: {}, folder, tools: packs },
  )
  tools = await openToolbox({ folder: packs, adapters: adapters.tools })
})
afterAll(async () => {
  await tools.close()
  await adapters.close()
  await comfy.close()
  await chat.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  comfy.paint = ({ pictures }: ComfyRun) => {
    const [first] = Object.values(pictures)
    return { ...first!, data: new Uint8Array(first!.data.length).fill(60) }
  }
  chat.respond = undefined
  comfy.runs.length = 0
})

const answers = (json: unknown): void => {
  chat.respond = () => ({ says: JSON.stringify(json) })
}

function drafting(name: string, source: Picture, frames?: readonly Picture[]) {
  const recipe = recipes.find((each) => each.name === name)!
  const donors = { cutout: async () => undefined, picture: async () => undefined }
  return recipe.draft(
    { id: pictureHash(source), name: 'photo', picture: source, ...(frames && { frames }) },
    { tools, donors, random: new Random(1), annotation: { things: [], surfaces: [] } },
  )
}

/** Where two pictures differ. */
const changed = (one: Picture, other: Picture): number[] =>
  Array.from({ length: width * height }, (_, i) => i).filter((i) => one.data[3 * i] !== other.data[3 * i])

const library = join(packs, 'transformers/node_modules/@huggingface/transformers')
const transformers = it.skipIf(!existsSync(library) && process.env.PENTIMENTO_REQUIRE_TOOLS !== '1')

describe('segmenter and inpainter', () => {
  transformers('take a thing out, and put it back', async () => {
    const source = photo()
    const removed = await drafting('subject-remove/segmented', source)
    expect(removed.source).toBe(source)
    expect(removed.facts).toMatchObject({ kind: 'subject-remove', subject: { en: 'car', cn: '汽车' } })
    expect(removed.target.data[3 * (30 * width + 40)]).toBe(60)
    for (const i of changed(removed.source, removed.target))
      expect(removed.region!.data[i]).toBeGreaterThan(0)
    const added = await drafting('subject-add/segmented', source)
    expect(added.target).toBe(source)
    expect(added.source.data).toEqual(removed.target.data)
    // The workflow with the LoRA ran, with the thing's mask.
    const { prompt } = comfy.runs[0]!
    expect(JSON.stringify(prompt)).toContain('removal.safetensors')
  })
})

describe('vision model and FLUX Fill', () => {
  transformers('replace a thing by what the model proposes', async () => {
    answers({ en: 'hay bale', cn: '干草捆', prompt: 'a round hay bale on a field' })
    const { facts, target, source, region } = await drafting('subject-replace/generated', photo())
    expect(facts).toMatchObject({
      kind: 'subject-replace',
      from: { en: 'car' },
      to: { en: 'hay bale', cn: '干草捆' },
    })
    expect(JSON.stringify(comfy.runs[0]!.prompt)).toContain('a round hay bale on a field')
    expect(changed(source, target).length).toBeGreaterThan(800)
    for (const i of changed(source, target)) expect(region!.data[i]).toBeGreaterThan(0)
  })

  transformers('refuse what the model does not say as asked', async () => {
    chat.respond = () => ({ says: 'Sure! A hay bale would be great.' })
    await expect(drafting('subject-replace/generated', photo())).rejects.toMatchObject({
      reason: 'vision-unreadable',
    })
    answers({ en: 'Car', cn: '轿车', prompt: 'a car' })
    await expect(drafting('subject-replace/generated', photo())).rejects.toMatchObject({
      reason: 'same-thing',
    })
    chat.respond = () => ({ says: null, refusal: 'I cannot help with that.' })
    await expect(drafting('subject-replace/generated', photo())).rejects.toMatchObject({
      reason: 'vision-refused',
    })
  })

  it('put another place behind the subject, which stays', async () => {
    answers({
      subject: { en: 'lamp', cn: '灯' },
      background: { en: 'a beach', cn: '海滩', prompt: 'a sandy beach at noon' },
    })
    const { source, target, facts } = await drafting('background_change/generated', photo())
    expect(facts).toMatchObject({ kind: 'background_change', background: { en: 'a beach' } })
    const at = (picture: Picture, x: number, y: number): number => picture.data[3 * (y * width + x)]!
    expect([at(target, 40, 32), at(target, 5, 5)]).toEqual([230, 60])
    expect(at(source, 5, 5)).toBe(20)
  })
})

describe('depth ControlNet', () => {
  transformers('gives a thing another colour or material within its outline', async () => {
    for (const name of ['color_alter/depth', 'material_alter/depth']) {
      const { source, target, region, facts } = await drafting(name, photo())
      expect(facts).toMatchObject({ object: { en: 'car' } })
      expect(changed(source, target).length).toBeGreaterThan(500)
      for (const i of changed(source, target)) expect(region!.data[i]).toBeGreaterThan(0)
    }
    // The control is the depth of the photograph: the square is near.
    const control = Object.values(comfy.runs[0]!.pictures).find(
      ({ data }) => data[3 * (32 * width + 40)]! > 200 && data[0]! < 30,
    )
    expect(control).toBeDefined()
  })

  it('is not asked where no workflow is led by edges', async () => {
    await expect(drafting('style_change/to-drawing', photo())).rejects.toMatchObject({
      reason: 'no-workflow',
      values: { control: 'edges' },
    })
  })
})

describe('frames of a video', () => {
  it('make a pair where only the foreground moves, named by the model', async () => {
    answers({
      moved: true,
      subject: { en: 'lamp', cn: '灯' },
      motion: { en: 'swing to the right', cn: '向右摆' },
    })
    // The tiny network takes growing brighter for movement: the square does, the background does not.
    const [first, second] = [photo(200), photo(230)]
    const { source, target, facts, parameters } = await drafting('motion_change/named', first, [
      first,
      second,
    ])
    expect([source, target]).toEqual([first, second])
    expect(facts).toMatchObject({ kind: 'motion_change', motion: { cn: '向右摆' } })
    expect(parameters.foregroundFlow).toBeGreaterThan(10)
    expect(parameters.backgroundFlow).toBeLessThan(1)
  })

  it('are refused where the camera moves too, or the model sees no movement', async () => {
    const brighter = { ...photo(230), data: photo(200).data.map((level) => level + 30) }
    await expect(drafting('motion_change/named', photo(200), [photo(200), brighter])).rejects.toMatchObject({
      reason: 'flow',
    })
    answers({ moved: false, subject: { en: 'lamp', cn: '灯' }, motion: { en: 'stay', cn: '不动' } })
    await expect(drafting('motion_change/named', photo(200), [photo(200), photo(230)])).rejects.toMatchObject(
      { reason: 'not-named' },
    )
  })
})

describe.skipIf(missing)('packs beside the servers', () => {
  it('draw along edges in both directions', async () => {
    const generator = { type: 'comfyui', url: comfy.url, pollSeconds: 0.01, workflow: 'controlnet' }
    const models = { controlnet: 'diffusers_xl_depth_full.safetensors' }
    const edges = await openAdapters(
      {
        vision: { type: 'openai', baseUrl: chat.baseUrl, model: 'eye' },
        generator: { ...generator, control: 'edges', models },
      },
      { env: {}, folder, tools: packs },
    )
    const toolbox = await openToolbox({ folder: packs, adapters: edges.tools })
    const context = {
      tools: toolbox,
      donors: { cutout: async () => undefined, picture: async () => undefined },
      random: new Random(1),
      annotation: { things: [], surfaces: [] },
    }
    const draft = (name: string) =>
      recipes
        .find((each) => each.name === name)!
        .draft({ id: 'x', name: 'x', picture: photo() }, { ...context, random: new Random(1) })
    answers({ drawing: true, style: { en: 'Ghibli style', cn: '吉卜力风格' }, scene: 'a lamp' })
    const fake = await draft('style_change/from-drawing')
    expect(fake.target).toEqual(photo())
    expect(fake.facts).toMatchObject({ direction: 'to-style', style: { en: 'Ghibli style' } })
    await expect(draft('style_change/to-drawing')).rejects.toMatchObject({ reason: 'drawing' })
    // The square has four edges, and nothing else has any.
    const control = Object.values(comfy.runs[0]!.pictures).find(({ data }) => data.includes(255))!
    expect(control.data[3 * (32 * width + 40)]).toBe(0)
    expect(Array.from(control.data.slice(3 * 32 * width, 3 * 33 * width))).toContain(255)
    answers({ drawing: false, style: { en: 'photo', cn: '照片' }, scene: 'a lamp' })
    const drawn = await draft('style_change/to-drawing')
    expect(drawn.source).toEqual(photo())
    expect(JSON.stringify(comfy.runs[1]!.prompt)).toMatch(/: a lamp/)
    await toolbox.close()
    await edges.close()
  })

  it('write the words that the model proposes for a line that it takes for valid', async () => {
    const picture = await sign('OPEN')
    const lines = await tools.get('ocr').read(picture)
    expect(lines.map(({ text }) => text)).toEqual(['OPEN'])
    answers({ valid: [1], change: 1, to: 'TAXI' })
    const { facts } = await drafting('text_change/valid', picture)
    expect(facts).toMatchObject({ kind: 'text_change', action: 'replace', to: 'TAXI' })
    answers({ valid: [], change: 1, to: 'TAXI' })
    await expect(drafting('text_change/valid', picture)).rejects.toMatchObject({ reason: 'no-valid-text' })
  })
})

/** Words in dark ink on a light board. */
async function sign(text: string): Promise<Picture> {
  const ink = await renderText(text, { font: tools.get('fonts').files[0]!.file, size: 60 })
  const [wide, high] = [480, 200]
  const data = new Uint8Array(3 * wide * high).fill(225)
  for (let y = 0; y < ink.height; y++)
    for (let x = 0; x < ink.width; x++)
      for (let c = 0; c < 3; c++) {
        const at = 3 * ((y + 60) * wide + x + 100) + c
        data[at] = Math.round(225 - (190 * ink.data[y * ink.width + x]!) / 255)
      }
  return { width: wide, height: high, data }
}
