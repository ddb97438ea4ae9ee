import type { TensorValue } from '../../graph/index.ts'

/** A rectangle of a latent. */
export interface Tile {
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
}

/** Tiles of at most `tile` on a side that cover a size, each overlapping the next by at least `overlap`. */
export function tilesOf(
  { height, width }: { readonly height: number; readonly width: number },
  { tile, overlap }: { readonly tile: number; readonly overlap: number },
): readonly Tile[] {
  const [rows, columns] = [startsOf(height, tile, overlap), startsOf(width, tile, overlap)]
  return rows.flatMap((top) =>
    columns.map((left) => ({ top, left, height: Math.min(tile, height), width: Math.min(tile, width) })),
  )
}

/** Starts spread evenly, so that no tile is a sliver. */
function startsOf(size: number, tile: number, overlap: number): number[] {
  if (size <= tile) return [0]
  const count = Math.ceil((size - overlap) / (tile - overlap))
  return Array.from({ length: count }, (_, i) => Math.round((i * (size - tile)) / (count - 1)))
}

/**
 * Planes [1, 3, h·scale, w·scale] from tiles made one at a time. Where tiles overlap, each counts in proportion to
 * the distance from its own edge, so that no seam shows.
 */
export async function blendTiles(
  { height, width }: { readonly height: number; readonly width: number },
  tiles: readonly Tile[],
  scale: number,
  make: (tile: Tile) => Promise<TensorValue>,
): Promise<TensorValue> {
  const [rows, columns] = [height * scale, width * scale]
  const sums = new Float32Array(3 * rows * columns)
  const weights = new Float32Array(rows * columns)
  for (const tile of tiles) {
    const { data } = await make(tile)
    const [h, w] = [tile.height * scale, tile.width * scale]
    const [down, across] = [
      ramp(h, tile.top > 0, tile.top + tile.height < height),
      ramp(w, tile.left > 0, tile.left + tile.width < width),
    ]
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const weight = down[y]! * across[x]!
        const at = (tile.top * scale + y) * columns + tile.left * scale + x
        weights[at]! += weight
        for (let c = 0; c < 3; c++)
          sums[c * rows * columns + at]! += weight * (data as Float32Array)[(c * h + y) * w + x]!
      }
  }
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < weights.length; i++) sums[c * weights.length + i]! /= weights[i]!
  return { dtype: 'f32', shape: [1, 3, rows, columns], data: sums }
}

/** Weights along a side: rising from an edge that another tile overlaps, full at the picture's own edges. */
function ramp(length: number, before: boolean, behind: boolean): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const start = before ? (i + 0.5) / length : 1
    const end = behind ? (length - i - 0.5) / length : 1
    return Math.min(start, end)
  })
}
