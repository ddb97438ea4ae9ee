import type { Position } from '../flux/positions.ts'

/** A picture's tokens, in rows and columns. */
export interface TokenGrid {
  readonly rows: number
  readonly columns: number
}

/**
 * Positions of text, then of the tokens of each picture: the target, then its references. Pictures are numbered on the
 * first axis; rows and columns count from the middle, of odd numbers with the larger half before it. Text begins at the
 * largest half side of all pictures and goes on along all three axes. Source: `QwenEmbedRope` of diffusers 58eb52c.
 */
export function qwenImagePositions(text: number, pictures: readonly TokenGrid[]): Position[] {
  const half = (side: number): number => Math.floor(side / 2)
  const start = Math.max(...pictures.flatMap(({ rows, columns }) => [half(rows), half(columns)]))
  const words = Array.from({ length: text }, (_, i): Position => [start + i, start + i, start + i])
  const sheets = pictures.flatMap(({ rows, columns }, number) =>
    Array.from({ length: rows * columns }, (_, i): Position => {
      const [row, column] = [Math.floor(i / columns), i % columns]
      return [number, row - (rows - half(rows)), column - (columns - half(columns))]
    }),
  )
  return [...words, ...sheets]
}
