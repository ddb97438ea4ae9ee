import { type Mask, type Picture, pictureHash, resizePicture } from '../../image/index.ts'
import { type ModelFile, openModelFile } from '../../onnx/index.ts'
import { resizeMask } from '../embedded/pixels.ts'
import { ToolError } from '../error.ts'
import type { Flow } from '../tool.ts'

/** An ONNX file that mattes, such as BiRefNet. */
export interface OnnxMatting {
  readonly file: string
  /** Side of the square that the picture is stretched to, in pixels. */
  readonly side: number
  /** Whether its output is a logit, as BiRefNet's is, or coverage of 0 to 1. */
  readonly output: 'logits' | 'coverage'
}

/** An ONNX file that tells optical flow, such as RAFT. */
export interface OnnxFlow {
  readonly file: string
  /** Of its inputs: 0 to 255 in the authors' RAFT, −1 to 1 in torchvision's. */
  readonly levels: '0..255' | '-1..1'
  /** The size that it was exported for; without one, pictures are stretched to multiples of 8 px. */
  readonly size?: readonly [width: number, height: number] | undefined
}

/** What the tools' process does with ONNX files; a file is loaded by the first call that needs it, and kept. */
export interface OnnxModels {
  matte(choice: OnnxMatting, picture: Picture): Promise<Mask>
  flow(choice: OnnxFlow, from: Picture, to: Picture): Promise<Flow>
}

/** ImageNet's mean and deviation of red, green and blue. */
const [mean, deviation] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
]

/** Opens nothing yet. @throws ToolError `tool-failed` by a call whose file is not there or is of another kind */
export function openOnnxModels(): OnnxModels {
  const files = new Map<string, Promise<ModelFile>>()
  const open = (file: string): Promise<ModelFile> => {
    const there = files.get(file)
    if (there !== undefined) return there
    const opening = openModelFile(file)
    files.set(file, opening)
    opening.catch(() => files.delete(file))
    return opening
  }
  return {
    async matte({ file, side, output }, picture) {
      const model = await open(file)
      const square = resizePicture(picture, { width: side, height: side, filter: 'bilinear' })
      const planes = planesOf(square, (level, c) => (level / 255 - mean[c]!) / deviation[c]!)
      const values = await lastOutput(model, file, [planes])
      const cover = (x: number): number => (output === 'logits' ? 1 / (1 + Math.exp(-x)) : x)
      const data = Uint8Array.from(values.slice(0, side * side), (x) =>
        Math.round(255 * Math.min(1, Math.max(0, cover(x)))),
      )
      if (data.length < side * side) throw strange(file, `a mask of ${side}×${side}`, values.length)
      return resizeMask({ width: side, height: side, data }, picture.width, picture.height)
    },
    async flow({ file, levels, size }, from, to) {
      if (from.width !== to.width || from.height !== to.height)
        throw new ToolError(
          'tool-failed',
          `flow: expected two pictures of one size, got ${from.width}×${from.height} and ${to.width}×${to.height}`,
        )
      if (pictureHash(from) === pictureHash(to)) return still(from)
      const model = await open(file)
      const round = (length: number): number => Math.max(128, 8 * Math.round(length / 8))
      const [width, height] = size ?? [round(from.width), round(from.height)]
      const level = (value: number): number => (levels === '0..255' ? value : value / 127.5 - 1)
      const inputs = [from, to].map((picture) =>
        planesOf(resizePicture(picture, { width, height, filter: 'bilinear' }), level),
      )
      const values = await lastOutput(model, file, inputs)
      const area = width * height
      if (values.length !== 2 * area) throw strange(file, `a flow of 2×${height}×${width}`, values.length)
      return stretched(values, { width, height }, from)
    },
  }
}

interface Planes {
  readonly dtype: 'f32'
  readonly shape: readonly number[]
  readonly data: Float32Array
}

function planesOf(
  { width, height, data }: Picture,
  toValue: (level: number, channel: number) => number,
): Planes {
  const area = width * height
  const planes = new Float32Array(3 * area)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < area; i++) planes[c * area + i] = toValue(data[3 * i + c]!, c)
  return { dtype: 'f32', shape: [1, 3, height, width], data: planes }
}

/** The last of a model's outputs: networks that refine give the coarse ones first. */
async function lastOutput(model: ModelFile, file: string, inputs: readonly Planes[]): Promise<Float32Array> {
  if (model.inputs.length !== inputs.length)
    throw new ToolError(
      'tool-failed',
      `${file}: expected a model of ${inputs.length} pictures, got inputs ${model.inputs.join(', ')}; choose another file`,
    )
  const wanted = model.outputs.at(-1)!
  const outputs = await model.run(Object.fromEntries(model.inputs.map((name, i) => [name, inputs[i]!])), [
    wanted,
  ])
  const { dtype, data } = outputs[wanted]!
  if (dtype !== 'f32')
    throw new ToolError('tool-failed', `${file}: expected an output of float32, got ${dtype}; export it so`)
  return data as Float32Array
}

const strange = (file: string, expected: string, length: number): ToolError =>
  new ToolError('tool-failed', `${file}: expected ${expected}, got ${length} numbers; check "side" or "size"`)

const still = ({ width, height }: Picture): Flow => ({
  width,
  height,
  dx: new Float32Array(width * height),
  dy: new Float32Array(width * height),
})

/** A flow at another size, in that size's pixels; each of its pixels takes the nearest one. */
function stretched(
  values: Float32Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
): Flow {
  const flow = { ...still(to as Picture) }
  const area = from.width * from.height
  const [acrossX, acrossY] = [to.width / from.width, to.height / from.height]
  for (let y = 0; y < to.height; y++) {
    const row = Math.min(from.height - 1, Math.floor((y + 0.5) / acrossY)) * from.width
    for (let x = 0; x < to.width; x++) {
      const i = row + Math.min(from.width - 1, Math.floor((x + 0.5) / acrossX))
      flow.dx[y * to.width + x] = values[i]! * acrossX
      flow.dy[y * to.width + x] = values[area + i]! * acrossY
    }
  }
  return flow
}
