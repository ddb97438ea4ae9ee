import { TorchGenerator } from 'pentimento/random'
import { expect, it } from 'vitest'
import { colourMaps, type PatchBasis, quarterMaps } from './pca.ts'

const patch = 2
const size = 3 * patch ** 2

/** All directions of patches, turned at random: nothing is lost in it. */
function wholeBasis(): PatchBasis {
  const random = new TorchGenerator(2)
  const rows: number[][] = []
  while (rows.length < size) {
    let row = Array.from(random.randn(size))
    for (const other of rows) {
      const along = other.reduce((sum, value, i) => sum + value * row[i]!, 0)
      row = row.map((value, i) => value - along * other[i]!)
    }
    const length = Math.hypot(...row)
    rows.push(row.map((value) => value / length))
  }
  return {
    patch,
    count: size,
    directions: Float32Array.from(rows.flat()),
    variances: new Float64Array(size).fill(1),
  }
}

/** The latents of one patch. */
const latentsOf = (planes: Float32Array, { directions }: PatchBasis): number[] =>
  Array.from({ length: size }, (_, k) => planes.reduce((sum, x, i) => sum + x * directions[k * size + i]!, 0))

it('a matrix of colours is a mixture of the maps of colours', () => {
  const basis = wholeBasis()
  const maps = colourMaps(basis)
  const planes = new TorchGenerator(7).rand(size)
  const grey = planes.map(
    (_, i) => [0, 1, 2].reduce((sum, c) => sum + planes[c * patch ** 2 + (i % patch ** 2)]!, 0) / 3,
  )
  const before = latentsOf(planes, basis)
  const after = latentsOf(grey, basis)
  for (let to = 0; to < size; to++) {
    // The first map keeps what is grey, and nothing else.
    const found = before.reduce((sum, value, from) => sum + maps[to * size + from]! * value, 0)
    expect(found).toBeCloseTo(after[to]!, 5)
    // The first, the fifth and the ninth together keep all.
    const kept = before.reduce(
      (sum, value, from) =>
        sum + [0, 4, 8].reduce((own, map) => own + maps[(map * size + to) * size + from]!, 0) * value,
      0,
    )
    expect(kept).toBeCloseTo(before[to]!, 5)
  }
})

it('quarters of patches are maps, which together keep all', () => {
  const basis = wholeBasis()
  const maps = quarterMaps(basis)
  expect(maps).toHaveLength(4 * size ** 2)
  const planes = new TorchGenerator(8).rand(size)
  const before = latentsOf(planes, basis)
  for (let quarter = 0; quarter < 4; quarter++) {
    const alone = planes.map((x, i) => (i % patch ** 2 === quarter ? x : 0))
    for (const [to, wanted] of latentsOf(alone, basis).entries()) {
      const found = before.reduce((sum, x, from) => sum + maps[(quarter * size + to) * size + from]! * x, 0)
      expect(found).toBeCloseTo(wanted, 5)
    }
  }
})
