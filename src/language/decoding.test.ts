import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openGolden, readGolden, relativeError } from '../../test/golden.ts'
import { hasGpu } from '../../test/gpu.ts'
import { numbersOf, type TensorValue, tensorValue } from '../graph/index.ts'
import { parseQwen25VLConfig, textPositions } from '../models/index.ts'
import { openRuntime, type Plan, type Runtime } from '../onnx/index.ts'
import type { Checkpoint } from '../weights/index.ts'
import { KeyValueCache } from './cache.ts'
import { Decoding, type Sequence } from './decoding.ts'
import { likeliest } from './sampling.ts'

const meta = JSON.parse(
  readFileSync(new URL('../../test/golden/qwen25vl/meta.json', import.meta.url), 'utf8'),
)
const config = parseQwen25VLConfig(meta.config)
let source: Checkpoint
let given: Record<string, TensorValue>
let double: Record<string, TensorValue>
let head: readonly number[]

beforeAll(async () => {
  source = await openGolden('qwen25vl/weights.safetensors')
  given = await readGolden('qwen25vl/inputs.safetensors')
  double = await readGolden('qwen25vl/outputs_f64.safetensors')
  head = [...numbersOf((await readGolden('qwen25vl/weights.safetensors'))['lm_head.weight']!)]
})
afterAll(() => source.close())

/** Case a of the golden data: a prompt with a picture in its middle. */
function sequence(): Sequence {
  const ids = [...numbersOf(given['a.input_ids']!)]
  const [, rows, columns] = numbersOf(given['a.image_grid_thw']!) as unknown as number[]
  const image = double['a.image_embeds']!
  return {
    ids,
    positions: textPositions(ids, [{ rows: rows!, columns: columns! }], config),
    pictures: tensorValue('f32', image.shape, [...numbersOf(image)]),
    pictureToken: config.imageToken,
  }
}

/** Scores after each token by the golden hidden states, which the official model computed in float64. */
function goldenScores(): TensorValue[] {
  const hidden = double[`a.hidden_states.${config.layers}`]!
  const numbers = [...numbersOf(hidden)]
  const { width, vocabulary } = config
  return Array.from({ length: hidden.shape[1]! }, (_, token) => {
    const row = numbers.slice(token * width, (token + 1) * width)
    const scores = Array.from({ length: vocabulary }, (_, word) =>
      row.reduce((sum, x, i) => sum + x * head[word * width + i]!, 0),
    )
    return tensorValue('f64', [vocabulary], scores)
  })
}

const scoresOf = (data: Float32Array): TensorValue => tensorValue('f32', [data.length], data)
const cut = ({ ids, positions, ...rest }: Sequence, length: number): Sequence => ({
  ...rest,
  ids: ids.slice(0, length),
  positions: positions.map((axis) => axis.slice(0, length)) as unknown as Sequence['positions'],
})

const providers = ['cpu', ...(hasGpu() ? (['webgpu'] as const) : [])] as const

describe.each(providers)('the cached model on %s', (provider) => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await openRuntime({ provider, ...(provider === 'cpu' && { threads: 1 }) })
  })
  afterAll(() => runtime.close())

  // A GPU in software compiles every segment anew for each run of a streamed model.
  it.each((provider === 'cpu' ? ['whole', 'streamed'] : ['whole']) as Plan[])(
    'gives the golden scores, with a cache and without, %s',
    async (plan) => {
      const decoding = new Decoding({ runtime, source, config, plan })
      const text = sequence()
      const wanted = goldenScores()
      const [all] = await decoding.read([{ sequence: text, cache: new KeyValueCache(config) }])
      expect(
        relativeError(scoresOf(all!), tensorValue('f64', [1024], [...numbersOf(double['a.logits_last']!)])),
      ).toBeLessThan(1e-4)
      // Up to the picture's end at once, then token by token on the cache.
      const start = text.ids.lastIndexOf(config.imageToken) + 1
      const cache = new KeyValueCache(config)
      let [scores] = await decoding.read([{ sequence: cut(text, start), cache }])
      for (let token = start; ; token++) {
        expect(relativeError(scoresOf(scores!), wanted[token - 1]!)).toBeLessThan(1e-4)
        expect(likeliest(scores!)).toBe(likeliest(Float32Array.from(numbersOf(wanted[token - 1]!))))
        if (token === text.ids.length) break
        ;[scores] = await decoding.step(cache, [text.ids[token]!], [text.positions[0][token]!])
      }
      expect(relativeError(scoresOf(scores!), scoresOf(all!))).toBeLessThan(1e-5)
      await decoding.release()
    },
  )

  it('reads texts of several lengths in rows as it reads each alone', async () => {
    const decoding = new Decoding({ runtime, source, config, plan: 'whole' })
    const whole = sequence()
    const lengths = [7, 12, whole.ids.length]
    const caches = lengths.map(() => new KeyValueCache(config))
    await decoding.read(lengths.map((length, i) => ({ sequence: cut(whole, length), cache: caches[i]! })))
    const joined = KeyValueCache.joined(config, caches)
    const together = await decoding.step(joined, [5, 6, 7], [7, 12, 60])
    for (const [row, length] of lengths.entries()) {
      const alone = new KeyValueCache(config)
      await decoding.read([{ sequence: cut(whole, length), cache: alone }])
      const [scores] = await decoding.step(alone, [5 + row], [[7, 12, 60][row]!])
      expect(relativeError(scoresOf(together[row]!.slice()), scoresOf(scores!))).toBeLessThan(1e-5)
    }
    const left = joined.keepRows([2, 0])
    expect(left.lengths).toEqual([whole.ids.length + 1, 8])
    const [last, first] = await decoding.step(left, [8, 8], [61, 8])
    const [all] = await decoding.step(joined.keepRows([0]), [8], [8])
    expect(relativeError(scoresOf(first!.slice()), scoresOf(all!))).toBeLessThan(1e-5)
    expect(last!.every(Number.isFinite)).toBe(true)
    await decoding.release()
  })
})
