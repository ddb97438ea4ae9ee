import { z } from '@hono/zod-openapi'
import { editKinds, type Suggestion } from '../../../service/index.ts'

export const suggestionSchema: z.ZodType<Suggestion> = z
  .object({
    kind: z.enum(editKinds),
    en: z.string(),
    cn: z.string(),
    isGenerative: z.boolean().describe('Whether only a generative model can do it.'),
  })
  .openapi('Suggestion')

/** A picture of the package with an instruction for it. */
export interface ListedExample {
  readonly name: string
  readonly en: string
  readonly cn: string
  /** Missing packs of tools that the darkroom needs for it. */
  readonly packs: readonly string[]
}

export const exampleSchema: z.ZodType<ListedExample> = z
  .object({
    name: z.string(),
    en: z.string(),
    cn: z.string(),
    packs: z.array(z.string()).describe('Missing packs of tools that the darkroom needs for it.'),
  })
  .openapi('Example')
