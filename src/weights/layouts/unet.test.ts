import { describe, expect, it } from 'vitest'
import { readManifest } from '../../../test/golden.ts'
import { assembled } from '../assembled.ts'
import { originalAutoencoder, originalUnet, originalUnetLayers } from './unet.ts'

type Shapes = ReadonlyMap<string, readonly number[]>
const sourceOf = (shapes: Shapes) => ({
  name: 'file',
  paths: () => shapes.keys(),
  describe: (path: string) => {
    const shape = shapes.get(path)
    return shape && { dtype: 'f32' as const, shape }
  },
  locate: () => undefined,
  read: () => Promise.reject(new Error('not read')),
})
const shapesOf = (source: ReturnType<typeof assembled>): Shapes =>
  new Map([...source.paths()].sort().map((path) => [path, source.describe(path)!.shape]))
const sorted = (shapes: Shapes): Shapes => new Map([...shapes].sort(([a], [b]) => (a < b ? -1 : 1)))

const original = readManifest('instruct-pix2pix-ldm')
const published = readManifest('instruct-pix2pix-unet-diffusers')
const network = 'model.diffusion_model.'
/** As LitEma names them. */
const averaged = (path: string) => `model_ema.${path.slice('model.'.length).replaceAll('.', '')}`
const withAverage = new Map([
  ...original,
  ...[...original]
    .filter(([path]) => path.startsWith(network))
    .map(([path, shape]) => [averaged(path), shape] as const),
  ['model_ema.decay', [] as number[]] as const,
  ['betas', [1000]] as const,
])

describe("a file in the original's layout", () => {
  it('holds the UNet of diffusers, tensor by tensor', () => {
    const source = sourceOf(original)
    expect(shapesOf(assembled(source, originalUnet(source)!))).toEqual(sorted(published))
    expect(originalUnet(sourceOf(published))).toBeUndefined()
  })

  it('gives the averaged copy where it has one', () => {
    const source = sourceOf(withAverage)
    const assemblies = originalUnet(source)!
    expect(shapesOf(assembled(source, assemblies))).toEqual(sorted(published))
    expect(assemblies.get('down_blocks.0.attentions.1.proj_in.weight')).toEqual({
      rows: [{ path: 'model_ema.diffusion_modelinput_blocks21proj_inweight' }],
    })
    for (const { rows } of assemblies.values()) expect(rows[0].path).toMatch(/^model_ema\./)
  })

  it('keeps what it does not know, so that it is refused, and asks for what is missing', () => {
    const odd = sourceOf(new Map([...withAverage, ['model.other.weight', [1]]]))
    expect(originalUnet(odd)!.has('model.other.weight')).toBe(true)
    const partly = new Map(withAverage)
    partly.delete(averaged(`${network}out.2.weight`))
    const source = sourceOf(partly)
    expect(assembled(source, originalUnet(source)!).describe('conv_out.weight')).toBeUndefined()
  })

  it('holds the autoencoder under its own names', () => {
    const found = originalAutoencoder(sourceOf(original))!
    expect(found.size).toBe(248)
    expect(found.get('quant_conv.weight')).toEqual({
      rows: [{ path: 'first_stage_model.quant_conv.weight' }],
    })
  })
})

it("knows the layers of diffusers' UNet by the original's names, for adapters", () => {
  const layers = originalUnetLayers(sourceOf(published))!
  const back = originalUnet(sourceOf(original))!
  for (const [to, { rows }] of back)
    if (to.endsWith('.weight'))
      expect(layers.get(rows[0].path.slice(network.length, -'.weight'.length))).toBe(to.slice(0, -7))
  expect(layers.size).toBe([...published.keys()].filter((path) => path.endsWith('.weight')).length)
})
