import type { Mask } from '../../../image/index.ts'
import type { Box } from '../../../tools/index.ts'

/** Something in the analysed picture that a target may mean. */
export interface Candidate {
  /** Its English name in the singular: `car`. */
  readonly name: string
  /** How sure it is to be that, 0 to 1. */
  readonly score: number
  readonly box: Box
  /** Coverage, of the analysed picture's size; made when it is asked for. */
  mask(): Promise<Mask>
}
