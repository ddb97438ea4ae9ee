import type { ParameterSource } from '../graph/index.ts'
import { classicQwenName, diffusersAutoencoder, diffusersTransformer } from '../models/index.ts'
import { assembled, renamed } from '../weights/index.ts'

/** A part of a checkpoint under the official names, whatever layout it is stored in. */
export function inOfficialLayout(source: ParameterSource): ParameterSource {
  const assemblies = diffusersTransformer(source) ?? diffusersAutoencoder(source)
  return assemblies ? assembled(source, assemblies) : renamed(source, classicQwenName)
}
