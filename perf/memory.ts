import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Graph, type ParameterSource, Parameters, program, type Tensor } from 'pentimento/graph'
import { decode, doubleBlock, fluxAutoencoder, step1xEditDit } from 'pentimento/models'
import { measurePeak, openRuntime, type Runtime } from 'pentimento/onnx'
import {
  fromFloat32,
  initialize,
  openCheckpoint,
  quantizeCheckpoint,
  writeSafetensors,
} from 'pentimento/weights'
import { type Figures, type Perf, round3 } from './measure.ts'
import { noise } from './values.ts'

const layers = 8
const width = step1xEditDit.width

/**
 * What the memory plan of edits rests on (`src/edit/memory.ts`): how much more than its weights a model takes while it is
 * loaded, and what a transformer's block and the decoder take while they run.
 */
export async function memoryPlan(perf: Perf): Promise<Figures> {
  const runtime = await openRuntime({ provider: 'cpu' })
  const folder = mkdtempSync(join(tmpdir(), 'perf-memory-'))
  const figures: Record<string, number> = {}
  try {
    // The smallest first: what one has freed hides growth of the next.
    for (const kind of ['int4', 'int8', 'bf16', 'f32'] as const) {
      const factor = await loadingFactor(runtime, await writeLayers(folder, kind))
      perf.line(
        `loading ${kind}: at most ${factor.toFixed(2)} bytes for each byte of weights, widened to f32 or quantised`,
      )
      figures[`load_${kind}`] = round3(factor)
    }
    const vectors = await blockVectors(runtime)
    perf.line(
      `a double block of width ${width} at 512 pixels: ${vectors.toFixed(1)} vectors of its width for each token`,
    )
    const perPixel = await decoderBytes(runtime)
    const floats = perPixel / 4 / fluxAutoencoder.channels
    perf.line(
      `decoding at 512 pixels: ${perPixel.toFixed(0)} bytes for each pixel, ${floats.toFixed(1)} of its channels in f32`,
    )
    return { ...figures, block_vectors: round3(vectors), decoder_channels: round3(floats) }
  } finally {
    rmSync(folder, { recursive: true })
    await runtime.close()
  }
}

type Kind = 'f32' | 'bf16' | 'int8' | 'int4'

/** Square layers, no two alike: ONNX Runtime keeps equal weights once. @returns the file */
async function writeLayers(folder: string, kind: Kind): Promise<string> {
  const plain = join(folder, `${kind}-plain.safetensors`)
  const isNarrow = kind === 'bf16'
  const tensors = Array.from({ length: layers }, (_, i) => {
    const values = (noise([width * width + i], 0.05).data as Float32Array).subarray(i)
    const data = isNarrow
      ? fromFloat32(values, 'bf16')
      : new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    return { name: `${i}.weight`, dtype: isNarrow ? 'BF16' : 'F32', shape: [width, width], data } as const
  })
  await writeSafetensors(plain, tensors)
  if (kind === 'f32' || kind === 'bf16') return plain
  const quantized = join(folder, `${kind}.safetensors`)
  await quantizeCheckpoint(plain, quantized, { bits: kind === 'int8' ? 8 : 4 })
  return quantized
}

async function loadingFactor(runtime: Runtime, file: string): Promise<number> {
  const source = await openCheckpoint(file)
  try {
    const w = new Parameters(new Graph(), { source })
    let x: Tensor = w.graph.input('x', 'f32', ['n', width])
    for (let i = 0; i < layers; i++) x = w.pp(i).linear(x, width, { bias: false })
    const { result, growth } = await measurePeak(() => runtime.load({ x }, { source }))
    await result.release()
    return growth / weightBytes(source)
  } finally {
    await source.close()
  }
}

function weightBytes(source: ParameterSource): number {
  let bytes = 0
  for (const path of source.paths()) {
    const { shape, quantization } = source.describe(path)!
    const count = shape.reduce((product, size) => product * size, 1)
    bytes += count * (quantization ? quantization.bits / 8 + 4 / quantization.block : 4)
  }
  return bytes
}

async function blockVectors(runtime: Runtime): Promise<number> {
  const [text, image] = [640, 2048]
  const graph = new Graph()
  const half = width / step1xEditDit.heads / 2
  const shapes = {
    text: [1, text, width],
    image: [1, image, width],
    vector: [1, width],
    cosines: [text + image, half],
    sines: [text + image, half],
  } as const
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, 'f32', shape)]),
  ) as Record<keyof typeof shapes, Tensor>
  const build = (w: Parameters) => doubleBlock(w, inputs, inputs, step1xEditDit)
  const growth = await growthOfRun(runtime, graph, build, shapes)
  return growth / (4 * width * (text + image))
}

async function decoderBytes(runtime: Runtime): Promise<number> {
  const graph = new Graph()
  const shapes = { latent: [1, fluxAutoencoder.latentChannels, 64, 64] } as const
  const latent = graph.input('latent', 'f32', shapes.latent)
  const build = (w: Parameters) => ({ picture: decode(w, latent, fluxAutoencoder) })
  return (await growthOfRun(runtime, graph, build, shapes)) / 512 ** 2
}

/** Peak memory of a run in addition to what is loaded. */
async function growthOfRun(
  runtime: Runtime,
  graph: Graph,
  build: (w: Parameters) => Readonly<Record<string, Tensor>>,
  shapes: Readonly<Record<string, readonly number[]>>,
): Promise<number> {
  const { parameters } = program(build(new Parameters(graph)))
  const source = initialize(parameters, { seed: 1 })
  const session = await runtime.load(build(new Parameters(graph, { source })), { source })
  const feeds = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, noise(shape)]))
  const { growth } = await measurePeak(() => session.run(feeds))
  await session.release()
  return growth
}
