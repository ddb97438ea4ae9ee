import { dataOf, Graph, type ParameterSource, Parameters, type TensorValue } from '../../graph/index.ts'
import { fromPlanes, type Picture, toPlanes } from '../../image/index.ts'
import type { AutoencoderConfig } from '../../models/index.ts'
import type { Runtime, Session } from '../../onnx/index.ts'
import { freeAll, LoadCache } from '../../onnx/index.ts'
import { TorchGenerator } from '../../random/index.ts'
import type { Profiles } from '../profiles.ts'
import type { Size } from '../sampling/sampling.ts'
import { configuredCodec, type PictureCodec } from './codec.ts'
import { blendTiles, tilesOf } from './tiles.ts'

/** A source of normally distributed numbers: {@link TorchGenerator}, or stored draws. */
export type Normal = Pick<TorchGenerator, 'randn'>

export interface AutoencoderOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  /** Of the autoencoder of FLUX or Stable Diffusion; another kind of autoencoder is a codec of its own. */
  readonly config: AutoencoderConfig | PictureCodec
  /** Side in latent pixels from which a picture is decoded in tiles; memory grows with its square. */
  readonly tile: number
  /** Levels of decoded pictures are rounded, as in the pipelines of diffusers, and not truncated. Default: false. */
  readonly rounded?: boolean | undefined
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/**
 * The autoencoder between pictures and latents. Sessions stay loaded, for pictures of the last size, and for latents
 * of the last two: of an edit, and of its previews. ONNX Runtime takes some 5 % longer where sizes are open.
 */
export class Autoencoder {
  readonly #options: AutoencoderOptions
  readonly #codec: PictureCodec
  readonly #encoder: LoadCache<string, Session<'mean' | 'logVariance'>>
  readonly #decoder: LoadCache<string, Session<'picture'>>

  constructor(options: AutoencoderOptions) {
    this.#options = options
    const { runtime, source, config, profiles } = options
    const codec = 'encode' in config ? config : configuredCodec(config)
    this.#codec = codec
    const load = { source, profile: profiles !== undefined }
    const free = (session: Session): Promise<void> =>
      profiles?.free('autoencoder', session) ?? session.release()
    this.#encoder = new LoadCache({
      load: (size) => {
        const graph = new Graph()
        const picture = graph.input('picture', 'f32', [1, 3, ...sidesOf(size)])
        return runtime.load(codec.encode(new Parameters(graph, { source }), picture), load)
      },
      free,
    })
    this.#decoder = new LoadCache({
      load: (size) => {
        const graph = new Graph()
        const latent = graph.input('latent', 'f32', [1, codec.latentChannels, ...sidesOf(size)])
        const picture = codec.decode(new Parameters(graph, { source }), latent)
        return runtime.load({ picture }, load)
      },
      free,
      most: 2,
    })
  }

  /**
   * The latent [1, channels, h/8, w/8] of a picture, or of planes [1, 3, h, w] in −1 … 1, scaled and shifted as the
   * transformer sees it: the mean of its distribution (its mode), or with `sample`, a seed or a generator that goes on,
   * a sample of it. Source: AutoEncoder.encode of the original, which samples from an unseeded generator.
   */
  async encode(picture: Picture | TensorValue, sample?: number | bigint | Normal): Promise<TensorValue> {
    const normal =
      typeof sample === 'number' || typeof sample === 'bigint' ? new TorchGenerator(sample) : sample
    return this.#codec.scaled(await this.encodePlain(picture, normal))
  }

  /** The latent of {@link encode} as the autoencoder gives it, neither scaled nor shifted. */
  async encodePlain(picture: Picture | TensorValue, normal?: Normal): Promise<TensorValue> {
    const planes = 'shape' in picture ? picture : toPlanes(picture)
    const [, , height, width] = planes.shape as [number, number, number, number]
    const moments = await this.#encoder.use(keyOf({ height, width }), (session) =>
      session.run({ picture: planes }),
    )
    return latentOf(moments, normal)
  }

  /**
   * The picture of a latent [1, channels, h, w]; a large one is decoded in overlapping tiles, blended where they meet.
   * @param onTile is called after each tile; an error that it throws stops the work
   */
  async decode(latent: TensorValue, onTile?: (done: number, total: number) => void): Promise<Picture> {
    const { tile, rounded } = this.#options
    const [, , height, width] = latent.shape as [number, number, number, number]
    if (Math.max(height, width) <= tile) return fromPlanes(await this.#decodeWhole(latent), { rounded })
    const tiles = tilesOf({ height, width }, { tile, overlap: Math.max(2, Math.floor(tile / 4)) })
    let done = 0
    const decodeTile = async (place: (typeof tiles)[number]): Promise<TensorValue> => {
      const planes = await this.#decodeWhole(crop(latent, place))
      onTile?.(++done, tiles.length)
      return planes
    }
    const planes = await blendTiles({ height, width }, tiles, this.#codec.pixelsPerLatent, decodeTile)
    return fromPlanes(planes, { rounded })
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return freeAll([() => this.#encoder.release(), () => this.#decoder.release()])
  }

  async #decodeWhole(latent: TensorValue): Promise<TensorValue> {
    const [, , height, width] = latent.shape as [number, number, number, number]
    const { picture } = await this.#decoder.use(keyOf({ height, width }), (session) =>
      session.run({ latent }),
    )
    return picture
  }
}

const keyOf = ({ height, width }: Size): string => `${height}×${width}`
const sidesOf = (key: string): number[] => key.split('×').map(Number)

function latentOf(
  { mean, logVariance }: Readonly<Record<'mean' | 'logVariance', TensorValue>>,
  normal: Normal | undefined,
): TensorValue {
  const z = Float32Array.from(dataOf(mean, 'f32'))
  if (normal !== undefined) {
    const noise = normal.randn(z.length)
    const logs = dataOf(logVariance, 'f32')
    // The bounds are those of the originals.
    for (let i = 0; i < z.length; i++)
      z[i]! += Math.exp(0.5 * Math.min(20, Math.max(-30, logs[i]!))) * noise[i]!
  }
  return { ...mean, data: z }
}

function crop(
  { shape, data }: TensorValue,
  place: { readonly top: number; readonly left: number; readonly height: number; readonly width: number },
): TensorValue {
  const [, channels, rows, columns] = shape as [number, number, number, number]
  const { top, left, height, width } = place
  const out = new Float32Array(channels * height * width)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const from = (c * rows + top + y) * columns + left
      out.set((data as Float32Array).subarray(from, from + width), (c * height + y) * width)
    }
  return { dtype: 'f32', shape: [1, channels, height, width], data: out }
}
