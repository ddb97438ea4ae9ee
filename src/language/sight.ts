import { Graph, type ParameterSource, Parameters, type Tensor, type TensorValue } from '../graph/index.ts'
import { type Picture, pictureHash, resizePicture } from '../image/index.ts'
import {
  type Grid,
  patchify,
  type Qwen25VLConfig,
  smartResize,
  visionFeeds,
  visionTower,
} from '../models/index.ts'
import { LoadCache, type Plan, type Runtime, type Session } from '../onnx/index.ts'

/** Bounds of the pictures that a model sees, in pixels. */
export interface PixelBounds {
  readonly minPixels: number
  readonly maxPixels: number
}

/** A picture as the language model reads it. */
export interface SeenPicture {
  /** Equal for equal pictures at equal sizes. */
  readonly key: string
  readonly grid: Grid
  readonly tokens: TensorValue // [N, width]
}

/** Pictures whose tokens are kept for the next question. */
const mostKept = 16

/** What a vision tower runs on. */
export interface SightOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: Qwen25VLConfig
  readonly plan: Plan
  /** Whether runs are profiled, and how their sessions are then freed. */
  readonly profile?: boolean | undefined
  readonly free?: ((session: Session) => Promise<void>) | undefined
}

/** Called while a picture is looked at. */
export interface SightHooks {
  readonly signal?: AbortSignal | undefined
  /** After each part: the share that is done, 0 to 1. What it throws stops the look. */
  readonly onPart?: ((share: number) => void) | undefined
}

/** The vision tower in sessions: pictures to tokens. Those of the last pictures are kept. */
export class Sight {
  readonly #config: Qwen25VLConfig
  readonly #sessions: LoadCache<string, Session<'image'>>
  readonly #seen = new Map<string, SeenPicture>()

  constructor(options: SightOptions) {
    this.#config = options.config
    this.#sessions = new LoadCache({
      load: (key) => loadTower(options, gridOf(key)),
      free: (session) => options.free?.(session) ?? session.release(),
    })
  }

  /** The tokens of a picture, resized as the model's own processor does it. */
  async see(
    picture: Picture,
    bounds: PixelBounds,
    { signal, onPart }: SightHooks = {},
  ): Promise<SeenPicture> {
    const { patch, merge } = this.#config.vision
    const size = sizeWithin(picture, { ...bounds, factor: patch * merge })
    const key = `${pictureHash(picture)}:${size.width}×${size.height}`
    const known = this.#seen.get(key)
    if (known) return known
    const { pixels, grid } = patchify(resizePicture(picture, size), this.#config.vision)
    const feeds = { pixels, ...visionFeeds(grid, this.#config.vision) }
    const onSegment = (done: number, parts: number): void => onPart?.(done / parts)
    const { image } = await this.#sessions.use(keyOf(grid), (session) =>
      session.run(feeds, { signal, onSegment }),
    )
    const seen = { key, grid, tokens: image }
    this.#seen.set(key, seen)
    // A map keeps the order of insertion.
    for (const oldest of [...this.#seen.keys()].slice(0, this.#seen.size - mostKept))
      this.#seen.delete(oldest)
    return seen
  }

  /** Frees the session after the run under way; the next use loads it again. */
  release(): Promise<void> {
    return this.#sessions.release()
  }
}

/** As smartResize, but a picture smaller than a token, or very long and narrow, gets one token across. */
function sizeWithin(
  { height, width }: Picture,
  bounds: PixelBounds & { readonly factor: number },
): { readonly height: number; readonly width: number } {
  const { factor } = bounds
  const scale = Math.max(1, factor / Math.min(height, width))
  const [tall, wide] = [height * scale, width * scale]
  const most = 200 * Math.min(tall, wide)
  const size = smartResize({ height: Math.min(tall, most), width: Math.min(wide, most) }, bounds)
  return { height: Math.max(factor, size.height), width: Math.max(factor, size.width) }
}

const keyOf = ({ rows, columns }: Grid): string => `${rows}×${columns}`

function gridOf(key: string): Grid {
  const [rows, columns] = key.split('×').map(Number) as [number, number]
  return { rows, columns }
}

/** The graph of the vision tower with its inputs by name. */
export function towerOutput(w: Parameters, config: Qwen25VLConfig, grid: Grid): Tensor {
  const { channels, frames, patch, merge, width, heads } = config.vision
  const { graph } = w
  const patches = grid.rows * grid.columns
  const order = ['i64', [patches / merge ** 2]] as const
  const table = ['f32', [patches, width / heads / 2]] as const
  const inputs = {
    pixels: graph.input('pixels', 'f32', [patches, channels * frames * patch ** 2]),
    windowOrder: graph.input('windowOrder', ...order),
    rasterOrder: graph.input('rasterOrder', ...order),
    patchCosines: graph.input('patchCosines', ...table),
    patchSines: graph.input('patchSines', ...table),
  }
  return visionTower(w, inputs, config, grid)
}

function loadTower(options: SightOptions, grid: Grid): Promise<Session<'image'>> {
  const { runtime, source, config, plan, profile } = options
  const image = towerOutput(new Parameters(new Graph(), { source }), config, grid)
  return runtime.load({ image }, { source, plan, profile })
}
