import { conv2d, type Parameters, reduceMean, square, sub, type TensorValue } from 'pentimento/graph'
import { cropPicture, type Picture, toPlanes } from 'pentimento/image'
import { type AutoencoderConfig, decode, patchesOf } from 'pentimento/models'
import type { Runtime } from 'pentimento/onnx'
import { type FitHooks, type FitOptions, fitLoss } from 'pentimento/train'
import { TorchGenerator } from 'pentimento/weights'
import type { PatchBasis } from './pca.ts'

/** Pixels of a side of what the decoder is trained on. */
const side = 128

/**
 * Trains the decoder of a projection: from the latents of a patch and of its neighbours it learns what the projection
 * left out. The encoder stays as it is. @returns all weights of the autoencoder
 */
export async function trainDecoder(
  job: {
    readonly runtime: Runtime
    readonly config: AutoencoderConfig
    readonly basis: PatchBasis
    readonly weights: ReadonlyMap<string, TensorValue>
    readonly pictures: readonly Picture[]
    readonly batch: number
    readonly options: FitOptions
    readonly states?: string
  },
  hooks: FitHooks = {},
): Promise<Map<string, TensorValue>> {
  const { config, basis, batch, pictures } = job
  const size = 3 * basis.patch ** 2
  const directions: TensorValue = { dtype: 'f32', shape: [basis.count, size, 1, 1], data: basis.directions }
  const usable = pictures.filter(({ width, height }) => Math.min(width, height) >= side)
  const trained = new Map([...job.weights].filter(([path]) => path.startsWith('decoder.')))
  const { weights } = await fitLoss(
    {
      runtime: job.runtime,
      initial: trained,
      loss: (w: Parameters) => {
        const picture = w.graph.input('picture', 'f32', [batch, 3, side, side])
        const basisInput = w.graph.input('directions', 'f32', directions.shape)
        const latent = conv2d(patchesOf(picture, basis.patch), basisInput)
        return reduceMean(square(sub(decode(w, latent, config), picture)))
      },
      batch: async (step) => ({ directions, picture: stacked(cropsAt(step, usable, batch)) }),
      options: job.options,
      states: job.states,
    },
    hooks,
  )
  return new Map([...job.weights, ...Object.entries(weights)])
}

function cropsAt(step: number, pictures: readonly Picture[], count: number): readonly TensorValue[] {
  const random = new TorchGenerator(step)
  return Array.from({ length: count }, () => {
    const [which, x, y] = random.rand(3) as unknown as [number, number, number]
    const picture = pictures[Math.floor(which * pictures.length)]!
    const place = (share: number, most: number) => Math.floor(share * (most - side + 1))
    return toPlanes(
      cropPicture(picture, {
        x: place(x, picture.width),
        y: place(y, picture.height),
        width: side,
        height: side,
      }),
    )
  })
}

function stacked(planes: readonly TensorValue[]): TensorValue {
  const [first] = planes
  const each = first!.data.length
  const data = new Float32Array(planes.length * each)
  for (const [i, plane] of planes.entries()) data.set(plane.data as Float32Array, i * each)
  return { dtype: 'f32', shape: [planes.length, ...first!.shape.slice(1)], data }
}
