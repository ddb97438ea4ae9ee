import { expect, it } from 'vitest'
import { dataOf, tensorValue } from '../../graph/index.ts'
import { blendTiles, tilesOf } from './tiles.ts'

it.each([
  { height: 64, width: 64, tile: 32, overlap: 8 },
  { height: 50, width: 33, tile: 32, overlap: 8 },
  { height: 16, width: 100, tile: 24, overlap: 6 },
])('tiles of one size cover $height × $width and overlap', ({ height, width, tile, overlap }) => {
  const tiles = tilesOf({ height, width }, { tile, overlap })
  const covered = new Uint8Array(height * width)
  for (const { top, left, height: rows, width: columns } of tiles) {
    expect(rows).toBe(Math.min(tile, height))
    expect(columns).toBe(Math.min(tile, width))
    for (let y = top; y < top + rows; y++) covered.fill(1, y * width + left, y * width + left + columns)
  }
  expect(covered.every((value) => value === 1)).toBe(true)
})

it('blends to the whole where tiles agree', async () => {
  const size = { height: 20, width: 28 }
  const pixels = 2
  const value = (c: number, y: number, x: number) => c + 0.01 * y + 0.1 * x
  const tiles = tilesOf(size, { tile: 12, overlap: 4 })
  const whole = await blendTiles(size, tiles, pixels, async ({ top, left, height, width }) => {
    const data: number[] = []
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < height * pixels; y++)
        for (let x = 0; x < width * pixels; x++) data.push(value(c, top * pixels + y, left * pixels + x))
    return tensorValue('f32', [1, 3, height * pixels, width * pixels], data)
  })
  expect(whole.shape).toEqual([1, 3, 40, 56])
  for (const [c, y, x] of [
    [0, 0, 0],
    [1, 21, 33],
    [2, 39, 55],
    [0, 18, 24],
  ] as const)
    expect(dataOf(whole, 'f32')[(c * 40 + y) * 56 + x]).toBeCloseTo(value(c, y, x), 4)
})
