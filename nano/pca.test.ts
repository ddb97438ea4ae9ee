import { tensorValue } from 'pentimento/graph'
import { TorchGenerator } from 'pentimento/weights'
import { expect, it } from 'vitest'
import { colourMaps, type PatchBasis, projectedTokens, quarterMaps } from './pca.ts'

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

it('a matrix of colours is a mixture of the maps of colours', () => {
  const basis = wholeBasis()
  const maps = colourMaps(basis)
  const planes = new TorchGenerator(7).rand(size)
  const grey = planes.map(
    (_, i) => [0, 1, 2].reduce((sum, c) => sum + planes[c * patch ** 2 + (i % patch ** 2)]!, 0) / 3,
  )
  // One patch in the top left corner of a token.
  const latents = (of: Float32Array): number[] => {
    const whole = new Float32Array(4 * size)
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < patch; y++)
        for (let x = 0; x < patch; x++)
          whole[(c * 2 * patch + y) * 2 * patch + x] = of[(c * patch + y) * patch + x]!
    const tokens = projectedTokens(tensorValue('f32', [1, 3, 2 * patch, 2 * patch], [...whole]), basis)
    return Array.from({ length: size }, (_, k) => Number(tokens.data[4 * k]))
  }
  const before = latents(planes)
  const after = latents(grey)
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
  // The basis is whole: latents of a patch and back by the transposed directions.
  const latents = (of: Float32Array) =>
    Array.from({ length: size }, (_, k) =>
      of.reduce((sum, x, i) => sum + x * basis.directions[k * size + i]!, 0),
    )
  const before = latents(planes)
  for (let quarter = 0; quarter < 4; quarter++) {
    const alone = planes.map((x, i) => (i % patch ** 2 === quarter ? x : 0))
    for (const [to, wanted] of latents(alone).entries()) {
      const found = before.reduce((sum, x, from) => sum + maps[(quarter * size + to) * size + from]! * x, 0)
      expect(found).toBeCloseTo(wanted, 5)
    }
  }
})
