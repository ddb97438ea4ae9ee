import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  Graph,
  interpret,
  numbersOf,
  type ParameterSource,
  Parameters,
  program,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { assembled } from './assembled.ts'
import { checkParameters } from './check.ts'
import { openCheckpoint, renamed } from './checkpoint.ts'
import { quantizeCheckpoint } from './quantizeCheckpoint.ts'
import { readAll } from './tensors.ts'
import { type TensorDeclaration, writeSafetensors } from './writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scaled-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Data = TensorDeclaration & { readonly data: Uint8Array }

const f32 = (name: string, shape: readonly number[], values: readonly number[]): Data => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(Float32Array.from(values).buffer),
})
const text = (name: string, json: object): Data => {
  const data = Buffer.from(JSON.stringify(json))
  return { name, dtype: 'U8', shape: [data.length], data }
}

/** Codes of f8e4m3: 1, 2, −1.5, 0.5, 448, −2⁻⁹. */
const codes = [0x38, 0x40, 0xbc, 0x30, 0x7e, 0x81]
const numbers = [1, 2, -1.5, 0.5, 448, -(2 ** -9)]
const fp8 = (name: string): Data => ({ name, dtype: 'F8_E4M3', shape: [2, 3], data: Uint8Array.from(codes) })
const int8 = (name: string): Data => ({
  name,
  dtype: 'I8',
  shape: [2, 3],
  data: new Uint8Array(Int8Array.of(1, -2, 127, -128, 0, 5).buffer),
})

async function written(...tensors: readonly Data[]): Promise<string> {
  const file = join(folder, 'model.safetensors')
  await writeSafetensors(file, tensors)
  return file
}

/** What a linear layer and a plain use make of `a.weight`. */
async function used(source: ParameterSource, x: TensorValue): Promise<Record<string, number[]>> {
  const graph = new Graph()
  const w = new Parameters(graph, { source }).pp('a')
  const input = graph.input('x', 'f32', [1, 3])
  const outputs = { y: w.linear(input, 2, { bias: false }), w: w.get('weight', [2, 3]) }
  const values = await readAll(source, program(outputs).parameters.keys())
  const results = interpret(outputs, { ...Object.fromEntries(values), x })
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, [...numbersOf(value)]]))
}

const x = tensorValue('f32', [1, 3], [1, 2, 4])

describe('weights with a scale', () => {
  const all = (values: readonly number[], scale: readonly number[]) =>
    values.map((value, i) => value * (scale[scale.length === 1 ? 0 : Math.floor(i / 3)] as number))

  it.each<[string, readonly Data[], readonly number[]]>([
    [
      'ComfyUI, earlier',
      [fp8('a.weight'), f32('a.scale_weight', [], [0.25]), f32('a.scale_input', [], [3])],
      [0.25],
    ],
    [
      'ComfyUI, later',
      [fp8('a.weight'), f32('a.weight_scale', [1], [0.25]), f32('a.input_scale', [], [3])],
      [0.25],
    ],
    ['one number for each row', [fp8('a.weight'), f32('a.weight_scale', [2, 1], [0.25, 8])], [0.25, 8]],
    [
      'a format in a tensor',
      [
        fp8('a.weight'),
        f32('a.weight_scale', [], [0.25]),
        text('a.comfy_quant', { format: 'float8_e4m3fn', full_precision_matrix_mult: true }),
      ],
      [0.25],
    ],
  ])('stand for stored · scale: %s', async (_, tensors, scale) => {
    const marker: Data = { name: 'scaled_fp8', dtype: 'F8_E4M3', shape: [2], data: Uint8Array.of(0, 0) }
    const checkpoint = await openCheckpoint(await written(...tensors, marker))
    expect([...checkpoint.paths()]).toEqual(['a.weight'])
    const weight = all(numbers, scale)
    expect([...numbersOf((await readAll(checkpoint)).get('a.weight')!)]).toEqual(weight)
    const result = await used(checkpoint, x)
    expect(result.w).toEqual(weight)
    expect(result.y).toEqual([
      weight[0]! + 2 * weight[1]! + 4 * weight[2]!,
      weight[3]! + 2 * weight[4]! + 4 * weight[5]!,
    ])
    checkParameters(new Map([['a.weight', { shape: [2, 3] }]]), checkpoint)
    // As it lies in the file: nothing is copied to be used.
    expect(checkpoint.locate('a.weight.stored')).toMatchObject({ byteLength: 6 })
    await checkpoint.close()
  })

  it.each([
    ['one number', f32('a.weight_scale', [], [0.5]), [0.5]],
    ['one for each row', f32('a.weight_scale', [2, 1], [0.5, 2]), [0.5, 2]],
  ])('in int8 are quantised weights as they are, %s', async (_, scale, factors) => {
    const format = text('a.comfy_quant', {
      format: 'int8_tensorwise',
      convrot: false,
      convrot_groupsize: 256,
    })
    const checkpoint = await openCheckpoint(await written(int8('a.weight'), scale, format))
    expect(checkpoint.describe('a.weight')).toEqual({
      dtype: 'f32',
      shape: [2, 3],
      quantization: { bits: 8, block: 128 },
    })
    const weight = all([1, -2, 127, -128, 0, 5], factors)
    expect((await used(checkpoint, x)).w).toEqual(weight)
    await checkpoint.close()
    const target = join(folder, 'int8.safetensors')
    await quantizeCheckpoint(join(folder, 'model.safetensors'), target, { bits: 8 })
    const copy = await openCheckpoint(target)
    expect([...copy.paths()]).toEqual(['a.weight'])
    expect((await used(copy, x)).w).toEqual(weight)
    await copy.close()
  })

  it('keep their scales under other names and in fused layers', async () => {
    const file = await written(
      fp8('m.q.weight'),
      f32('m.q.weight_scale', [], [0.5]),
      fp8('m.k.weight'),
      f32('m.k.weight_scale', [2], [2, 4]),
    )
    const checkpoint = await openCheckpoint(file)
    const source = renamed(checkpoint, (path) => path.replace(/^m\./, ''))
    const fused = assembled(
      source,
      new Map([['a.weight', { rows: [{ path: 'q.weight' }, { path: 'k.weight' }] }]]),
    )
    const graph = new Graph()
    const outputs = { w: new Parameters(graph, { source: fused }).get('a.weight', [4, 3]) }
    const values = await readAll(fused, program(outputs).parameters.keys())
    const { w } = interpret(outputs, Object.fromEntries(values))
    expect([...numbersOf(w)]).toEqual([...all(numbers, [0.5]), ...all(numbers, [2, 4])])
    await checkpoint.close()
  })

  it('are quantised with their scales, and kept in f32 where they are not', async () => {
    const big = Array.from({ length: 256 * 256 }, (_, i) => codes[i % 5]!)
    const file = await written(
      { name: 'big.weight', dtype: 'F8_E4M3', shape: [256, 256], data: Uint8Array.from(big) },
      f32(
        'big.scale_weight',
        [256],
        Array.from({ length: 256 }, (_, i) => i + 1),
      ),
      fp8('a.weight'),
      f32('a.scale_weight', [], [0.25]),
    )
    const target = join(folder, 'int8.safetensors')
    await quantizeCheckpoint(file, target, { bits: 8 })
    const copy = await openCheckpoint(target)
    expect([...copy.quantized.keys()]).toEqual(['big.weight'])
    expect(copy.stored('a.weight')?.dtype).toBe('F32')
    const values = await readAll(copy)
    expect([...numbersOf(values.get('a.weight')!)]).toEqual(all(numbers, [0.25]))
    const found = numbersOf(values.get('big.weight')!)
    for (const i of [0, 1, 4, 256, 70 * 256 + 1, 65_535]) {
      const row = Math.floor(i / 256) + 1
      expect(Math.abs(found[i]! - numbers[i % 5]! * row)).toBeLessThan((448 * row) / 127)
    }
    await copy.close()
  })

  it.each<[string, readonly Data[], RegExp]>([
    ['nvfp4', [fp8('a.weight'), text('a.comfy_quant', { format: 'nvfp4' })], /"a\.weight" is "nvfp4"/],
    [
      'rotated int8',
      [
        int8('a.weight'),
        f32('a.weight_scale', [2, 1], [1, 1]),
        text('a.comfy_quant', { format: 'int8_tensorwise', convrot: true, convrot_groupsize: 256 }),
      ],
      /"a\.weight" is "int8_tensorwise" with "convrot"/,
    ],
    [
      'another type than its format has',
      [int8('a.weight'), text('a.comfy_quant', { format: 'float8_e4m3fn' })],
      /expected F8_E4M3, got I8/,
    ],
    [
      'scales by blocks',
      [fp8('a.weight'), f32('a.weight_scale', [2, 3], [1, 1, 1, 1, 1, 1])],
      /"a\.weight_scale" has the shape \[2, 3\]/,
    ],
    [
      'two levels of scales',
      [fp8('a.weight'), f32('a.weight_scale', [], [1]), f32('a.weight_scale_2', [], [1])],
      /"a\.weight_scale_2" has an unsupported format/,
    ],
    [
      'a broken format',
      [fp8('a.weight'), { ...text('a.comfy_quant', {}), data: Buffer.from('{!'), shape: [2] }],
      /a\.comfy_quant.*not valid JSON/,
    ],
  ])('that are not understood are refused by name: %s', async (_, tensors, message) => {
    const opening = openCheckpoint(await written(...tensors))
    await expect(opening).rejects.toMatchObject({ code: 'quantization' })
    await expect(openCheckpoint(join(folder, 'model.safetensors'))).rejects.toThrow(message)
  })

  it('may be named by the metadata of the file', async () => {
    const file = join(folder, 'model.safetensors')
    const metadata = (format: string) =>
      new Map([
        ['_quantization_metadata', JSON.stringify({ format_version: '1.0', layers: { a: { format } } })],
      ])
    const tensors = [
      fp8('model.diffusion_model.a.weight'),
      f32('model.diffusion_model.a.weight_scale', [], [0.25]),
    ]
    await writeSafetensors(file, tensors, metadata('float8_e4m3fn'))
    await (await openCheckpoint(file)).close()
    await writeSafetensors(file, tensors, metadata('mxfp8'))
    await expect(openCheckpoint(file)).rejects.toThrow(/"model\.diffusion_model\.a\.weight" is "mxfp8"/)
  })

  it('in int8 without a scale have no meaning', async () => {
    const checkpoint = await openCheckpoint(await written(int8('a.weight')))
    expect(() => checkParameters(new Map([['a.weight', { shape: [2, 3] }]]), checkpoint)).toThrow(
      /a type that graphs do not support/,
    )
    await checkpoint.close()
  })
})
