import { describe, expect, it } from 'vitest'
import { ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readGolden, readManifest } from '../../../test/golden.ts'
import type { ParameterSource } from '../../graph/index.ts'
import { assembled } from '../assembled.ts'
import { readAll } from '../tensors.ts'
import { diffusersLayers, diffusersTransformer } from './transformer.ts'

describe("FLUX.1 Kontext in diffusers' layout", () => {
  it('holds the numbers of the official layout', async () => {
    const source = await openGolden('flux-kontext/transformer_diffusers_weights.safetensors')
    const official = await readGolden('flux-kontext/transformer_bfl_weights.safetensors')
    const found = Object.fromEntries(await readAll(assembled(source, diffusersTransformer(source)!)))
    expect(Object.keys(found).sort()).toEqual(Object.keys(official).sort())
    for (const [path, value] of Object.entries(official)) expect(found[path], path).toEqual(value)
    await source.close()
  })

  it('has all tensors at full size', () => {
    const source = ofManifest('flux1-kontext-dev-transformer-diffusers') as unknown as ParameterSource
    const view = assembled(source, diffusersTransformer(source)!)
    const shapes = new Map([...view.paths()].map((path) => [path, view.describe(path)!.shape]))
    expect(sorted(shapes)).toEqual(sorted(readManifest('flux1-kontext-dev-transformer-bfl')))
  })

  it('has a place in the official one for every layer, for adapters', () => {
    const places = diffusersLayers(ofManifest('flux1-kontext-dev-transformer-bfl'))
    const layers = [...readManifest('flux1-kontext-dev-transformer-diffusers')].filter(
      ([path, shape]) => path.endsWith('.weight') && shape.length === 2,
    )
    expect(layers.length).toBeGreaterThan(500)
    for (const [path, [rows]] of layers)
      expect(places.get(path.slice(0, -'.weight'.length))?.rows, path).toBe(rows)
  })
})
