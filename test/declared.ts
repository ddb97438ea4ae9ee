import { program, type Tensor } from 'pentimento/graph'
import { readManifest } from './golden.ts'

type Shapes = ReadonlyMap<string, readonly number[]>

/** In the order of their names, since maps compare in order. */
export const sorted = (shapes: Shapes): Shapes => new Map([...shapes].sort(([a], [b]) => (a < b ? -1 : 1)))

/** Names and shapes of the parameters that a model declares. */
export function declared(outputs: Readonly<Record<string, Tensor>>): Shapes {
  const { parameters } = program(outputs)
  return sorted(new Map([...parameters].map(([path, { shape }]) => [path, shape as readonly number[]])))
}

/** A full-size checkpoint of which only names and shapes are known. */
export function ofManifest(name: string): {
  readonly name: string
  readonly paths: () => Iterable<string>
  readonly describe: (
    path: string,
  ) => { readonly dtype: 'bf16'; readonly shape: readonly number[] } | undefined
} {
  const manifest = readManifest(name)
  return {
    name,
    paths: () => manifest.keys(),
    describe: (path) => {
      const shape = manifest.get(path)
      return shape && { dtype: 'bf16', shape }
    },
  }
}
