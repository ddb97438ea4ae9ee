import {
  dataOf,
  Graph,
  type ParameterSource,
  Parameters,
  program,
  reduceMean,
  square,
  sub,
  type TensorValue,
  tensorValue,
} from 'pentimento/graph'
import { cropPicture, type Picture, resizePicture } from 'pentimento/image'
import { type Grid, patchify, visionFeeds, visionTower } from 'pentimento/models'
import type { Runtime } from 'pentimento/onnx'
import { Random } from 'pentimento/random'
import { fitLoss } from 'pentimento/train'
import { initialize, normal, readAll, zeros } from 'pentimento/weights'
import { cell, encoderConfig } from './encoderConfig.ts'

/** Numbers that a token of the picture has to tell: 4 × 4 colours, contrast there, and colour and contrast of all. */
export const sightWidth: number = 48 + 16 + 4

/** Cells of a square picture of 256 pixels. */
const side = 4
/** Pictures of a step. */
const batch = 16

/**
 * What each cell of a picture looks like, [cells, {@link sightWidth}], levels around 0: the answers that the tower is
 * trained to give.
 */
export function sightOf({ width, height, data }: Picture): Float32Array {
  const [rows, columns] = [height / cell, width / cell]
  const out = new Float32Array(rows * columns * sightWidth)
  const whole = statistics(data, width, { x: 0, y: 0, width, height })
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = (row * columns + column) * sightWidth
      for (let i = 0; i < 16; i++) {
        const size = cell / 4
        const area = {
          x: column * cell + (i % 4) * size,
          y: row * cell + Math.floor(i / 4) * size,
          width: size,
          height: size,
        }
        const [red, green, blue, contrast] = statistics(data, width, area)
        out.set([red, green, blue], at + 3 * i)
        out[at + 48 + i] = contrast
      }
      out.set(whole, at + 64)
    }
  return out
}

type Statistics = readonly [red: number, green: number, blue: number, contrast: number]

/** Mean levels from −1 to 1, and the deviation of the lightness. */
function statistics(
  data: Uint8Array,
  stride: number,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): Statistics {
  const sums = [0, 0, 0]
  let squares = 0
  for (let row = y; row < y + height; row++)
    for (let column = x; column < x + width; column++) {
      let light = 0
      for (let c = 0; c < 3; c++) {
        const level = data[3 * (row * stride + column) + c]! / 127.5 - 1
        sums[c]! += level
        light += level / 3
      }
      squares += light * light
    }
  const count = width * height
  const [red, green, blue] = sums.map((sum) => sum / count) as [number, number, number]
  const mean = (red + green + blue) / 3
  return [red, green, blue, 2 * Math.sqrt(Math.max(0, squares / count - mean * mean))]
}

/** A view of one of the photos: a part of it at a size in cells, mirrored or with its levels shifted now and then. */
export function drawView(photos: readonly Picture[], random: Random, rows: number, columns: number): Picture {
  const photo = random.pick(photos)
  const aspect = columns / rows
  const most = Math.min(photo.width, photo.height * aspect)
  const width = Math.max(8, Math.round(most * random.between(0.4, 1)))
  const height = Math.max(8, Math.min(photo.height, Math.round(width / aspect)))
  const cut = cropPicture(photo, {
    x: random.below(photo.width - width + 1),
    y: random.below(photo.height - height + 1),
    width,
    height,
  })
  const view = resizePicture(cut, { width: columns * cell, height: rows * cell })
  const [gain, lift] = random.chance(0.5) ? [random.between(0.6, 1.3), random.between(-40, 40)] : [1, 0]
  const tints = random.chance(0.3) ? [0, 1, 2].map(() => random.between(-25, 25)) : [0, 0, 0]
  const grey = random.chance(0.15)
  const data = new Uint8Array(view.data.length)
  for (let i = 0; i < data.length; i++) {
    const pixel = i - (i % 3)
    const level = grey
      ? (view.data[pixel]! + view.data[pixel + 1]! + view.data[pixel + 2]!) / 3
      : view.data[i]!
    data[i] = Math.max(0, Math.min(255, Math.round(gain * (level - 128) + 128 + lift + tints[i % 3]!)))
  }
  return { ...view, data }
}

/** Several square pictures one below the other, whose windows are the pictures. */
function stacked(pictures: readonly Picture[]): Picture {
  const { width, height } = pictures[0]!
  const data = new Uint8Array(pictures.length * pictures[0]!.data.length)
  for (const [i, picture] of pictures.entries()) data.set(picture.data, i * picture.data.length)
  return { width, height: height * pictures.length, data }
}

/** Trains the vision tower alone: each token tells what its cell looks like. @returns weights below `visual` */
export async function trainSight(
  runtime: Runtime,
  photos: readonly Picture[],
  {
    steps,
    seed,
    states,
    signal,
  }: {
    readonly steps: number
    readonly seed: number
    readonly states?: string
    readonly signal?: AbortSignal
  },
  onStep?: (step: number, loss: number) => void,
): Promise<Map<string, TensorValue>> {
  const grid: Grid = { rows: batch * side * 2, columns: side * 2 }
  const config = { ...encoderConfig, vision: { ...encoderConfig.vision, fullAttention: [] } }
  const patches = grid.rows * grid.columns
  const { width, heads, patch } = config.vision
  const half = width / heads / 2
  const loss = (w: Parameters) => {
    const { graph } = w
    const inputs = {
      pixels: graph.input('pixels', 'f32', [patches, 3 * patch * patch]),
      windowOrder: graph.input('windowOrder', 'i64', [patches / 4]),
      rasterOrder: graph.input('rasterOrder', 'i64', [patches / 4]),
      patchCosines: graph.input('patchCosines', 'f32', [patches, half]),
      patchSines: graph.input('patchSines', 'f32', [patches, half]),
    }
    const image = visionTower(w, inputs, config, grid)
    const truth = graph.input('truth', 'f32', [patches / 4, sightWidth])
    return reduceMean(square(sub(w.pp('sight').linear(image, sightWidth), truth)))
  }
  const { parameters } = program({ loss: loss(new Parameters(new Graph())) })
  const source = initialize(parameters, {
    seed,
    rule: (path) =>
      path.endsWith('o_proj.weight') ? zeros : path.includes('patch_embed') ? normal(0.01) : undefined,
  })
  const feeds = visionFeeds(grid, config.vision)
  const { weights } = await fitLoss(
    {
      runtime,
      loss,
      initial: await readAll(source),
      async batch(step) {
        const random = new Random(seed, 'sight', step)
        const views = Array.from({ length: batch }, () => drawView(photos, random, side, side))
        const truth = new Float32Array((patches / 4) * sightWidth)
        for (const [i, view] of views.entries()) truth.set(sightOf(view), i * side * side * sightWidth)
        return {
          ...feeds,
          pixels: patchify(stacked(views), config.vision).pixels,
          truth: tensorValue('f32', [patches / 4, sightWidth], truth),
        }
      },
      options: {
        steps,
        learningRate: 2e-3,
        warmup: 50,
        weightDecay: 0.01,
        decayTo: 0.01,
        decay: 'cosine',
        divergence: 0,
      },
      fingerprint: `sight ${seed} ${steps} ${photos.length}`,
      resume: true,
      ...(states !== undefined && { states }),
    },
    { onStep: ({ step, loss: value }) => onStep?.(step, value), ...(signal && { signal }) },
  )
  const tower = Object.entries(weights).filter(([path]) => path.startsWith('visual.'))
  return new Map(tower.map(([path, value]) => [path, copyOf(value)]))
}

const copyOf = (value: TensorValue): TensorValue => ({
  ...value,
  data: Float32Array.from(dataOf(value, 'f32')),
})

/** Makes the tower's tokens as long as words: scales its last layer. @returns tokens' root mean square before */
export function scaleSight(weights: ReadonlyMap<string, TensorValue>, factor: number): void {
  for (const name of ['weight', 'bias']) {
    const data = dataOf(weights.get(`visual.merger.mlp.2.${name}`)!, 'f32')
    for (let i = 0; i < data.length; i++) data[i]! *= factor
  }
}

/** Pictures of one size as the tower sees them. */
export interface Views {
  readonly rows: number
  readonly columns: number
  /** [pictures][cells · width] */
  readonly tokens: readonly Float32Array[]
  /** [pictures][cells · {@link sightWidth}] */
  readonly sights: readonly Float32Array[]
}

/** Lets the tower see views of the photos, as an edit lets it. */
export async function lookAtViews(
  runtime: Runtime,
  source: ParameterSource,
  pictures: readonly Picture[],
): Promise<Views> {
  const { width, height } = pictures[0]!
  const [rows, columns] = [height / cell, width / cell]
  const { vision } = encoderConfig
  const grid = { rows: rows * vision.merge, columns: columns * vision.merge }
  const fixed = visionFeeds(grid, vision)
  const graph = new Graph()
  const first = patchify(pictures[0]!, vision).pixels
  const leaf = (name: string, { dtype, shape }: TensorValue) => graph.input(name, dtype, shape)
  const inputs = {
    pixels: leaf('pixels', first),
    windowOrder: leaf('windowOrder', fixed.windowOrder),
    rasterOrder: leaf('rasterOrder', fixed.rasterOrder),
    patchCosines: leaf('patchCosines', fixed.patchCosines),
    patchSines: leaf('patchSines', fixed.patchSines),
  }
  const image = visionTower(new Parameters(graph, { source }), inputs, encoderConfig, grid)
  const session = await runtime.load({ image }, { source })
  const tokens: Float32Array[] = []
  try {
    for (const picture of pictures) {
      const result = await session.run({ ...fixed, pixels: patchify(picture, vision).pixels })
      tokens.push(Float32Array.from(dataOf(result.image, 'f32')))
    }
  } finally {
    await session.release()
  }
  return { rows, columns, tokens, sights: pictures.map(sightOf) }
}
