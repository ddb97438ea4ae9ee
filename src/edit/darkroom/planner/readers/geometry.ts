import type { ClauseReader } from '../clause.ts'
import { cropping } from './crop.ts'
import { moving } from './move.ts'
import { extending, resizing } from './size.ts'
import { flipping, rotating, straightening } from './turn.ts'

/** Shape, size and place of the picture, and of things in it. */
export const geometryReaders: readonly ClauseReader[] = [
  cropping,
  straightening,
  flipping,
  rotating,
  extending,
  moving,
  resizing,
]
