import {
  elementCount,
  Graph,
  type ParameterSource,
  Parameters,
  program,
  type Tensor,
  type TensorValue,
} from 'pentimento/graph'
import { decode, doubleBlock, fluxAutoencoder, singleBlock, step1xEditDit } from 'pentimento/models'
import { measurePeak, type Runtime } from 'pentimento/onnx'
import { type Figures, inTurns, type Perf, round3 } from '../measure.ts'
import { memorySource, noise } from '../values.ts'

/**
 * Shares of the same yardstick, a linear layer of 3072 × 12288 on 1,152 rows in fp32, that the official PyTorch code
 * reaches on two cores: figures of a measurement that is not part of this command.
 */
const pytorch = { double: [0.61, 0.53], single: [0.7, 0.58], decode: 0.65 } as const

/** Image and text tokens: of an edit at 352 pixels, and of one at 512. */
const sizes = [
  { image: 1024, text: 128 },
  { image: 2048, text: 256 },
] as const

const rounds = 5
const { width, heads } = step1xEditDit

/** Tensors by name. */
type Tensors = Readonly<Record<string, Tensor>>

/** Something that can be run again and again. */
interface Job {
  readonly gflop: number
  run(): Promise<unknown>
  release(): Promise<void>
}

/** Speeds of the blocks at full size, each in turns with the yardstick of its precision. */
export async function blocks(perf: Perf, runtime: Runtime, int8: ParameterSource): Promise<Figures> {
  const figures: Record<string, number> = {}
  for (const precision of ['fp32', 'int8'] as const)
    for (const kind of ['double', 'single'] as const)
      for (const [i, size] of sizes.entries()) {
        const source = precision === 'int8' ? int8 : undefined
        const reference = await linearJob(runtime)
        const yardstick = precision === 'int8' ? await linearJob(runtime, int8) : undefined
        const block = await blockJob(runtime, kind, size, source)
        const { median, ratio } = await inTurns(
          {
            block: block.run,
            reference: reference.run,
            ...(yardstick && { yardstick: yardstick.run }),
          } as Record<'block' | 'reference' | 'yardstick', () => Promise<unknown>>,
          rounds,
        )
        const name = `${kind}_${size.image + size.text}_${precision}`
        const share = (ratio('reference', 'block') * block.gflop) / reference.gflop
        const times = share / pytorch[kind][i]!
        figures[`${name}_ofFp32Linear`] = round3(share)
        figures[`${name}_timesPytorch`] = round3(times)
        let text = `${kind} block, ${size.image}+${size.text} tokens, ${precision}: ${((block.gflop / median.block) * 1e3).toFixed(0)} GFLOP/s, ${percent(share)} of the fp32 linear (${((reference.gflop / median.reference) * 1e3).toFixed(0)}), ${times.toFixed(2)}x PyTorch's fp32`
        if (yardstick) {
          const own = (ratio('yardstick', 'block') * block.gflop) / yardstick.gflop
          figures[`${name}_ofInt8Linear`] = round3(own)
          text += `, ${percent(own)} of the int8 linear (${((yardstick.gflop / median.yardstick) * 1e3).toFixed(0)})`
        }
        perf.line(text)
        for (const job of [reference, yardstick, block]) await job?.release()
      }
  return figures
}

/** The decoder for 512 pixels, whole and in tiles, in turns with the yardstick. */
export async function decoder(perf: Perf, runtime: Runtime, vae: ParameterSource): Promise<Figures> {
  const figures: Record<string, number> = {}
  const reference = await linearJob(runtime)
  for (const [name, side, count] of [
    ['whole', 64, 1],
    ['tiled', 32, 9],
  ] as const) {
    const { result: job, growth } = await measurePeak(async () => {
      const made = await decodeJob(runtime, side, vae)
      await made.run()
      return made
    })
    const { median, ratio } = await inTurns({ decode: job.run, reference: reference.run }, 3)
    const share = (ratio('reference', 'decode') * job.gflop) / reference.gflop
    perf.line(
      `decoder, 512 px ${name} (${count} × ${side}² latent pixels): ${((count * median.decode) / 1e3).toFixed(1)} s, ` +
        `${percent(share)} of the fp32 linear, ${(share / pytorch.decode).toFixed(2)}x PyTorch, ${(growth / 1e9).toFixed(2)} GB more memory`,
    )
    figures[`decode_${name}_ofFp32Linear`] = round3(share)
    figures[`decode_${name}_GB`] = round3(growth / 1e9)
    await job.release()
  }
  await reference.release()
  return figures
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

/** The yardstick: 1,152 rows through a layer of 3072 × 12288; in int8 one of the model's own. */
async function linearJob(runtime: Runtime, int8?: ParameterSource): Promise<Job> {
  const build = (w: Parameters, { x }: Tensors) => w.pp('double_blocks.0.img_mlp.0').linear(x!, 4 * width)
  return jobOf(runtime, { x: noise([1152, width]) }, build, (2 * 1152 * 4 * width * width) / 1e9, int8)
}

async function blockJob(
  runtime: Runtime,
  kind: 'double' | 'single',
  { image, text }: (typeof sizes)[number],
  source?: ParameterSource,
): Promise<Job> {
  const n = image + text
  const half = width / heads / 2
  const tokens =
    kind === 'double'
      ? { text: noise([1, text, width]), image: noise([1, image, width]) }
      : { joint: noise([1, n, width]) }
  const feeds: Record<string, TensorValue> = {
    ...tokens,
    vector: noise([1, width]),
    cosines: noise([n, half]),
    sines: noise([n, half]),
  }
  const build = (w: Parameters, given: Tensors) => {
    const context = { vector: given.vector!, cosines: given.cosines!, sines: given.sines! }
    return kind === 'double'
      ? doubleBlock(
          w.pp('double_blocks.1'),
          { text: given.text!, image: given.image! },
          context,
          step1xEditDit,
        )
      : { joint: singleBlock(w.pp('single_blocks.1'), given.joint!, context, step1xEditDit) }
  }
  const modulation = (kind === 'double' ? 24 : 6) * width ** 2
  return jobOf(runtime, feeds, build, (24 * n * width ** 2 + 4 * n ** 2 * width + modulation) / 1e9, source)
}

async function decodeJob(runtime: Runtime, side: number, vae: ParameterSource): Promise<Job> {
  const { latentChannels } = fluxAutoencoder
  const build = (w: Parameters, { latent }: Tensors) => ({ picture: decode(w, latent!, fluxAutoencoder) })
  // 2,515 GFLOP at 64 × 64; all but the attention of the middle grows with the pixels.
  return jobOf(
    runtime,
    { latent: noise([1, latentChannels, side, side]) },
    build,
    2515 * (side / 64) ** 2,
    vae,
  )
}

/** A graph over noise; without a source its weights are noise too. */
async function jobOf(
  runtime: Runtime,
  feeds: Readonly<Record<string, TensorValue>>,
  build: (w: Parameters, inputs: Tensors) => Tensor | Tensors,
  gflop: number,
  given?: ParameterSource,
): Promise<Job> {
  const outputsOf = (source?: ParameterSource) => {
    const graph = new Graph()
    const inputs = Object.entries(feeds).map(([name, { dtype, shape }]) => [
      name,
      graph.input(name, dtype, shape),
    ])
    const made = build(new Parameters(graph, { ...(source && { source }) }), Object.fromEntries(inputs))
    return 'graph' in made ? { y: made as Tensor } : (made as Tensors)
  }
  const source = given ?? noiseFor(outputsOf())
  const session = await runtime.load(outputsOf(source), { source })
  return { gflop, run: () => session.run(feeds), release: () => session.release() }
}

function noiseFor(outputs: Tensors): ParameterSource {
  const values = new Map<string, TensorValue>()
  for (const [path, { shape }] of program(outputs).parameters) {
    const sizes = shape as readonly number[]
    values.set(path, noise(sizes, 1 / Math.sqrt(elementCount(sizes.slice(1)))))
  }
  return memorySource(values)
}
