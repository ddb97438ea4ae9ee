import type { ParameterSource } from '../../graph/index.ts'
import type { Assembly } from '../assembled.ts'

const attention: Readonly<Record<string, string>> = {
  to_q: 'q',
  to_k: 'k',
  to_v: 'v',
  'to_out.0': 'proj_out',
  group_norm: 'norm',
  // Older versions of diffusers
  query: 'q',
  key: 'k',
  value: 'v',
  proj_attn: 'proj_out',
}

/**
 * The official tensors as those of diffusers' `AutoencoderKL`, or nothing for another checkpoint. Diffusers counts
 * the decoder's levels from the other end, and has linear layers where the original has convolutions of 1 × 1.
 */
export function diffusersAutoencoder(
  source: Pick<ParameterSource, 'paths' | 'describe'>,
): ReadonlyMap<string, Assembly> | undefined {
  let levels = 0
  while (source.describe(`decoder.up_blocks.${levels}.resnets.0.conv1.weight`)) levels++
  if (levels === 0) return undefined
  const assemblies = new Map<string, Assembly>()
  for (const path of source.paths()) {
    const to = officialName(path, levels)
    const isLinear = to.includes('.attn_1.') && source.describe(path)?.shape.length === 2
    assemblies.set(to, { rows: [{ path }], ...(isLinear && { ones: 2 }) })
  }
  return assemblies
}

function officialName(path: string, levels: number): string {
  return path
    .replace(/^(encoder|decoder)\.conv_norm_out\./, '$1.norm_out.')
    .replace(/\.mid_block\.resnets\.(\d+)\./, (_, i) => `.mid.block_${Number(i) + 1}.`)
    .replace(
      /\.mid_block\.attentions\.0\.(.+)\.(weight|bias)$/,
      (_, name: string, kind) => `.mid.attn_1.${attention[name] ?? name}.${kind}`,
    )
    .replace(/\.down_blocks\.(\d+)\./, '.down.$1.')
    .replace(/\.up_blocks\.(\d+)\./, (_, i) => `.up.${levels - 1 - Number(i)}.`)
    .replace(/\.resnets\.(\d+)\./, '.block.$1.')
    .replace('.conv_shortcut.', '.nin_shortcut.')
    .replace('.downsamplers.0.', '.downsample.')
    .replace('.upsamplers.0.', '.upsample.')
}
