import type { ParameterSource } from '../../graph/index.ts'
import { classicQwenName } from '../../models/index.ts'
import {
  assembled,
  diffusersAutoencoder,
  diffusersOmnigen,
  diffusersTransformer,
  renamed,
  stabilityTransformer,
} from '../../weights/index.ts'

/** A part of a checkpoint under the official names, for any layout. */
export function inOfficialLayout(source: ParameterSource): ParameterSource {
  const plain = withoutPrefix(source)
  const assemblies =
    diffusersTransformer(plain) ??
    stabilityTransformer(plain) ??
    diffusersOmnigen(plain) ??
    diffusersAutoencoder(plain)
  return assemblies ? assembled(plain, assemblies) : renamed(plain, classicQwenName)
}

/** Prefixes that programs add to the names of a transformer's tensors. */
const prefixes = ['model.diffusion_model.', 'diffusion_model.', 'transformer.']

/** A transformer without prefixes of tensor names. */
export function withoutPrefix(source: ParameterSource): ParameterSource {
  const inputs = ['img_in.weight', 'x_embedder.weight', 'x_embedder.proj.weight', 'pos_embed.proj.weight']
  const prefix = prefixes.find((each) => inputs.some((path) => source.describe(each + path)))
  if (prefix === undefined) return source
  return renamed(source, (path) => (path.startsWith(prefix) ? path.slice(prefix.length) : path))
}
