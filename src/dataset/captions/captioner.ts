import type { Picture } from '../../image/index.ts'
import type { Facts } from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'

/** The same instruction in both languages. */
export interface Instruction {
  readonly en: string
  readonly cn: string
}

/** What an instruction is made for. */
export interface CaptionRequest {
  readonly facts: Facts
  readonly source: Picture
  readonly target: Picture
  readonly random: Random
  /** How many different wordings. */
  readonly count: number
}

/** Puts an edit into words. The grammar is one, a multimodal model another. */
export interface Captioner {
  /** Such as `grammar`, for provenance. */
  readonly name: string
  /** Changes whenever its wordings may. */
  readonly version: string
  caption(request: CaptionRequest): Promise<readonly Instruction[]>
}
