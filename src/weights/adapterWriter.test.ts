import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tensorValue } from '../graph/index.ts'
import { openAdapter } from './adapter.ts'
import { type AdapterFormat, type TrainedLayer, writeAdapter } from './adapterWriter.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adapter-writer-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const layerOf = (value: number): TrainedLayer => ({
  layer: 'a',
  up: tensorValue('f32', [4, 2], Array(8).fill(value)),
  down: tensorValue('f32', [2, 4], Array(8).fill(value)),
})

async function scaleOf(path: string): Promise<number> {
  const adapter = await openAdapter(path)
  await adapter.close()
  return adapter.layers[0]!.scale
}

/** Every file below a folder with its content. */
const contents = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name)).toString('latin1')])
    .sort()

describe('writeAdapter', () => {
  it.each<[AdapterFormat, string]>([
    ['kohya', 'lora.safetensors'],
    ['peft', 'lora'],
  ])('%s replaces an older adapter whole, or not at all', async (format, name) => {
    const path = join(folder, name)
    await writeAdapter(path, [layerOf(1)], { format, rank: 2, alpha: 1 })
    const old = contents(folder)
    const broken = { ...layerOf(2), down: { ...layerOf(2).down, data: new Float32Array(3) } }
    await expect(
      writeAdapter(path, [layerOf(2), { ...broken, layer: 'b' }], { format, rank: 2, alpha: 64 }),
    ).rejects.toMatchObject({ code: 'truncated' })
    expect(contents(folder)).toEqual(old)
    expect(await scaleOf(path)).toBe(0.5)
    await writeAdapter(path, [layerOf(2)], { format, rank: 2, alpha: 64 })
    expect(await scaleOf(path)).toBe(32)
    expect(readdirSync(folder)).toEqual([name])
  })

  it('never takes the place of a folder with other files, or of a file', async () => {
    const peft = { format: 'peft', rank: 2, alpha: 1 } as const
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    await expect(writeAdapter(folder, [layerOf(1)], peft)).rejects.toThrow(
      `${folder}: cannot write an adapter's folder there, it contains other files (notes.txt)`,
    )
    await expect(writeAdapter(join(folder, 'notes.txt'), [layerOf(1)], peft)).rejects.toMatchObject({
      code: 'exists',
    })
    expect(contents(folder)).toEqual([['notes.txt', 'mine']])
  })
})
