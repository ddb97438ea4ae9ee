import type { ParameterSource } from '../../graph/index.ts'
import { renamed } from '../checkpoint.ts'

/** Names of single layers in Wan's own layout, which ComfyUI keeps, and in that of diffusers. */
const outer: readonly (readonly [RegExp, string])[] = [
  [/^conv1\./, 'quant_conv.'],
  [/^conv2\./, 'post_quant_conv.'],
  [/^(encoder|decoder)\.conv1\./, '$1.conv_in.'],
  [/^(encoder|decoder)\.head\.0\./, '$1.norm_out.'],
  [/^(encoder|decoder)\.head\.2\./, '$1.conv_out.'],
  [/^(encoder|decoder)\.middle\.0\./, '$1.mid_block.resnets.0.'],
  [/^(encoder|decoder)\.middle\.1\./, '$1.mid_block.attentions.0.'],
  [/^(encoder|decoder)\.middle\.2\./, '$1.mid_block.resnets.1.'],
  [/^encoder\.downsamples\./, 'encoder.down_blocks.'],
]

const inner: readonly (readonly [RegExp, string])[] = [
  [/\.residual\.0\./, '.norm1.'],
  [/\.residual\.2\./, '.conv1.'],
  [/\.residual\.3\./, '.norm2.'],
  [/\.residual\.6\./, '.conv2.'],
  [/\.shortcut\./, '.conv_shortcut.'],
]

/** A view of an autoencoder of Wan or Qwen-Image under the names of diffusers; another source as it is. */
export function wanAutoencoder(source: ParameterSource): ParameterSource {
  if (!source.describe('decoder.upsamples.0.residual.2.weight')) return source
  // Residual blocks and enlargements of the decoder are numbered together: each level ends with one that enlarges.
  let perLevel = 1
  while (!source.describe(`decoder.upsamples.${perLevel - 1}.resample.1.weight`)) perLevel++
  const level = (number: string): string => {
    const [block, place] = [Math.floor(Number(number) / perLevel), Number(number) % perLevel]
    return `decoder.up_blocks.${block}.${place === perLevel - 1 ? 'upsamplers.0' : `resnets.${place}`}.`
  }
  const replaced = (path: string, rules: typeof outer): string =>
    rules.reduce((name, [from, to]) => name.replace(from, to), path)
  return renamed(source, (path) =>
    replaced(
      replaced(path, outer).replace(/^decoder\.upsamples\.(\d+)\./, (_, number: string) => level(number)),
      inner,
    ),
  )
}
