import {
  add,
  attention,
  concat,
  gather,
  gelu,
  matmul,
  mul,
  type Parameters,
  reshape,
  rotary,
  silu,
  split,
  type Tensor,
  type TensorValue,
  tensorValue,
  transpose,
} from '../../graph/index.ts'
import type { Qwen25VLConfig, VisionConfig } from './config.ts'
import { type Grid, rotaryOf, visionAngles, type Windows, windowsOf } from './positions.ts'

/** Inputs of the vision tower in addition to the pixels; see {@link visionTower}. */
export function visionFeeds(
  grid: Grid,
  config: VisionConfig,
): Readonly<Record<'windowOrder' | 'rasterOrder' | 'patchCosines' | 'patchSines', TensorValue>> {
  const { order } = windowsOf(grid, config)
  const raster = order.map((_, i) => i).sort((a, b) => order[a]! - order[b]!)
  const group = config.merge ** 2
  const half = config.width / config.heads / 2
  // The tables go the way of the patches.
  const angles = visionAngles(grid, config)
  const moved = new Float64Array(angles.length)
  for (const [i, from] of order.entries())
    moved.set(angles.subarray(from * group * half, (from + 1) * group * half), i * group * half)
  const { cosines, sines } = rotaryOf(moved, half)
  return {
    windowOrder: tensorValue('i64', [order.length], order),
    rasterOrder: tensorValue('i64', [raster.length], raster),
    patchCosines: cosines,
    patchSines: sines,
  }
}

/** What the vision tower reads: patches of one picture, and what its grid gives ({@link visionFeeds}). */
export interface VisionInputs {
  readonly pixels: Tensor // [patches, channels·frames·patch²]
  readonly windowOrder: Tensor // i64 [tokens], groups of patches in the order of their windows
  readonly rasterOrder: Tensor // i64 [tokens], and back
  readonly patchCosines: Tensor // [patches, head width / 2], in the order of the windows
  readonly patchSines: Tensor
}

/**
 * The tokens [tokens, width] of a picture with this grid. Segments: `visual.embed`, `visual.block.N`, `visual.merger`.
 */
export function visionTower(
  w: Parameters,
  inputs: VisionInputs,
  { vision, width }: Qwen25VLConfig,
  grid: Grid,
): Tensor {
  const { pixels, windowOrder, rasterOrder, patchCosines: cosines, patchSines: sines } = inputs
  const windows = windowsOf(grid, vision)
  let patches = w.graph.segment('visual.embed', () =>
    inOrder(embedPatches(w.pp('visual'), pixels, vision), windowOrder, vision),
  )
  for (let i = 0; i < vision.blocks; i++) {
    const lengths = vision.fullAttention.includes(i) ? wholePicture(windows) : windows.lengths
    patches = w.graph.segment(`visual.block.${i}`, () =>
      visionBlock(w.pp('visual.blocks').pp(i), { patches, cosines, sines }, vision, lengths),
    )
  }
  return w.graph.segment('visual.merger', () =>
    gather(mergePatches(w.pp('visual.merger'), patches, { vision, width }), rasterOrder),
  )
}

function wholePicture({ lengths }: Windows): readonly number[] {
  return [lengths.reduce((sum, length) => sum + length, 0)]
}

/** The patch embedding, a convolution whose patches do not overlap: [patches, width]. @param w below `visual` */
export function embedPatches(w: Parameters, pixels: Tensor, config: VisionConfig): Tensor {
  const { width, channels, frames, patch } = config
  const kernel = w.get('patch_embed.proj.weight', [width, channels, frames, patch, patch])
  const columns = channels * frames * patch * patch
  return matmul(pixels, reshape(kernel, [width, columns]), { transposeB: true })
}

/** Groups of patches that merge into one token, in another order. */
function inOrder(patches: Tensor, order: Tensor, { merge, width }: VisionConfig): Tensor {
  const groups = reshape(patches, [-1, merge * merge, width])
  return reshape(gather(groups, order), patches.shape)
}

/** @param lengths patches of each window, one window for the whole picture */
function visionBlock(
  w: Parameters,
  inputs: { readonly patches: Tensor; readonly cosines: Tensor; readonly sines: Tensor },
  config: VisionConfig,
  lengths: readonly number[],
): Tensor {
  const { width, mlpWidth } = config
  const { patches } = inputs
  const normed = (name: string, x: Tensor) => w.pp(name).rmsNorm(x, { epsilon: 1e-6 })
  const seen = windowAttention(
    w.pp('attn'),
    { ...inputs, patches: normed('norm1', patches) },
    config,
    lengths,
  )
  const attended = add(patches, seen)
  const y = normed('norm2', attended)
  const mlp = w.pp('mlp')
  const hidden = mul(silu(mlp.pp('gate_proj').linear(y, mlpWidth)), mlp.pp('up_proj').linear(y, mlpWidth))
  return add(attended, mlp.pp('down_proj').linear(hidden, width))
}

/** Patches attend within their window. Consecutive windows of equal length form a batch. */
function windowAttention(
  w: Parameters,
  { patches, cosines, sines }: { readonly patches: Tensor; readonly cosines: Tensor; readonly sines: Tensor },
  { width, heads }: VisionConfig,
  lengths: readonly number[],
): Tensor {
  const total = patches.shape[0] as number
  const perHead = (x: Tensor) => transpose(reshape(x, [1, total, heads, width / heads]), [0, 2, 1, 3])
  const [q, k, v] = split(w.pp('qkv').linear(patches, 3 * width), 3).map(perHead) as [Tensor, Tensor, Tensor]
  const turned = (x: Tensor) => rotary(x, cosines, sines, 'half')
  const runs = runsOf(lengths)
  const cut = (x: Tensor) =>
    split(
      x,
      runs.map(({ length, count }) => length * count),
      2,
    )
  const [qs, ks, vs] = [cut(turned(q)), cut(turned(k)), cut(v)]
  const seen = runs.map(({ length, count }, i) => {
    const windows = (x: Tensor) => transpose(reshape(x, [heads, count, length, width / heads]), [1, 0, 2, 3])
    const y = attention({ q: windows(qs[i]!), k: windows(ks[i]!), v: windows(vs[i]!) })
    return reshape(transpose(y, [0, 2, 1, 3]), [count * length, width])
  })
  return w.pp('proj').linear(concat(seen, 0), width)
}

function runsOf(lengths: readonly number[]): { length: number; count: number }[] {
  const runs: { length: number; count: number }[] = []
  for (const length of lengths) {
    const last = runs.at(-1)
    if (last?.length === length) last.count++
    else runs.push({ length, count: 1 })
  }
  return runs
}

/** Each group of patches as one token of the language model, still in window order. @param w below `visual.merger` */
export function mergePatches(
  w: Parameters,
  patches: Tensor,
  { vision, width }: { readonly vision: VisionConfig; readonly width: number },
): Tensor {
  const normed = w.pp('ln_q').rmsNorm(patches, { epsilon: 1e-6 })
  const wide = vision.width * vision.merge ** 2
  const grouped = reshape(normed, [-1, wide])
  return w.pp('mlp.2').linear(gelu(w.pp('mlp.0').linear(grouped, wide)), width)
}
