import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedModel, findCheckpoint, inspectWeights, openModelEditor } from 'pentimento/edit'
import { type Picture, readPicture, resizePicture } from 'pentimento/image'
import { openCheckpoint, toFloat32, writeSafetensors } from 'pentimento/weights'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
let cache: string
let photo: Picture
let plain: Picture
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scaled-models-'))
  cache = join(folder, 'cache')
  photo = resizePicture(await readPicture('examples/photos/nasa-89127.jpg'), { width: 96, height: 64 })
  plain = await edited(embeddedModel())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function edited(model: string, precision: 'fp32' | 'int8' = 'fp32'): Promise<Picture> {
  const editor = await openModelEditor(model, { provider: 'cpu', threads: 1, cache, precision })
  try {
    return await editor.edit(photo, 'make it black and white', { size: 64, detail: false })
  } finally {
    await editor.close()
  }
}

interface Stored {
  readonly name: string
  readonly dtype: 'F16' | 'F32' | 'I8' | 'U8'
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

const f32 = (name: string, shape: readonly number[], values: Float32Array): Stored => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
})

/** The embedded model, with each matrix of its transformer stored otherwise. */
async function nanoWith(
  name: string,
  store: (layer: string, values: Float32Array, shape: readonly number[]) => readonly Stored[],
): Promise<string> {
  const copy = join(folder, name)
  await cp(embeddedModel(), copy, { recursive: true })
  const { dit } = await findCheckpoint(copy)
  const checkpoint = await openCheckpoint(dit)
  const tensors: Stored[] = []
  for (const path of checkpoint.paths()) {
    const { shape, dtype } = checkpoint.stored(path)!
    const data = await checkpoint.read(path)
    const isMatrix = path.endsWith('.weight') && shape.length === 2 && shape[0]! * shape[1]! >= 65_536
    if (isMatrix)
      tensors.push(...store(path.slice(0, -'.weight'.length), toFloat32(data, 'f16').slice(), shape))
    else tensors.push({ name: path, dtype: dtype as 'F16', shape, data })
  }
  await checkpoint.close()
  await writeSafetensors(dit, tensors)
  return copy
}

/** Mean difference of levels. */
function difference(a: Picture, b: Picture): number {
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length
}

describe('a model whose weights are stored with scales', () => {
  it('edits as the one without, to the bit where the scale is a power of two', async () => {
    const model = await nanoWith('eightfold', (layer, values, shape) => [
      f32(
        `${layer}.weight`,
        shape,
        values.map((value) => 8 * value),
      ),
      f32(`${layer}.scale_weight`, [], Float32Array.of(1 / 8)),
      f32(`${layer}.scale_input`, [], Float32Array.of(1)),
    ])
    expect((await inspectWeights(model)).parts.map(({ problem }) => problem)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect((await edited(model)).data).toEqual(plain.data)
    // Quantised, it is what the plain one becomes.
    expect((await edited(model, 'int8')).data).toEqual((await edited(embeddedModel(), 'int8')).data)
  })

  it('in int8 with a scale for each row is put into the own layout once, and edits nearly the same', async () => {
    const model = await nanoWith('tensorwise', (layer, values, [rows = 0, inner = 0]) => {
      const scales = Float32Array.from({ length: rows }, (_, row) => {
        const own = values.subarray(row * inner, (row + 1) * inner)
        return own.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) / 127
      })
      const codes = Int8Array.from(values, (value, i) => Math.round(value / scales[Math.floor(i / inner)]!))
      const format = Buffer.from(JSON.stringify({ format: 'int8_tensorwise' }))
      return [
        { name: `${layer}.weight`, dtype: 'I8', shape: [rows, inner], data: new Uint8Array(codes.buffer) },
        f32(`${layer}.weight_scale`, [rows, 1], scales),
        { name: `${layer}.comfy_quant`, dtype: 'U8', shape: [format.length], data: format },
      ]
    })
    const editor = await openModelEditor(model, { provider: 'cpu', threads: 1, cache, precision: 'fp32' })
    expect(editor.facts.transformer?.precision).toBe('int8')
    await editor.close()
    expect(
      (await readdir(join(cache, 'quantized'))).filter((name) => name.endsWith('.kept.safetensors')),
    ).toHaveLength(1)
    const found = await edited(model)
    expect(difference(found, plain)).toBeLessThan(3)
    expect(difference(photo, plain)).toBeGreaterThan(10)
  })
})
