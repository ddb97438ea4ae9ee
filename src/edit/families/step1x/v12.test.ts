import { mkdtempSync, rmSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGolden } from '../../../../test/golden.ts'
import { writeTinyV12 } from '../../../../test/tinyV12.ts'
import { tensorValue } from '../../../graph/index.ts'
import type { Picture } from '../../../image/index.ts'
import { writeAll } from '../../../weights/index.ts'
import { inspectWeights } from '../../checkpoint/inspect.ts'
import { openModelEditor } from '../../modelEditor.ts'
import type { EditProgress } from '../../progress.ts'
import type { RoundReport, ThoughtReport } from '../../reflection/report.ts'
import { findModelFolder } from '../index.ts'

let root: string
let folder: string
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'v12-'))
  folder = join(root, 'Step1X-Edit-v1p2')
  await writeTinyV12(folder)
})
afterAll(() => rmSync(root, { recursive: true }))

const picture = {
  width: 72,
  height: 60,
  data: Uint8Array.from({ length: 72 * 60 * 3 }, (_, i) => (i * 37) % 256),
}
const quick = { steps: 2, size: 64, reflect: false } as const
const opening = { provider: 'cpu', threads: 1 } as const

describe('a folder of Step1X-Edit v1.2', () => {
  it('is known by its class or its mapping of quoted text, whatever its name', async () => {
    expect(await findModelFolder(folder)).toMatchObject({ family: 'step1x-edit-v1.2', namedVariant: 'v1.2' })
    const other = join(root, 'some-preview')
    await writeTinyV12(other, { className: 'SomePipeline' })
    expect(await findModelFolder(other)).toMatchObject({
      family: 'step1x-edit-v1.2',
      namedVariant: 'v1.2-preview',
    })
    expect(await findModelFolder(other, 'v1.2')).toMatchObject({ namedVariant: 'v1.2' })
    const report = await inspectWeights(folder)
    expect(report).toMatchObject({ variant: 'v1.2' })
    expect(report.parts.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined])
  })

  it('says what is missing of the mapping, and refuses to be another version', async () => {
    await expect(openModelEditor(folder, { ...opening, variant: 'v1.1' })).rejects.toThrow(
      "variant: expected v1.2 or v1.2-preview, of which the weights are, got 'v1.1'",
    )
    const old = join(root, 'old')
    await cp(folder, old, { recursive: true })
    await rm(join(old, 'text_encoder'), { recursive: true })
    await expect(openModelEditor(old, opening)).rejects.toThrow(
      'missing text_encoder of the diffusers layout',
    )
    await cp(join(folder, 'text_encoder'), join(old, 'text_encoder'), { recursive: true })
    const file = join(old, 'transformer', 'diffusion_pytorch_model.safetensors')
    const tensors = await readGolden('step1x-v1.2/dit_weights.safetensors')
    delete tensors['text_token_mapping.bias']
    await writeAll(file, new Map(Object.entries(tensors)))
    await expect(openModelEditor(old, opening)).rejects.toThrow(/missing: "?text_token_mapping\.bias/)
  })
})

it('draws with its own defaults; equal seeds give equal pictures, whole or streamed', async () => {
  const editor = await openModelEditor(folder, { ...opening, precision: 'fp32' })
  const streamed = await openModelEditor(folder, { ...opening, precision: 'fp32', plan: 'streamed' })
  try {
    expect(editor.variant).toBe('v1.2')
    expect(editor.defaults).toMatchObject({
      steps: 28,
      guidance: 6,
      size: 1024,
      dampAbove: 0,
      vaeSample: true,
      reflect: true,
    })
    const edit = (instruction: string, more = {}) => editor.edit(picture, instruction, { ...quick, ...more })
    const first = await edit('change the sign to "OPEN"')
    expect([first.width, first.height]).toEqual([72, 60])
    expect(await edit('change the sign to "OPEN"')).toEqual(first)
    expect((await edit('change the sign to OPEN')).data).not.toEqual(first.data)
    expect((await edit('change the sign to "OPEN"', { seed: 1 })).data).not.toEqual(first.data)
    expect((await edit('change the sign to "OPEN"', { vaeSample: false })).data).not.toEqual(first.data)
    const again = await streamed.edit(picture, 'change the sign to "OPEN"', { ...quick })
    const most = again.data.reduce((found, level, i) => Math.max(found, Math.abs(level - first.data[i]!)), 0)
    expect(most).toBeLessThanOrEqual(1)
  } finally {
    await editor.close()
    await streamed.close()
  }
})

it('takes LoRAs by the names of diffusers, of the mapping of quoted text too', async () => {
  const file = join(root, 'lora.safetensors')
  const noise = (shape: readonly number[]) =>
    tensorValue(
      'f32',
      shape,
      Array.from({ length: shape[0]! * shape[1]! }, (_, i) => Math.sin(i + shape[0]!)),
    )
  await writeAll(
    file,
    new Map([
      ['transformer.transformer_blocks.0.attn.to_q.lora_A.weight', noise([2, 32])],
      ['transformer.transformer_blocks.0.attn.to_q.lora_B.weight', noise([32, 2])],
      ['transformer.text_token_mapping.lora_A.weight', noise([2, 64])],
      ['transformer.text_token_mapping.lora_B.weight', noise([48, 2])],
    ]),
  )
  const edit = async (strength: number) => {
    const editor = await openModelEditor(folder, {
      ...opening,
      precision: 'fp32',
      cache: join(root, 'cache'),
      loras: [{ file, strength }],
    })
    const made = await editor.edit(picture, 'write "SNOW"', quick)
    await editor.close()
    return made.data
  }
  const plain = await edit(0)
  expect(await edit(1)).not.toEqual(plain)
})

describe('thinking', () => {
  const mending =
    '{"meets_instruction": "no", "raw_score": 3, "score": [4, 5], "reasoning": "<#Think> grey <#Reflection> more snow"}'
  const contentWith = (word: string) =>
    `{"meets_instruction": "yes", "raw_score": 9, "score": [9, 8], "reasoning": "<#Think> ${word} <#Success>"}`

  it('mends the result until the tries are used up, each round told with its picture', async () => {
    const thinking = join(root, 'mending')
    await writeTinyV12(thinking, { answer: mending })
    const editor = await openModelEditor(thinking, { ...opening, precision: 'fp32' })
    try {
      const rounds: [RoundReport, Picture, number][] = []
      const thoughts: ThoughtReport[] = []
      const stages: string[] = []
      const edit = (more: object = {}) =>
        editor.edit(picture, 'make it snow', { steps: 1, size: 64, tries: 2, ...more })
      const result = await edit({
        onRound: (...told: [RoundReport, Picture, number]) => void rounds.push(told),
        onThought: (thought: ThoughtReport) => void thoughts.push(thought),
        onProgress: ({ stage, round, doing }: EditProgress) =>
          void stages.push([round, stage, ...(doing ? [doing] : [])].join(' ')),
      })
      expect(
        rounds.map(([round, , number]) => [number, round.edited, round.instruction, round.verdict]),
      ).toEqual([
        [1, 0, 'make it snow', 'mend'],
        [2, 1, ' more snow"}', 'mend'],
      ])
      expect(rounds[0]![0]).toMatchObject({ edit: [4, 5], look: [4, 5] })
      expect(thoughts).toEqual([{ rounds: rounds.map(([round]) => round), best: 2 }])
      expect(rounds[1]![1]).toEqual(result)
      expect(rounds[0]![1].data).not.toEqual(result.data)
      expect(stages).toContain('2 think judging the result')
      expect(await edit()).toEqual(result)
      // The first try alone is what an edit without reflection makes.
      const plain = await edit({ reflect: false })
      expect(plain).toEqual(rounds[0]![1])

      const cancel = new AbortController()
      const stopped = edit({
        signal: cancel.signal,
        onProgress: ({ stage }: EditProgress) => void (stage === 'think' && cancel.abort()),
      })
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    } finally {
      await editor.close()
    }
  })

  it('is content with one try, edits by the rewritten instruction, and streams in little memory', async () => {
    const thinking = join(root, 'content')
    await writeTinyV12(thinking, { answer: contentWith('white') })
    const editor = await openModelEditor(thinking, { ...opening, precision: 'fp32', memory: 1 })
    try {
      const thoughts: ThoughtReport[] = []
      const hooks = { onThought: (thought: ThoughtReport) => void thoughts.push(thought) }
      const edit = (more: object) =>
        editor.edit(picture, 'make it snow', { steps: 1, size: 64, think: true, ...hooks, ...more })
      const judged = await edit({})
      expect(thoughts[0]).toMatchObject({
        rewritten: contentWith('white'),
        rounds: [{ edited: 0, instruction: contentWith('white'), verdict: 'success', edit: [9, 8] }],
        best: 1,
      })
      expect(await edit({ reflect: false })).toEqual(judged)
      expect(thoughts[1]).toEqual({ rewritten: contentWith('white'), rounds: [], best: 1 })
    } finally {
      await editor.close()
    }
  })

  it('needs the head of the language model, and edits without it', async () => {
    const headless = join(root, 'headless')
    await writeTinyV12(headless)
    const tensors = await readGolden('qwen25vl/weights.safetensors')
    delete tensors['lm_head.weight']
    await writeAll(join(headless, 'text_encoder', 'model.safetensors'), new Map(Object.entries(tensors)))
    const editor = await openModelEditor(headless, { ...opening, precision: 'fp32' })
    await expect(editor.edit(picture, 'make it snow', { ...quick, reflect: true })).rejects.toThrow(
      /missing: "?lm_head\.weight/,
    )
    expect(await editor.edit(picture, 'make it snow', quick)).toMatchObject({ width: 72, height: 60 })
    await editor.close()
  })

  it('is refused by other versions', async () => {
    const editor = await openModelEditor('nano')
    await expect(editor.edit(picture, 'make it snow', { reflect: true })).rejects.toThrow(
      'reflect: nano has no such option',
    )
    await editor.close()
  })
})
