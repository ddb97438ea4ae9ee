import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ofManifest, sorted } from '../../../test/declared.ts'
import { openGolden, readManifest } from '../../../test/golden.ts'
import { omnigenInDiffusers } from '../../../test/tinyOmnigen.ts'
import type { ParameterSource } from '../../graph/index.ts'
import { assembled } from '../assembled.ts'
import { openCheckpoint } from '../checkpoint.ts'
import { readAll, writeAll } from '../tensors.ts'
import { diffusersOmnigen, diffusersOmnigenLayers } from './omnigen.ts'

describe("OmniGen in diffusers' layout", () => {
  it('holds the numbers of the original layout', async () => {
    const official = await openGolden('omnigen/weights.safetensors')
    const file = join(await mkdtemp(join(tmpdir(), 'omnigen-')), 'model.safetensors')
    await writeAll(file, await omnigenInDiffusers())
    const source = await openCheckpoint(file)
    expect(diffusersOmnigen(official)).toBeUndefined()
    const found = await readAll(assembled(source, diffusersOmnigen(source)!))
    const wanted = await readAll(official)
    expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort())
    for (const [path, value] of wanted) expect(found.get(path), path).toEqual(value)
    await source.close()
    await official.close()
    await rm(dirname(file), { recursive: true })
  })

  it('has all tensors at full size', () => {
    const source = ofManifest('omnigen-v1-transformer-diffusers') as unknown as ParameterSource
    const view = assembled(source, diffusersOmnigen(source)!)
    const shapes = new Map([...view.paths()].map((path) => [path, view.describe(path)!.shape]))
    expect(sorted(shapes)).toEqual(sorted(readManifest('omnigen-v1')))
  })

  it('has a place in the original one for every layer, for adapters', () => {
    const places = diffusersOmnigenLayers(ofManifest('omnigen-v1'))!
    const layers = [...readManifest('omnigen-v1-transformer-diffusers')].filter(([path]) =>
      path.endsWith('.weight'),
    )
    expect(layers.length).toBe(266)
    for (const [path, [rows]] of layers)
      expect(places.get(path.slice(0, -'.weight'.length))?.rows, path).toBe(rows)
    expect(places.get('layers.3.self_attn.to_v')).toEqual({
      layer: 'llm.layers.3.self_attn.qkv_proj',
      firstRow: 6144,
      rows: 3072,
      halvesSwapped: false,
    })
    expect(places.get('norm_out.linear')?.halvesSwapped).toBe(false)
    expect(diffusersOmnigenLayers(ofManifest('step1x-edit-v1.0'))).toBeUndefined()
  })
})
