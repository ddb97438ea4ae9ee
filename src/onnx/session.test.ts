import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bytesOf,
  Graph,
  interpret,
  type ParameterSource,
  Parameters,
  program,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { openRuntime } from './open.ts'
import type { Runtime } from './runtime.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 })
})
afterAll(() => runtime.close())

const wave = (shape: readonly number[], seed: number): TensorValue =>
  tensorValue(
    'f32',
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 1.7 * i)),
  )

/** Four layers, a segment each, and a source that counts how often each is read. */
function fourLayers() {
  const build = (w: Parameters): Tensor => {
    let x = w.graph.input('x', 'f32', ['n', 4])
    for (let i = 0; i < 4; i++)
      x = w.graph.segment(`layer.${i}`, () => w.pp(`layer.${i}`).linear(x, 4, { bias: false }))
    return x
  }
  const { parameters } = program({ y: build(new Parameters(new Graph())) })
  const values = Object.fromEntries([...parameters.keys()].map((path, i) => [path, wave([4, 4], i)]))
  const reads = new Map<string, number>()
  const source: ParameterSource = {
    name: 'four layers',
    paths: () => Object.keys(values),
    describe: (path) => values[path] && { dtype: 'f32', shape: values[path].shape },
    locate: () => undefined,
    async read(path) {
      reads.set(path, (reads.get(path) ?? 0) + 1)
      return bytesOf(values[path]!)
    },
  }
  const outputs = { y: build(new Parameters(new Graph(), { source })) }
  const counts = (): number[] => Object.keys(values).map((path) => reads.get(path) ?? 0)
  const expectRight = (found: TensorValue, x: TensorValue): void =>
    expect(found).toBeAllclose(interpret(outputs, { x, ...values }).y, { atol: 1e-5, rtol: 1e-5 })
  return { source, outputs, counts, expectRight }
}

const bytesOfLayer = 4 * 16

describe('a streamed session', () => {
  it('reads weights once a run, for all feeds, and those of the kept segments once', async () => {
    const { source, outputs, counts, expectRight } = fourLayers()
    const session = await runtime.load(outputs, { source, plan: 'streamed', keep: 2 * bytesOfLayer })
    expect(counts()).toEqual([1, 1, 0, 0])
    const feeds = [{ x: wave([3, 4], 5) }, { x: wave([1, 4], 6) }]
    const told: string[] = []
    const results = await session.runAll(feeds, {
      onSegment: (done, total) => told.push(`${done} of ${total}`),
    })
    for (const [i, { x }] of feeds.entries()) expectRight(results[i]!.y, x)
    expect(counts()).toEqual([1, 1, 1, 1])
    expect(told).toEqual(['2 of 4', '3 of 4', '4 of 4'])
    expectRight((await session.run(feeds[0]!)).y, feeds[0]!.x)
    expect(counts()).toEqual([1, 1, 2, 2])
    await session.release()
  })

  it('takes turns where runs meet', async () => {
    const { source, outputs, expectRight } = fourLayers()
    const session = await runtime.load(outputs, { source, plan: 'streamed' })
    const told: number[] = []
    const feeds = [1, 2, 3].map((seed) => ({ x: wave([2, 4], seed) }))
    const results = await Promise.all(
      feeds.map((each, i) => session.run(each, { onSegment: () => told.push(i) })),
    )
    for (const [i, { x }] of feeds.entries()) expectRight(results[i]!.y, x)
    expect(told).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    await session.release()
  })

  it('stops between segments, and runs again', async () => {
    const { source, outputs, counts, expectRight } = fourLayers()
    const session = await runtime.load(outputs, { source, plan: 'streamed' })
    const controller = new AbortController()
    const feeds = { x: wave([2, 4], 1) }
    const stopped = session.run(feeds, {
      signal: controller.signal,
      onSegment: (done) => done === 2 && controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(counts()).toEqual([1, 1, 0, 0])
    expectRight((await session.run(feeds)).y, feeds.x)
    await session.release()
  })

  it('forgets a segment that could not be loaded', async () => {
    const { source, outputs, expectRight } = fourLayers()
    let isBroken = true
    const broken: ParameterSource = {
      ...source,
      async read(path) {
        if (isBroken && path.startsWith('layer.2')) throw new Error('the disk is gone')
        return source.read(path)
      },
    }
    const session = await runtime.load(outputs, { source: broken, plan: 'streamed' })
    const feeds = { x: wave([2, 4], 1) }
    await expect(session.run(feeds)).rejects.toThrow('the disk is gone')
    isBroken = false
    expectRight((await session.run(feeds)).y, feeds.x)
    await session.release()
  })

  it('tells all that the source lacks when it is loaded', async () => {
    const { source, outputs } = fourLayers()
    const lacking = {
      ...source,
      describe: (path: string) => (/[13]/.test(path) ? undefined : source.describe(path)),
    }
    await expect(runtime.load(outputs, { source: lacking, plan: 'streamed' })).rejects.toThrow(
      'four layers: 2 parameters do not fit: layer.1.weight is missing; layer.3.weight is missing',
    )
  })

  it('refuses plans that mean nothing', async () => {
    const { source, outputs } = fourLayers()
    const load = (options: object) => runtime.load(outputs, { source, ...options })
    await expect(load({ plan: 'stream' })).rejects.toThrow(
      'load: plan: expected whole or streamed, got stream',
    )
    await expect(load({ plan: 'streamed', keep: Number.NaN })).rejects.toThrow(
      'load: keep: expected bytes, at least 0, got NaN',
    )
    await expect(load({ plan: 'streamed', budget: -1 })).rejects.toThrow('load: budget: expected bytes')
  })

  it('keeps times by segment', async () => {
    const { source, outputs } = fourLayers()
    const session = await runtime.load(outputs, {
      source,
      plan: 'streamed',
      keep: bytesOfLayer,
      profile: true,
    })
    for (let i = 0; i < 2; i++) await session.run({ x: wave([2, 4], 1) })
    const { bySegment, events } = await session.profile()
    expect(bySegment.map(({ name }) => name).sort()).toEqual(['layer.0', 'layer.1', 'layer.2', 'layer.3'])
    expect(bySegment.every(({ count }) => count === 2)).toBe(true)
    const starts = events.filter(({ segment }) => segment === 'layer.3').map((each) => each.startMicroseconds)
    expect(Math.max(...starts) / 1000).toBeLessThan(performance.now())
    await session.release()
  })
})

it.skipIf(process.platform === 'win32')(
  'leaves no weights in the temporary folder once it is loaded',
  async () => {
    const before = process.env.TMPDIR
    const folder = mkdtempSync(join(tmpdir(), 'spilled-'))
    process.env.TMPDIR = folder
    try {
      // More than what is put into the model itself.
      const width = 3072
      const weight = wave([width, width], 1)
      let whileLoading: string[] = []
      const source: ParameterSource = {
        name: 'made',
        paths: () => ['fc.weight', 'out.weight'],
        describe: () => ({ dtype: 'f32', shape: [width, width] }),
        locate: () => undefined,
        async read(path) {
          if (path === 'out.weight') whileLoading = readdirSync(folder)
          return bytesOf(weight)
        },
      }
      const w = new Parameters(new Graph(), { source })
      const x = w.graph.input('x', 'f32', [2, width])
      const y = w.pp('out').linear(w.pp('fc').linear(x, width, { bias: false }), width, { bias: false })
      for (const prepack of [true, false]) {
        const session = await runtime.load({ y }, { source, prepack })
        expect(whileLoading).toHaveLength(1)
        expect(readdirSync(folder)).toEqual([])
        const value = wave([2, width], 2)
        const found = await session.run({ x: value })
        const product = (a: Float32Array): Float32Array =>
          Float32Array.from({ length: width }, (_, o) => {
            let sum = 0
            for (let i = 0; i < width; i++) sum += a[i]! * (weight.data[o * width + i] as number)
            return sum
          })
        const wanted = product(product((value.data as Float32Array).slice(0, width)))
        for (const i of [0, 1000, width - 1]) expect(found.y!.data[i]).toBeCloseTo(wanted[i]!, 0)
        await session.release()
      }
    } finally {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
      rmSync(folder, { recursive: true })
    }
  },
)
