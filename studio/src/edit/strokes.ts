import type { EditTask } from '../shared/server.ts'

export type Box = NonNullable<EditTask['box']>

/** A step of drawing a region, in pixels of the picture. */
export type Stroke =
  /** `points`: x, y, x, y, …; `size` is the diameter. */
  | {
      readonly kind: 'line'
      readonly points: readonly number[]
      readonly size: number
      readonly erases: boolean
    }
  | { readonly kind: 'box'; readonly box: Box; readonly erases: boolean }
  /** A mask that the server has, of the picture's size. */
  | { readonly kind: 'stored'; readonly picture: string }
  | { readonly kind: 'invert' }
  | { readonly kind: 'clear' }
