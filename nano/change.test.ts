import { dataOf, Graph, Parameters, type TensorValue, tensorValue } from 'pentimento/graph'
import {
  changeHead,
  jointPositions,
  rotaryTables,
  type Step1xEditInputs,
  step1xEdit,
  timeEmbedding,
} from 'pentimento/models'
import { openRuntime } from 'pentimento/onnx'
import { TorchGenerator } from 'pentimento/random'
import { flowInputs, flowLosses } from 'pentimento/train'
import { readAll } from 'pentimento/weights'
import { describe, expect, it } from 'vitest'
import { smallConfig } from '../test/smallModel.ts'
import { firstWeights } from './transformer.ts'

const config = { ...smallConfig, head: changeHead({ maps: 0, filters: 0 }) }
const [tokens, channels, t] = [4, config.dit.inChannels, 0.8]

function feeds(): Record<string, TensorValue> {
  const random = new TorchGenerator(3)
  const normal = (shape: readonly number[]): TensorValue => ({
    dtype: 'f32',
    shape,
    data: random.randn(shape.reduce((a, b) => a * b)),
  })
  const time = timeEmbedding([t])
  return {
    image: normal([1, 2 * tokens, channels]),
    features: normal([1, 3, config.connector.inWidth]),
    mask: tensorValue('bool', [1, 3], [1, 1, 0]),
    repeats: tensorValue('f32', [1], [5]),
    time,
    connectorTime: time,
    t: tensorValue('f32', [1, 1, 1], [t]),
    ...rotaryTables(jointPositions({ text: 3, rows: 2, columns: 2 }, 'v1.0'), config.dit),
  }
}

/** What the model predicts with weights in which the last layer is not zero. */
async function velocityWith(
  change: (weights: Map<string, TensorValue>) => void,
  given = feeds(),
  used = config,
): Promise<Float32Array> {
  const weights = await readAll(
    firstWeights(used, { deviations: new Float32Array(channels / 4).fill(1), seed: 1 }),
  )
  change(weights)
  const graph = new Graph()
  const inputs = Object.fromEntries(
    Object.entries(given).map(([name, { dtype, shape }]) => [name, graph.input(name, dtype, shape)]),
  ) as unknown as Step1xEditInputs
  const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  try {
    const session = await runtime.load({ velocity: step1xEdit(new Parameters(graph), inputs, used) })
    const { velocity } = await session.run({ ...given, ...Object.fromEntries(weights) })
    expect(velocity!.shape).toEqual([1, tokens, channels])
    return dataOf(velocity!, 'f32')
  } finally {
    await runtime.close()
  }
}

describe('a model that predicts a change of the reference', () => {
  const image = dataOf(feeds().image!, 'f32')
  const half = tokens * channels

  it('leads to the reference while its last layer is zero', async () => {
    const velocity = await velocityWith(() => {})
    for (let i = 0; i < half; i++) expect(image[i]! - t * velocity[i]!).toBeCloseTo(image[half + i]!, 5)
  })

  it('takes what it says as gains, then as offsets of the reference', async () => {
    // With zero weights the last layer says its bias at every token.
    const velocity = await velocityWith((weights) => {
      const bias = dataOf(weights.get('final_layer.linear.bias')!, 'f32')
      for (let c = 0; c < channels; c++) [bias[c], bias[channels + c]] = [0.01 * c, 0.25 - 0.1 * c]
    })
    for (let i = 0; i < half; i++) {
      const c = i % channels
      const wanted = image[half + i]! * (1 + 0.01 * c) + 0.25 - 0.1 * c
      expect(image[i]! - t * velocity[i]!).toBeCloseTo(wanted, 4)
    }
  })

  it('adds of each map as much as each latent is told', async () => {
    const [maps, latent] = [2, channels / 4]
    const given = feeds()
    const velocity = await velocityWith(
      (weights) => {
        // The first map doubles every channel, the second takes each from the one after it.
        const data = dataOf(weights.get('final_layer.maps.weight')!, 'f32')
        data.fill(0)
        for (let k = 0; k < latent; k++) {
          data[k * latent + k] = 2
          data[(latent + k) * latent + ((k + 1) % latent)] = 1
        }
        const bias = dataOf(weights.get('final_layer.linear.bias')!, 'f32')
        // Of each of the four latents of a token: how much of the first map, and of the second.
        bias.set([0.5, 0, 0, 3, 0, 0, -1, 0.25], 2 * channels)
      },
      given,
      { ...config, head: changeHead({ maps, filters: 0 }) },
    )
    const shares = [[0.5, 0], [0, 3], [0, 0], [-1, 0.25]] as const // biome-ignore format: a row a latent
    for (let i = 0; i < half; i++) {
      const [token, k, corner] = [Math.floor(i / channels), Math.floor((i % channels) / 4), i % 4]
      const of = (channel: number) => image[half + token * channels + 4 * channel + corner]!
      const [first, second] = shares[corner]!
      const wanted = of(k) * (1 + 2 * first) + second * of((k + 1) % latent)
      expect(image[i]! - t * velocity[i]!).toBeCloseTo(wanted, 4)
    }
  })

  it('adds of what each filter finds as much as each token is told', async () => {
    const filters = 3
    const given = feeds()
    const random = new TorchGenerator(6)
    const [inward, bias, outward] = [
      random.randn(filters * channels),
      random.randn(filters),
      random.randn(channels * filters),
    ]
    const shares = [2, 0, -0.5]
    const velocity = await velocityWith(
      (weights) => {
        const fill = (path: string, values: ArrayLike<number>, at = 0) =>
          dataOf(weights.get(`final_layer.${path}`)!, 'f32').set(values, at)
        fill('filters.in.weight', inward)
        fill('filters.in.bias', bias)
        fill('filters.out.weight', outward)
        fill('linear.bias', shares, 2 * channels)
      },
      given,
      { ...config, head: changeHead({ maps: 0, filters }) },
    )
    const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
    for (let token = 0; token < tokens; token++) {
      const reference = image.subarray(half + token * channels, half + (token + 1) * channels)
      const found = shares.map((share, f) => {
        const sum = reference.reduce((all, value, c) => all + value * inward[f * channels + c]!, bias[f]!)
        return share * gelu(sum)
      })
      for (let c = 0; c < channels; c++) {
        const wanted = found.reduce((all, value, f) => all + value * outward[c * filters + f]!, reference[c]!)
        const i = token * channels + c
        expect(image[i]! - t * velocity[i]!).toBeCloseTo(wanted, 3)
      }
    }
  })

  it('sees text and reference where they are, and nothing of the target', async () => {
    const shaken = (weights: Map<string, TensorValue>) => {
      const random = new TorchGenerator(5)
      for (const [path, { data, shape }] of weights)
        if (shape.length === 2)
          (data as Float32Array).set(
            random.randn(data.length).map((x) => 0.1 * x),
            0,
          )
        else if (path.endsWith('.bias')) (data as Float32Array).fill(0.1)
    }
    const edited = async (change: (given: Record<string, TensorValue>) => void) => {
      const given = feeds()
      change(given)
      const velocity = await velocityWith(shaken, given)
      const x = dataOf(given.image!, 'f32')
      return Array.from(velocity, (v, i) => x[i]! - t * v)
    }
    const before = await edited(() => {})
    const otherTarget = await edited(({ image: x }) => dataOf(x!, 'f32').fill(3, 0, half))
    const otherPlace = await edited(({ cosines, sines }) => {
      for (const { data, shape } of [cosines!, sines!]) (data as Float32Array).fill(0, -shape[1]!)
    })
    const otherTargetPlace = await edited(({ cosines, sines }) => {
      // The rows of the target's four tokens come after three of text.
      for (const { data, shape } of [cosines!, sines!])
        (data as Float32Array).fill(0, 3 * shape[1]!, (3 + tokens) * shape[1]!)
    })
    const difference = (after: number[]) => Math.max(...after.map((x, i) => Math.abs(x - before[i]!)))
    expect(difference(otherTarget)).toBeLessThan(1e-4)
    expect(difference(otherTargetPlace)).toBeLessThan(1e-4)
    expect(difference(otherPlace)).toBeGreaterThan(1e-3)
  })

  it('has as its first loss the distance of source and target, over the square of the time', async () => {
    const random = new TorchGenerator(9)
    const picture = () => ({ dtype: 'f32' as const, shape: [1, tokens, channels], data: random.randn(half) })
    const { image: _, ...rest } = feeds()
    const given = { ...rest, source: picture(), target: picture(), noise: picture() }
    const graph = new Graph()
    const losses = flowLosses(new Parameters(graph), flowInputs(graph, { batch: 1, tokens }, config), config)
    const runtime = await openRuntime({ provider: 'cpu', threads: 1 })
    const session = await runtime.load({ losses })
    const weights = await readAll(
      firstWeights(config, { deviations: new Float32Array(channels / 4).fill(1), seed: 1 }),
    )
    const found = await session.run({ ...given, ...Object.fromEntries(weights) })
    await runtime.close()
    let sum = 0
    for (let i = 0; i < half; i++) sum += (given.source.data[i]! - given.target.data[i]!) ** 2
    expect(Number(found.losses!.data[0])).toBeCloseTo(sum / half / t ** 2, 4)
  })
})
