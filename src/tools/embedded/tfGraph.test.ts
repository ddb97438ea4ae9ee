import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openModelFile } from '../../onnx/index.ts'
import { isInstalled, packFolder, toolsFolder } from '../install.ts'
import { type PackName, packs } from '../packs.ts'
import { convertTfModel, type TfModel } from './tfGraph.ts'
import { readConstants } from './tfWeights.ts'

const folder = toolsFolder(process.env)

interface Case {
  readonly pack: PackName
  readonly name: string
  readonly shape: readonly number[]
  /** By the name of the node: the shape of its output, and the first five numbers. */
  readonly outputs: Readonly<Record<string, readonly [shape: readonly number[], first: readonly number[]]>>
}

/** What TensorFlow.js 4.22 (its plain JavaScript backend) gives for sin(0.37·i)/2 + 1/2. */
const cases: readonly Case[] = [
  {
    pack: 'nsfw',
    name: 'nsfw',
    shape: [1, 224, 224, 3],
    outputs: {
      Identity: [
        [1, 5],
        [0.21113, 0.05881, 0.71589, 0.01047, 0.00369],
      ],
    },
  },
  {
    pack: 'human',
    name: 'facemesh',
    shape: [1, 192, 192, 3],
    outputs: {
      Identity_2: [
        [1, 1404],
        [96.44257, 119.10108, -13.58595, 97.74651, 104.22595],
      ],
      Identity_1: [[1, 1], [0.00023]],
    },
  },
  {
    pack: 'human',
    name: 'blazeface',
    shape: [1, 256, 256, 3],
    outputs: {
      Identity: [
        [1, 512, 1],
        [-6.86459, -4.5899, -9.21925, -4.5227, -48.47778],
      ],
      Identity_1: [
        [1, 384, 1],
        [-2.40538, -2.79764, -4.44022, -7.73548, -16.60465],
      ],
      Identity_2: [
        [1, 512, 16],
        [-1.88258, -6.90769, 51.66434, 51.66487, -13.59012],
      ],
      Identity_3: [
        [1, 384, 16],
        [8.53868, 2.64486, 94.20668, 94.20218, -12.36177],
      ],
    },
  },
  {
    pack: 'human',
    name: 'iris',
    shape: [1, 64, 64, 3],
    outputs: {
      Identity: [
        [1, 1, 1, 228],
        [23.68678, 38.15695, 3.6972, 25.78975, 38.9363],
      ],
    },
  },
  {
    pack: 'human',
    name: 'centernet',
    shape: [1, 512, 512, 3],
    outputs: {
      'tower_0/keypoints': [
        [1, 128, 128, 80],
        [0.00329, 0.0006, 0.0009, 0.00067, 0.0012],
      ],
      'tower_0/wh': [
        [1, 128, 128, 4],
        [1.43296, 2.11475, 5.32675, 5.35452, 4.94404],
      ],
    },
  },
]

describe('convertTfModel', () => {
  it.for(cases)(
    'gives the numbers of TensorFlow.js for $name',
    async ({ pack, name, shape, outputs }, test) => {
      const missing = !isInstalled(folder, packs[pack]) && process.env.PENTIMENTO_REQUIRE_TOOLS !== '1'
      test.skip(missing, `the pack ${pack} is not installed`)
      const file = (extension: string): Buffer =>
        readFileSync(join(packFolder(folder, packs[pack]), `${name}.${extension}`))
      const names = Object.keys(outputs)
      const converted = convertTfModel(JSON.parse(file('json').toString('utf8')), file('bin'), names)
      const model = await openModelFile(converted, { threads: 1 })
      const count = shape.reduce((product, size) => product * size, 1)
      const data = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 0.37) * 0.5 + 0.5)
      const results = await model.run({ input: { dtype: 'f32', shape, data } })
      for (const [i, node] of names.entries()) {
        const [wantedShape, first] = outputs[node]!
        const found = results[`output${i}`]!
        expect(found.shape).toEqual(wantedShape)
        for (const [j, wanted] of first.entries())
          expect(Math.abs(Number(found.data[j]) - wanted), `${node} ${j}`).toBeLessThan(
            1e-4 + 1e-5 * Math.abs(wanted),
          )
      }
      await model.release()
    },
  )

  const empty: TfModel = { modelTopology: { node: [] }, weightsManifest: [] }

  it('names what it has no rule for', () => {
    const model = { ...empty, modelTopology: { node: [{ name: 'a/b', op: 'Einsum', input: [] }] } }
    expect(() => convertTfModel(model, new Uint8Array(), ['a/b'])).toThrow("no rule for Einsum (node 'a/b')")
    expect(() => convertTfModel(empty, new Uint8Array(), ['c'])).toThrow("the graph has no node 'c'")
  })
})

describe('readConstants', () => {
  it('reads weights of every kind, quantised or not', () => {
    const bytes = new DataView(new ArrayBuffer(4 + 4 + 2 + 2))
    bytes.setFloat32(0, 1.5, true)
    bytes.setInt32(4, -7, true)
    bytes.setUint8(8, 0)
    bytes.setUint8(9, 255)
    bytes.setUint16(10, 0xc100, true)
    const manifest = [
      {
        weights: [
          { name: 'float', shape: [], dtype: 'float32' },
          { name: 'whole', shape: [1], dtype: 'int32' },
          {
            name: 'byte',
            shape: [2],
            dtype: 'float32',
            quantization: { dtype: 'uint8', min: -1, scale: 0.1 },
          },
          { name: 'half', shape: [1, 1], dtype: 'float32', quantization: { dtype: 'float16' } },
        ],
      },
    ] as const
    const constants = readConstants(manifest, new Uint8Array(bytes.buffer))
    expect(constants.get('float')).toEqual({ shape: [], data: Float32Array.of(1.5) })
    expect(constants.get('whole')).toEqual({ shape: [1], data: Float32Array.of(-7) })
    expect(constants.get('byte')).toEqual({ shape: [2], data: Float32Array.of(-1, 24.5) })
    expect(constants.get('half')).toEqual({ shape: [1, 1], data: Float32Array.of(-2.5) })
    expect(() => readConstants(manifest, new Uint8Array(13))).toThrow('have 13 bytes, the model lists 12')
  })
})
