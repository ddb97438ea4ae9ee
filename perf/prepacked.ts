import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, type TensorValue } from 'pentimento/graph'
import { disableTelemetry, encodeModel, type ModelNode, type ModelTensor } from 'pentimento/onnx'
import { type Figures, inTurns, type Perf, round3 } from './measure.ts'
import { noise } from './values.ts'

const block = 32

interface Stack {
  readonly kind: 'int8' | 'int4' | 'fp32'
  readonly layers: number
  readonly width: number
}

/** ONNX Runtime 1.30 gives other numbers for the narrower int4 layers. */
const stacks: readonly Stack[] = [
  { kind: 'int8', layers: 12, width: 2048 },
  { kind: 'int4', layers: 12, width: 2048 },
  { kind: 'int4', layers: 24, width: 1024 },
  { kind: 'fp32', layers: 12, width: 2048 },
]

/**
 * Whether weights in the kernels' own order, which ONNX Runtime can write beside a model, would load faster than weights
 * that it packs anew: the load of a stack of linear layers either way, and without packing; and whether a model loaded from
 * them gives the same numbers.
 */
export async function prepacked(perf: Perf): Promise<Figures> {
  disableTelemetry()
  const { InferenceSession, Tensor: OrtTensor } = await import('onnxruntime-node')
  const figures: Record<string, number | string> = {}
  for (const stack of stacks) {
    const { kind, layers, width } = stack
    const input = new OrtTensor('float32', noise([4, width]).data, [4, width])
    const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
    try {
      const given = await writeStack(stack, folder)
      const saved = join(folder, 'saved.onnx')
      const options = { enableMemPattern: false, logSeverityLevel: 4 } as const
      const saving = await InferenceSession.create(given, {
        ...options,
        optimizedModelFilePath: saved,
        extra: {
          session: {
            optimized_model_external_initializers_file_name: 'saved.bin',
            optimized_model_external_initializers_min_size_in_bytes: '1024',
            save_external_prepacked_constant_initializers: '1',
          },
        },
      })
      await saving.release()
      const unpacked = { ...options, extra: { session: { disable_prepacking: '1' } } }
      const loads = {
        packing: () => InferenceSession.create(given, options),
        saved: () => InferenceSession.create(saved, options),
        unpacked: () => InferenceSession.create(given, unpacked),
      }
      const outputs = new Map<string, Float32Array>()
      for (const [name, load] of Object.entries(loads)) {
        const session = await load()
        outputs.set(name, (await session.run({ x: input })).y!.data as Float32Array)
        await session.release()
      }
      const { median, ratio } = await inTurns(
        {
          packing: async () => (await loads.packing()).release(),
          saved: async () => (await loads.saved()).release(),
          unpacked: async () => (await loads.unpacked()).release(),
        },
        7,
      )
      const [wanted, found] = [outputs.get('packing')!, outputs.get('saved')!]
      const isSame = wanted.every((value, i) => value === found[i])
      const bytes = [join(folder, 'weights.bin'), join(folder, 'saved.bin')].map(
        async (file) => (await stat(file)).size,
      )
      const [own = 0, packed = 0] = await Promise.all(bytes)
      perf.line(
        `${layers} layers of ${width}, ${kind}: loaded in ${median.packing.toFixed(0)} ms, from saved packed weights in ${median.saved.toFixed(0)}, ` +
          `without packing in ${median.unpacked.toFixed(0)}; ${(packed / own).toFixed(2)}x the bytes; ${isSame ? 'the same numbers' : 'OTHER numbers'}`,
      )
      figures[`prepacked_${kind}_${width}_load`] = round3(ratio('saved', 'packing'))
      figures[`prepacked_${kind}_${width}_bytes`] = round3(packed / own)
      figures[`prepacked_${kind}_${width}_result`] = isSame ? 'same' : 'other'
    } finally {
      await rm(folder, { recursive: true })
    }
  }
  return figures
}

/** A model of consecutive linear layers, with its weights in a separate file. */
async function writeStack({ kind, layers, width }: Stack, folder: string): Promise<string> {
  const initializers: ModelTensor[] = []
  const nodes: ModelNode[] = []
  const chunks: Uint8Array[] = []
  let offset = 0
  const store = (name: string, { dtype, shape, data }: TensorValue): void => {
    const bytes = bytesOf({ dtype, shape, data })
    initializers.push({
      name,
      dtype,
      shape,
      data: { location: 'weights.bin', offset, byteLength: bytes.byteLength },
    })
    // The next tensor begins a page.
    const padding = (4096 - (bytes.byteLength % 4096)) % 4096
    chunks.push(bytes, new Uint8Array(padding))
    offset += bytes.byteLength + padding
  }
  for (let i = 0; i < layers; i++) {
    const x = i === 0 ? 'x' : `y${i}`
    const y = i === layers - 1 ? 'y' : `y${i + 1}`
    if (kind === 'fp32') {
      store(`w${i}`, noise([width, width], 1 / Math.sqrt(width)))
      nodes.push(node('FusedMatMul', [x, `w${i}`], y, { transB: 1 }))
      continue
    }
    const bits = kind === 'int8' ? 8 : 4
    const shape = [width, width / block, (block * bits) / 8]
    const levels = Uint8Array.from({ length: (width * width * bits) / 8 }, (_, at) => (at * 37 + i) % 256)
    store(`w${i}`, { dtype: 'u8', shape, data: levels })
    store(`s${i}`, noise([width, width / block], 1 / (2 ** bits * Math.sqrt(width))))
    nodes.push(
      node('MatMulNBits', [x, `w${i}`, `s${i}`], y, {
        K: width,
        N: width,
        bits,
        block_size: block,
        accuracy_level: 4,
      }),
    )
  }
  const value = (name: string) => ({ name, dtype: 'f32', shape: ['n', width] }) as const
  const model = encodeModel({
    inputs: [value('x')],
    outputs: [value('y')],
    initializers,
    nodes,
    values: [],
    hostNodes: [],
  })
  await writeFile(join(folder, 'weights.bin'), Buffer.concat(chunks))
  await writeFile(join(folder, 'stack.onnx'), model)
  return join(folder, 'stack.onnx')
}

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: ModelNode['attributes'],
): ModelNode {
  return { name: `${op} ${output}`, op, domain: 'com.microsoft', inputs, outputs: [output], attributes }
}
