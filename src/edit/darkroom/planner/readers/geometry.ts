import type { ClauseReader } from '../clause.ts'
import { cropping } from './crop.ts'
import { moving } from './move.ts'
import { extending, resizing } from './size.ts'
import { flipping, rotating, straightening } from './turn.ts'

/** Shape, size and orientation of the picture, and places of objects in it. */
export const geometryReaders: readonly ClauseReader[] = [
  cropping,
  straightening,
  flipping,
  rotating,
  extending,
  moving,
  resizing,
]
