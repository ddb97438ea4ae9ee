import type { Facts } from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'

/** The same instruction in both languages. */
export interface Instruction {
  readonly en: string
  readonly cn: string
  /** The languages in which a slip of the keyboard was put in on purpose. */
  readonly slips?: readonly ('en' | 'cn')[]
}

/** What an instruction is made for. */
export interface CaptionRequest {
  readonly facts: Facts
  readonly random: Random
  /** How many different wordings. */
  readonly count: number
}

/** Puts an edit into words from its facts alone. */
export interface Captioner {
  /** Such as `grammar`, for provenance. */
  readonly name: string
  /** Changes whenever its wordings may. */
  readonly version: string
  caption(request: CaptionRequest): Promise<readonly Instruction[]>
}
