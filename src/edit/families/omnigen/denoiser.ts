import {
  dataOf,
  type Feeds,
  Graph,
  type ParameterSource,
  Parameters,
  type TensorValue,
} from '../../../graph/index.ts'
import { fromPatches, type OmnigenConfig, omnigenTime, toPatches } from '../../../models/index.ts'
import {
  choosePlan,
  LoadCache,
  loadedBytes,
  type Plan,
  type Runtime,
  type Session,
} from '../../../onnx/index.ts'
import { keptBytes } from '../../memory.ts'
import type { Profiles } from '../../profiles.ts'
import { type Flow, followFlow } from '../../sampling/flow.ts'
import type { DenoiseHooks } from '../../sampling/hooks.ts'
import { type OmnigenWork, omnigenOutputs } from './graphs.ts'
import { gridOf, type OmnigenBranch, stillFeeds } from './sequence.ts'

export interface OmnigenDenoiserOptions {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly config: OmnigenConfig
  readonly plan: Plan
  /** Bytes that the weights, the cache and their work may take. */
  readonly budget: number
  /** Whether what the condition leaves is kept from step to step. Default: where it fits into a third of the budget. */
  readonly cached?: boolean | undefined
  /**
   * Whether the branches are one batch, padded, which takes the long frequencies for all as soon as the longest needs
   * them; else each is run and decides on its own, as the original does unless it is told otherwise. Default: false.
   */
  readonly joint?: boolean | undefined
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
}

/** The three branches of guidance; one whose share is 0 is not computed. */
export interface OmnigenBranches {
  /** Instruction and pictures. */
  readonly whole: OmnigenBranch
  /** The negative prompt alone. */
  readonly nothing: OmnigenBranch
  /** The pictures without the instruction. */
  readonly pictures: OmnigenBranch
}

/** What is denoised, and how. */
export interface OmnigenRequest {
  readonly noisy: TensorValue // [1, channels, h, w], the latent at the first time
  readonly branches: OmnigenBranches
  /** From 0, noise, to 1, the picture. */
  readonly times: readonly number[]
  readonly guidance: number
  readonly pictureGuidance: number
  /** Distances from the picture, 1 − time, between which there is guidance. */
  readonly interval: readonly [number, number]
}

/** Called while denoising. An error that a hook throws stops it. */
export interface OmnigenHooks extends DenoiseHooks {
  /** Before the first step, after each part of reading the condition: the share that is done. */
  onRead?(share: number): void
}

/**
 * Times of `steps` steps from 0 to 1, in f32 as torch computes them: t / (t + shift − shift·t).
 * Source: OmniGenScheduler of the original's scheduler.py, whose shift is 1.
 */
export function omnigenTimes(steps: number, shift = 1): number[] {
  const step = Math.fround(1 / steps)
  return Array.from({ length: steps + 1 }, (_, i) => {
    // torch.linspace counts from both ends, and rounds once.
    const t = Math.fround(i < (steps + 1) / 2 ? step * i : 1 - step * (steps - i))
    return Math.fround(t / Math.fround(Math.fround(t + shift) - Math.fround(shift * t)))
  })
}

/** Shares of the branches in u + sₚ·(p − u) + s·(c − p), whose sum is 1. */
interface Shares {
  readonly whole: number
  readonly nothing: number
  readonly pictures: number
}

function sharesOf(guidance: number, pictureGuidance: number): Shares {
  return { whole: guidance, nothing: 1 - pictureGuidance, pictures: pictureGuidance - guidance }
}

/** One batch of branches with all that stays the same from step to step. */
interface Batch {
  readonly branches: readonly (keyof OmnigenBranches)[]
  readonly feeds: Feeds
}

/** OmniGen's transformer. Its sessions take any size, and stay loaded for the next picture. */
export class OmnigenDenoiser {
  readonly #options: OmnigenDenoiserOptions
  readonly #sessions: LoadCache<string, Session>

  constructor(options: OmnigenDenoiserOptions) {
    this.#options = options
    const { profiles, source, budget, plan } = options
    this.#sessions = new LoadCache({
      load: (key) => {
        const [kind, rows] = key.split(' ') as [OmnigenWork, string]
        return this.#load(kind, Number(rows))
      },
      free: (session) => profiles?.free('transformer', session) ?? session.release(),
      // What reads the condition and what takes the steps have the weights each.
      most: plan === 'whole' && choosePlan([source, source], budget) === 'streamed' ? 1 : 2,
    })
  }

  /**
   * Euler's method from the first time to the last. @returns the latent [1, channels, h, w]
   * @throws EditError naming the step after which numbers are not finite
   */
  async denoise(request: OmnigenRequest, hooks: OmnigenHooks = {}): Promise<TensorValue> {
    const { noisy, times, interval } = request
    const guided = sharesOf(request.guidance, request.pictureGuidance)
    const plain: Shares = { whole: 1, nothing: 0, pictures: 0 }
    const sharesAt = (step: number): Shares => {
      const left = 1 - times[step]!
      return left >= interval[0] && left <= interval[1] ? guided : plain
    }
    const used = times.slice(0, -1).map((_, step) => sharesAt(step))
    const { kind, batches } = await this.#prepare(request, used, hooks)
    const velocity: Flow['velocity'] = async (x, now, step) => {
      const shares = sharesAt(step)
      const here = batches.filter(({ branches }) => branches.some((each) => shares[each] !== 0))
      const velocities = await this.#velocities(kind, here, { ...noisy, data: x }, now, (done, parts) =>
        hooks.onPart?.(step, done, parts),
      )
      return guidedBy(shares, velocities)
    }
    return followFlow({ noisy, times, clean: 1, velocity }, hooks)
  }

  /** Frees what is loaded; the next use loads it again. */
  release(): Promise<void> {
    return this.#sessions.release()
  }

  /** Batches of the branches that some step needs, and what they leave of their conditions where that is kept. */
  async #prepare(
    { branches, noisy }: OmnigenRequest,
    used: readonly Shares[],
    { onRead }: OmnigenHooks,
  ): Promise<{ kind: 'step' | 'whole'; batches: Batch[] }> {
    const { config, joint = false } = this.#options
    const names = (['whole', 'nothing', 'pictures'] as const).filter((name) =>
      used.some((shares) => shares[name] !== 0),
    )
    const groups = joint ? [names] : names.map((name) => [name])
    const still = groups.map((group) =>
      stillFeeds(
        group.map((name) => branches[name]),
        noisy,
        config,
      ),
    )
    const batch = (i: number, feeds: Feeds): Batch => ({ branches: groups[i]!, feeds })
    if (!this.#isCached(still.map(({ condition }) => condition.ids!)))
      return {
        kind: 'whole',
        batches: still.map((each, i) => batch(i, { ...each.condition, ...each.target })),
      }
    const caches = await this.#run(
      'read',
      still.map(({ condition }) => condition),
      groups[0]!.length,
      (done, parts) => onRead?.(done / parts),
    )
    return { kind: 'step', batches: still.map(({ target }, i) => batch(i, { ...target, ...caches[i]! })) }
  }

  #isCached(ids: readonly TensorValue[]): boolean {
    const { config, budget, cached, source, plan } = this.#options
    if (cached !== undefined) return cached
    const tokens = ids.reduce((sum, { data }) => sum + data.length, 0)
    const head = config.width / config.heads
    const room = plan === 'whole' ? budget - loadedBytes(source) : budget / 3
    return 4 * 2 * config.layers * config.keyHeads * head * tokens <= room
  }

  /** The velocity that each branch sees, as latents. */
  async #velocities(
    kind: 'step' | 'whole',
    batches: readonly Batch[],
    x: TensorValue,
    now: number,
    onSegment: (done: number, parts: number) => void,
  ): Promise<Partial<Record<keyof OmnigenBranches, Float32Array>>> {
    const { config } = this.#options
    const patches = toPatches(x, config.patch)
    const rows = batches[0]!.branches.length
    const repeated = new Float32Array(rows * patches.data.length)
    for (let row = 0; row < rows; row++) repeated.set(patches.data as Float32Array, row * patches.data.length)
    const moving = {
      patches: { ...patches, shape: [rows, ...patches.shape], data: repeated } as TensorValue,
      time: omnigenTime(now),
    }
    const results = await this.#run(
      kind,
      batches.map(({ feeds }) => ({ ...feeds, ...moving })),
      rows,
      onSegment,
    )
    const grid = gridOf(x, config.patch)
    const found: Partial<Record<keyof OmnigenBranches, Float32Array>> = {}
    for (const [i, { branches }] of batches.entries()) {
      const velocity = dataOf(results[i]!.velocity!, 'f32')
      const size = velocity.length / branches.length
      for (const [row, branch] of branches.entries())
        found[branch] = dataOf(
          fromPatches(velocity.subarray(row * size, (row + 1) * size), grid, config),
          'f32',
        )
    }
    return found
  }

  #run(
    kind: OmnigenWork,
    feeds: readonly Feeds[],
    rows: number,
    onSegment: (done: number, parts: number) => void,
  ): Promise<Record<string, TensorValue>[]> {
    return this.#sessions.use(`${kind} ${rows}`, (session) => session.runAll(feeds, { onSegment }))
  }

  #load(kind: OmnigenWork, rows: number): Promise<Session> {
    const { runtime, source, config, plan, budget, profiles } = this.#options
    const outputs = omnigenOutputs(kind, rows, new Parameters(new Graph(), { source }), config)
    const blockBytes = loadedBytes(source, (path) => path.startsWith('llm.layers.0.'))
    // At 1024 pixels condition and target have some 4,200 tokens each.
    const keep = keptBytes(budget - budget / 3, { tokens: 4200, width: config.width, blockBytes })
    return runtime.load<string>(outputs, { source, plan, keep, profile: profiles !== undefined })
  }
}

/** u + sₚ·(p − u) + s·(c − p) by the shares of c, u and p. */
function guidedBy(
  shares: Shares,
  velocities: Partial<Record<keyof OmnigenBranches, Float32Array>>,
): Float32Array {
  const parts = Object.entries(velocities).map(
    ([name, velocity]) => [shares[name as keyof Shares], velocity] as const,
  )
  return parts[0]![1].map((_, i) => parts.reduce((sum, [share, velocity]) => sum + share * velocity[i]!, 0))
}
