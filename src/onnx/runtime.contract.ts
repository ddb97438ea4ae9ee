import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isCancelled } from '../error/index.ts'
import {
  add,
  attention,
  bytesOf,
  cast,
  dim,
  exp,
  type Feeds,
  Graph,
  interpret,
  layerNorm,
  matmul,
  mul,
  type ParameterSource,
  Parameters,
  pow,
  quantizedMatmul,
  reduceMean,
  reshape,
  rmsNorm,
  rotary,
  silu,
  sizeAsTensor,
  slice,
  softmax,
  type Tensor,
  type TensorValue,
  tensorValue,
  transpose,
  unsqueeze,
} from '../graph/index.ts'
import { RuntimeError } from './error.ts'
import type { LoadOptions, Runtime } from './runtime.ts'

/** Numbers that repeat from run to run, between −1 and 1. */
function wave(count: number, seed = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 12.9 + i * 1.7))
}

function value(shape: readonly number[], seed = 1, dtype: TensorValue['dtype'] = 'f32'): TensorValue {
  return tensorValue(
    dtype,
    shape,
    wave(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  )
}

interface Stored {
  readonly values: Feeds
  /** Those that can only be read, not located. */
  readonly inMemory?: readonly string[]
  readonly file: string
}

/** A file of tensors one after another, at offsets that fit no alignment, and the source that reads it. */
function storedSource({ values, inMemory = [], file }: Stored): ParameterSource {
  const offsets = new Map<string, number>()
  const chunks: Uint8Array[] = [new Uint8Array(3)]
  let offset = 3
  for (const [path, each] of Object.entries(values)) {
    offsets.set(path, offset)
    chunks.push(bytesOf(each), new Uint8Array(1))
    offset += each.data.byteLength + 1
  }
  writeFileSync(file, Buffer.concat(chunks))
  return {
    name: 'stored',
    paths: () => Object.keys(values),
    describe: (path) => values[path] && { dtype: values[path].dtype, shape: values[path].shape },
    locate: (path) =>
      values[path] && !inMemory.includes(path)
        ? { file, offset: offsets.get(path)!, byteLength: values[path].data.byteLength }
        : undefined,
    read: async (path) => bytesOf(values[path]!),
  }
}

function expectClose(found: TensorValue, wanted: TensorValue, tolerance = 2e-5): void {
  expect(found.shape).toEqual(wanted.shape)
  expect(found.dtype).toBe(wanted.dtype)
  expect(found).toBeAllclose(wanted, { atol: tolerance, rtol: tolerance })
}

/** [B, L, H, D] ↔ [B, H, L, D] */
const swapHeads = (x: Tensor): Tensor => transpose(x, [0, 2, 1, 3])

/** What every runtime must do, whatever it runs on. `open` gives a new runtime. */
export function runtimeContract(name: string, open: () => Promise<Runtime>): void {
  describe(`a runtime on ${name}`, () => {
    let runtime: Runtime
    const folder = mkdtempSync(join(tmpdir(), 'pentimento-'))
    let files = 0
    const file = (): string => join(folder, `weights-${files++}.bin`)

    beforeAll(async () => {
      runtime = await open()
    })
    afterAll(async () => {
      await runtime.close()
      rmSync(folder, { recursive: true })
    })

    async function expectMeaning(
      outputs: Readonly<Record<string, Tensor>>,
      feeds: Feeds,
      options: LoadOptions & { tolerance?: number } = {},
    ): Promise<void> {
      const { tolerance, ...load } = options
      const session = await runtime.load(outputs, load)
      const found = await session.run(feeds)
      const wanted = interpret(outputs, feeds)
      for (const output of Object.keys(outputs)) expectClose(found[output]!, wanted[output]!, tolerance)
      await session.release()
    }

    it('says where it runs', () => {
      expect(name.startsWith(runtime.provider)).toBe(true)
    })

    it('runs one session with any sizes of its symbolic dimensions', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['rows', 6])
      const session = await runtime.load({ y: softmax(reshape(mul(x, 2), ['rows*2', 3])) })
      for (const rows of [1, 5, 2]) {
        const feeds = { x: value([rows, 6], rows) }
        const y = softmax(reshape(mul(x, 2), ['rows*2', 3]))
        expectClose((await session.run(feeds)).y, interpret({ y }, feeds).y)
      }
      await session.release()
    })

    it('gives outputs of any name and kind: an input, a constant, one node twice', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', [2, 3])
      const w = graph.parameter('w', 'f32', [3])
      const y = add(x, w)
      const one = graph.constant(tensorValue('f32', [1], [1]))
      await expectMeaning({ x: y, again: y, same: x, w, one }, { x: value([2, 3]), w: value([3], 2) })
    })

    it('keeps an input that the result does not need', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n'])
      const unused = graph.input('unused', 'f32', ['n'])
      await expectMeaning({ y: add(x, mul(unused, 0)) }, { x: value([3]), unused: value([3], 2) })
    })

    // A kernel of WebGPU fails on these shapes: found by random cases.
    it('raises a row to a power of one element', async () => {
      const graph = new Graph()
      const y = pow(graph.input('x', 'f32', [1, 4]), graph.input('power', 'f32', [1, 1]))
      const x = tensorValue('f32', [1, 4], [1, 2, 3, 4])
      await expectMeaning({ y }, { x, power: tensorValue('f32', [1, 1], [2]) })
    })

    it('runs the rows of a transformer block', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', [2, 'tokens', 16])
      const w = graph.parameter('w', 'f32', [16, 16])
      const scale = graph.parameter('scale', 'f32', [16])
      const [cosines, sines] = ['cos', 'sin'].map((name) => graph.input(name, 'f32', ['tokens', 4]))
      const heads = (t: Tensor) => reshape(t, [2, 'tokens', 2, 8])
      const split = (t: Tensor) => swapHeads(heads(t))
      const q = rotary(
        split(matmul(rmsNorm(x, { epsilon: 1e-6, scale }), w, { transposeB: true })),
        cosines!,
        sines!,
        'interleaved',
      )
      const k = rotary(split(layerNorm(x, { epsilon: 1e-6 })), cosines!, sines!, 'half')
      const y = add(x, reshape(swapHeads(attention({ q, k, v: split(silu(x)) })), [2, 'tokens', 16]))
      const feeds = {
        x: value([2, 5, 16]),
        w: value([16, 16], 2),
        scale: value([16], 3),
        cos: value([5, 4], 4),
        sin: value([5, 4], 5),
      }
      await expectMeaning({ y }, feeds)
      await expectMeaning({ y }, feeds, { attention: 'fused' })
      await expectMeaning({ y }, feeds, { attention: 'plain' })
    })

    it('attends over more tokens than a tile of any kernel holds', async () => {
      const graph = new Graph()
      const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.input(name, 'f32', [1, 2, 'tokens', 16]))
      const shape = [1, 2, 70, 16]
      await expectMeaning(
        { y: attention({ q: q!, k: k!, v: v! }) },
        { q: value(shape), k: value(shape, 2), v: value(shape, 3) },
      )
    })

    it('hides keys by bool, float and causal masks, in both kernels of attention', async () => {
      const graph = new Graph()
      const [q, k, v] = ['q', 'k', 'v'].map((name, i) =>
        graph.input(name, 'f32', i === 0 ? [1, 4, 3, 8] : [1, 2, 5, 8]),
      ) as [Tensor, Tensor, Tensor]
      const seen = graph.input('seen', 'bool', [1, 1, 3, 5])
      const bias = graph.input('bias', 'f32', [4, 1, 5])
      const feeds = {
        q: value([1, 4, 3, 8]),
        k: value([1, 2, 5, 8], 2),
        v: value([1, 2, 5, 8], 3),
      }
      const masks = [
        // The second query sees nothing.
        { seen: tensorValue('bool', [1, 1, 3, 5], [1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]) },
        { bias: value([4, 1, 5], 4) },
      ]
      for (const kernel of ['plain', 'fused'] as const)
        for (const causal of [false, true])
          for (const [i, mask] of [seen, bias].entries())
            await expectMeaning(
              { y: attention({ q, k, v, mask }, { causal }) },
              { ...feeds, ...masks[i] },
              { attention: kernel },
            )
    })

    describe('takes parameters', () => {
      const values = {
        'fc.weight': value([64, 32], 2),
        'fc.bias': value([64], 3),
        'out.weight': value([32, 64], 4),
      }
      const feeds = { x: value([3, 32]) }
      const network = (source?: ParameterSource) => {
        const parameters = new Parameters(new Graph(), source && { source })
        const x = parameters.graph.input('x', 'f32', ['n', 32])
        const h = silu(parameters.pp('fc').linear(x, 64))
        return { y: parameters.pp('out').linear(h, 32, { bias: false }) }
      }
      const expectSame = async (source: ParameterSource, options: LoadOptions, more: Feeds = {}) => {
        const outputs = network(source)
        const session = await runtime.load(outputs, { source, ...options })
        expectClose(
          (await session.run({ ...feeds, ...more })).y,
          interpret(outputs, { ...feeds, ...values }).y,
        )
        await session.release()
      }

      it('from files, at any offset', async () => {
        const source = storedSource({ values, file: file() })
        await expectSame(source, {})
        await expectSame(source, { prepack: false })
        await expectSame(source, { arena: false })
      })

      it('from files and from memory together', async () => {
        await expectSame(storedSource({ values, inMemory: ['fc.weight'], file: file() }), {})
        await expectSame(storedSource({ values, inMemory: Object.keys(values), file: file() }), {})
      })

      it('at each run, all or some', async () => {
        await expectMeaning(network(), { ...feeds, ...values })
        const source = storedSource({ values, file: file() })
        await expectSame(
          source,
          { fed: (path) => path.startsWith('out') },
          { 'out.weight': values['out.weight'] },
        )
      })

      it('names all that do not fit the source at once', async () => {
        const source = storedSource({ values: { 'fc.weight': value([64, 32], 2, 'f16') }, file: file() })
        await expect(runtime.load(network(), { source })).rejects.toThrow(
          /^stored: 3 parameters do not fit: fc.weight: expected f32 \[64,32\], got f16 \[64,32\]; fc.bias is missing; out.weight is missing$/,
        )
      })

      it('in narrower floats, widened at load or at use', async () => {
        for (const dtype of ['f16', 'bf16', 'f8e4m3', 'f8e5m2'] as const) {
          const narrow = { w: value([256, 272], 2, dtype), table: value([7, 16], 3, dtype) }
          const source = storedSource({ values: narrow, file: file() })
          const parameters = new Parameters(new Graph(), { source })
          const x = parameters.graph.input('x', 'f32', ['n', 272])
          const y = matmul(x, parameters.get('w', [256, 272]), { transposeB: true })
          const z = mul(parameters.get('table', [7, 16]), 2)
          const given = { x: value([3, 272]) }
          const wanted = interpret({ y, z }, { ...given, ...narrow })
          for (const widenWeights of ['load', 'use'] as const) {
            const session = await runtime.load({ y, z }, { source, widenWeights })
            const found = await session.run(given)
            expectClose(found.y, wanted.y, 1e-4)
            expectClose(found.z, wanted.z)
            await session.release()
          }
        }
      })
    })

    it('computes with quantised weights, 8 bits and 4, also of fewer inputs than a block', async () => {
      const shapes = [
        { bits: 8, block: 32, inner: 96, out: 8 },
        { bits: 4, block: 32, inner: 96, out: 8 },
        { bits: 4, block: 16, inner: 8, out: 2 },
      ] as const
      for (const { bits, block, inner, out } of shapes) {
        const graph = new Graph()
        const blocks = Math.ceil(inner / block)
        const x = graph.input('x', 'f32', ['n', inner])
        const q = graph.parameter('w.q', 'u8', [out, blocks, (block * bits) / 8])
        const scales = graph.parameter('w.scales', 'f32', [out, blocks])
        const bytes = Uint8Array.from({ length: (out * blocks * block * bits) / 8 }, (_, i) => (i * 37) % 256)
        const feeds = {
          x: value([4, inner]),
          'w.q': { dtype: 'u8', shape: q.shape as readonly number[], data: bytes },
          'w.scales': tensorValue(
            'f32',
            [out, blocks],
            wave(out * blocks, 3).map((s) => 0.01 + Math.abs(s) / 50),
          ),
        } as const
        const y = quantizedMatmul(x, { q, scales, bits, block, inner })
        await expectMeaning({ y }, feeds, { accuracyLevel: 1, tolerance: 1e-4 })
        // At level 4 the activations are bytes as well: half a percent of the row's largest.
        await expectMeaning({ y }, feeds, { tolerance: 0.05 })
      }
    })

    it('carries f16 and bf16 through, rounding where the graph casts', async () => {
      const graph = new Graph()
      for (const dtype of ['f16', 'bf16'] as const) {
        const x = graph.input(`x.${dtype}`, dtype, [2, 4])
        const y = exp(x)
        const rounded = cast(mul(cast(x, 'f32'), 1.2345), dtype)
        const feeds = { [`x.${dtype}`]: value([2, 4], 1, dtype) }
        await expectMeaning({ y, rounded, wide: cast(rounded, 'f32') }, feeds, { tolerance: 1e-2 })
      }
    })

    it('writes outputs into given tensors', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n'])
      const half = cast(x, 'f16')
      const session = await runtime.load({ y: add(x, 1), mean: reduceMean(x), half })
      const place = tensorValue('f32', [4], [0, 0, 0, 0])
      const halfPlace = tensorValue('f16', [4], [0, 0, 0, 0])
      const {
        y,
        mean,
        half: found,
      } = await session.run({ x: value([4]) }, { into: { y: place, half: halfPlace } })
      expect([y, found]).toEqual([place, halfPlace])
      expect(y).toBe(place)
      expectClose(halfPlace, interpret({ half }, { x: value([4]) }).half)
      expectClose(place, interpret({ y: add(x, 1) }, { x: value([4]) }).y)
      expect(mean.shape).toEqual([])
      await expect(session.run({ x: value([3]) }, { into: { y: place } })).rejects.toThrow(
        "run: output 'y': expected a buffer for f32 [3], got f32 [4]",
      )
      await session.release()
    })

    it('refuses feeds that are missing or do not fit', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n', 2])
      const w = graph.parameter('w', 'f32', [2])
      const session = await runtime.load({ y: add(x, w) })
      const run = (feeds: Feeds) => session.run(feeds)
      await expect(run({ x: value([1, 2]) })).rejects.toThrow('run: expected values for w, got x')
      await expect(run({ x: value([1, 2]), w: value([3]) })).rejects.toThrow(
        "run: parameter 'w': expected f32 [2], got f32 [3]",
      )
      await expect(run({ x: value([1, 3]), w: value([2]) })).rejects.toThrow(
        /^input 'x': expected f32 \[n, 2\], got f32 \[1, 3\].*, at [^ ]*runtime\.contract\.ts:\d+:\d+$/,
      )
      await expect(run({ x: value([1, 2], 1, 'f64'), w: value([2]) })).rejects.toThrow('got f64 [1, 2]')
      const fitting = { x: value([1, 2]), w: value([2]) }
      await expect(run({ ...fitting, wieght: value([2]) })).rejects.toThrow(
        /^run: expected values for x, w only, got also wieght, at [^ ]*runtime\.contract\.ts:\d+:\d+$/,
      )
      await expect(run({ ...fitting, x: { ...fitting.x, data: new Float32Array(3) } })).rejects.toThrow(
        "run: input 'x': expected 2 elements in a Float32Array for f32 [1, 2], got 3 in a Float32Array",
      )
      await expect(run({ ...fitting, w: { ...fitting.w, data: new Float64Array(2) } })).rejects.toThrow(
        "run: parameter 'w': expected 2 elements in a Float32Array for f32 [2], got 2 in a Float64Array",
      )
      await expect(run({ ...fitting, w: [1, 2] as never })).rejects.toThrow(
        "run: parameter 'w': expected a value { dtype, shape, data }",
      )
      const wrong = { into: { z: value([1, 2]) } } as object
      await expect(session.run(fitting, wrong)).rejects.toThrow(
        'run: into: expected names of outputs, y, got z',
      )
      await expect(
        session.run(fitting, { into: { y: { ...value([1, 2]), data: new Float32Array(1) } } }),
      ).rejects.toThrow("run: output 'y': expected 2 elements")
      await session.release()
    })

    it('refuses a size that no input gives, when it is loaded', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', [2])
      await expect(runtime.load({ y: mul(x, sizeAsTensor(graph, 'rows', 'f32')) })).rejects.toThrow(
        /size: nothing binds 'rows': give some input a dimension/,
      )
    })

    it('refuses a slice that leaves its tensor, which only sizes at run time tell', async () => {
      const graph = new Graph()
      const [x, m] = [graph.input('x', 'f32', ['n']), graph.input('m', 'f32', ['m'])]
      const session = await runtime.load({ y: mul(slice(x, 0, 0, dim('m')), 2), m })
      const feeds = (length: number) => ({ x: value([2]), m: value([length]) })
      expect((await session.run(feeds(1))).y.shape).toEqual([1])
      await expect(session.run(feeds(3))).rejects.toThrow('slice: 0 to 3 leaves axis 0 of length 2')
      await session.release()
    })

    it('runs several feeds in one go, and says how far it is', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n'])
      const y = exp(mul(x, 2))
      const session = await runtime.load({ y })
      const feeds = [1, 2, 3].map((n) => ({ x: value([n], n) }))
      const told: [number, number][] = []
      const results = await session.runAll(feeds, { onSegment: (done, total) => told.push([done, total]) })
      for (const [i, each] of feeds.entries()) expectClose(results[i]!.y, interpret({ y }, each).y)
      const total = told.at(-1)![1]
      expect(told).toEqual(Array.from({ length: total }, (_, i) => [i + 1, total]))
      await expect(session.runAll([feeds[0]!, { x: value([1], 1, 'f64') }])).rejects.toThrow('got f64 [1]')
      expect(await session.runAll([])).toEqual([])
      await session.release()
      await expect(session.runAll(feeds)).rejects.toMatchObject({ code: 'released' })
    })

    it('stops when it is told to', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n'])
      const session = await runtime.load({ y: exp(mul(x, 2)) })
      const feeds = [{ x: value([2]) }, { x: value([3]) }]
      const controller = new AbortController()
      const onSegment = () => controller.abort()
      const stopped = session.runAll(feeds, { signal: controller.signal, onSegment })
      await expect(stopped).rejects.toSatisfy(isCancelled)
      await expect(session.run(feeds[0]!, { signal: AbortSignal.abort() })).rejects.toSatisfy(isCancelled)
      // It is as good as before.
      expect(await session.runAll(feeds)).toHaveLength(2)
      await session.release()
    })

    it('shares a session between those who load the same, until the last releases it', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n'])
      const [one, two] = [await runtime.load({ y: exp(x) }), await runtime.load({ y: exp(x) })]
      await one.release()
      await one.release()
      await expect(one.run({ x: value([1]) })).rejects.toThrow(RuntimeError)
      expectClose((await two.run({ x: value([2]) })).y, interpret({ y: exp(x) }, { x: value([2]) }).y)
      await two.release()
      await expect(two.run({ x: value([1]) })).rejects.toMatchObject({ code: 'released' })
    })

    it('runs several at once, and waits for them before it releases', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n'])
      const session = await runtime.load({ y: exp(x) })
      const runs = [1, 2, 3].map((n) => session.run({ x: value([n], n) }))
      await session.release()
      const results = await Promise.all(runs)
      results.forEach(({ y }, i) => {
        const feeds = { x: value([i + 1], i + 1) }
        expectClose(y, interpret({ y: exp(x) }, feeds).y)
      })
    })

    it('tells the time that each op took', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', [32, 32])
      const session = await runtime.load({ y: softmax(matmul(x, x)) }, { profile: true })
      await session.run({ x: value([32, 32]) })
      const { events, byOp, byNode } = await session.profile()
      expect(byOp.map(({ name: op }) => op)).toEqual(expect.arrayContaining(['MatMul', 'Softmax']))
      expect(byOp.every(({ count }) => count >= 1)).toBe(true)
      expect(events.length).toBe(byOp.reduce((sum, { count }) => sum + count, 0))
      expect(byNode.some(({ name: node }) => /softmax\.\d+\/Softmax/.test(node))).toBe(true)
      expect((await session.profile()).events).toEqual(events)
      await session.release()
      await expect(session.profile()).rejects.toThrow('profile: the session was released')
      const other = await runtime.load({ y: exp(x) })
      await expect(other.profile()).rejects.toThrow('the session was loaded without { profile: true }')
    })

    it('releases what is left when it is closed', async () => {
      const another = await open()
      const x = new Graph().input('x', 'f32', ['n'])
      const session = await another.load({ y: exp(x) })
      await another.close()
      await expect(session.run({ x: value([1]) })).rejects.toMatchObject({ code: 'released' })
      await expect(another.load({ y: exp(x) })).rejects.toThrow('load: the runtime is closed; open a new one')
    })

    it('loads again what could not be loaded, for several at once', async () => {
      const stored = storedSource({ values: { w: value([4]) }, inMemory: ['w'], file: file() })
      let reads = 0
      const source: ParameterSource = {
        ...stored,
        async read(path) {
          if (++reads === 1) throw new Error('the disk is gone')
          return stored.read(path)
        },
      }
      const graph = new Graph()
      const y = add(graph.input('x', 'f32', [4]), graph.parameter('w', 'f32', [4]))
      const load = () => runtime.load({ y }, { source, plan: 'whole' })
      const again = load().catch(load)
      await expect(load()).rejects.toThrow('the disk is gone')
      const sessions = [await again, await load()]
      expect(reads).toBe(2)
      for (const session of sessions) await session.release()
    })

    it('leaves the graph as it is', async () => {
      const graph = new Graph()
      const x = graph.input('x', 'f32', ['n', 4])
      const y = attention({
        q: unsqueeze(unsqueeze(add(x, 0), 0), 0),
        k: unsqueeze(unsqueeze(x, 0), 0),
        v: unsqueeze(unsqueeze(x, 0), 0),
      })
      const size = graph.size
      for (const options of [{}, { attention: 'plain' }, { attention: 'fused' }] as const)
        await (await runtime.load({ y }, options)).release()
      expect(graph.size).toBe(size)
    })
  })
}
