import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyFlow, tinyMatting, writeTinyModel } from '../../../test/tinyTransformers.ts'
import type { Picture } from '../../image/index.ts'
import { openAdapters } from './configuration.ts'

const evenly = (width: number, height: number, levelOf: (x: number, y: number) => number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return levelOf(pixel % width, Math.floor(pixel / width))
  }),
})

describe("ONNX files of the user's", () => {
  let folder: string
  const open = (config: object) => openAdapters(config, { env: {}, folder, tools: folder })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onnx-tools-'))
    await writeTinyModel(tinyMatting(32), join(folder, 'matting'))
    await writeTinyModel(tinyFlow(), join(folder, 'flow'))
    await writeFile(join(folder, 'not.onnx'), 'not a model')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('matte by the last output, whose logits become coverage of the size of the picture', async () => {
    const { tools, close } = await open({
      matting: { type: 'onnx', file: 'matting/model.onnx', side: 32 },
    })
    const picture = evenly(64, 40, (x) => (x < 32 ? 250 : 5))
    const matte = await tools.matting!.matte(picture)
    expect(matte).toMatchObject({ width: 64, height: 40 })
    expect(matte.data[10]).toBeGreaterThan(250)
    expect(matte.data[60]).toBeLessThan(5)
    expect(tools.matting!.facts).toMatchObject({ implementation: 'onnx:model.onnx', concurrency: 1 })
    await close()
  })

  it("tell flow in the picture's own pixels, at whatever size the network works", async () => {
    const { tools, close } = await open({
      flow: { type: 'onnx', file: 'flow/model.onnx', size: [128, 128] },
    })
    const [from, to] = [evenly(64, 256, () => 100), evenly(64, 256, () => 104)]
    const { dx, dy, ...size } = await tools.flow!.flow(from, to)
    expect(size).toEqual({ width: 64, height: 256 })
    // Four pixels of 128 to the right are two of 64; four up of 128 are eight of 256.
    expect([dx[777], dy[777]]).toEqual([2, -8])
    const { dx: none } = await tools.flow!.flow(from, from)
    expect(none.every((value) => value === 0)).toBe(true)
    await close()
  })

  it('say what is wrong with a file', async () => {
    await expect(open({ matting: { type: 'onnx', file: 'missing.onnx' } })).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('tools.matting.file'),
    })
    const { tools, close } = await open({
      matting: { type: 'onnx', file: 'flow/model.onnx', side: 32 },
      flow: { type: 'onnx', file: 'not.onnx' },
    })
    const picture = evenly(32, 32, () => 1)
    await expect(tools.matting!.matte(picture)).rejects.toThrow('expected a model of 1 pictures')
    await expect(
      tools.flow!.flow(
        picture,
        evenly(32, 32, () => 2),
      ),
    ).rejects.toThrow('not.onnx')
    await close()
  })
})
