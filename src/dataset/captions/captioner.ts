import type { Facts } from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'

/** The same instruction in both languages. */
export interface Instruction {
  readonly en: string
  readonly cn: string
  /** The languages that contain a deliberate typing error. */
  readonly slips?: readonly ('en' | 'cn')[]
}

/** The input of an instruction. */
export interface CaptionRequest {
  readonly facts: Facts
  readonly random: Random
  /** How many different wordings. */
  readonly count: number
}

/** Writes instructions for an edit from its facts alone. */
export interface Captioner {
  /** Such as `grammar`, for provenance. */
  readonly name: string
  /** Changes whenever its wordings may change. */
  readonly version: string
  caption(request: CaptionRequest): Promise<readonly Instruction[]>
}
