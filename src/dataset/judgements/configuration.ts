import { z } from 'zod'
import { type JudgeConfig, judgeSchema } from '../../judges/index.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import type { QuestionChanges } from './questions.ts'

/** A judge of a dataset: its address and its questions. */
export interface DatasetJudgeConfig {
  /** As in the benchmark's configuration; or `from`: `gpt-4.1`, `local`, `qwen2.5-vl-72b:<address>`. */
  readonly judge: JudgeConfig | { readonly from: string }
  /** The kinds it judges. Default: all. */
  readonly kinds: readonly Kind[]
  /** How often each question is asked; the mean of the scores counts. */
  readonly repeats: number
  readonly questions: QuestionChanges
}

const texts = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'expected lower-case letters, digits and _'),
  z.string().min(8).max(1000).nullable(),
)
const changes = z.strictObject({
  '*': texts.optional(),
  ...(Object.fromEntries(kinds.map((kind) => [kind, texts.optional()])) as {
    [K in Kind]: z.ZodOptional<typeof texts>
  }),
})
const ownFields = z.object({
  kinds: z
    .array(z.enum(kinds))
    .min(1)
    .default([...kinds]),
  repeats: z.int().min(1).max(20).default(1),
  questions: changes.default({}),
})

const one = z.record(z.string(), z.unknown()).transform((given, context): DatasetJudgeConfig => {
  const { kinds: some, repeats, questions, ...reached } = given
  const asked = ownFields.safeParse({ kinds: some, repeats, questions })
  const isNamed = typeof reached.from === 'string' && Object.keys(reached).length === 1
  const judge = isNamed ? undefined : judgeSchema.safeParse(reached)
  const issues = [...(asked.error?.issues ?? []), ...(judge?.error?.issues ?? [])]
  for (const { path, message } of issues) context.addIssue({ code: 'custom', path: [...path], message })
  if (!asked.success || issues.length > 0) return z.NEVER
  return { ...asked.data, judge: judge?.data ?? { from: String(reached.from) } }
})

/** The part `judges` of a dataset's configuration, by name. */
export const datasetJudgesSchema: z.ZodType<Readonly<Record<string, DatasetJudgeConfig>>> = z.record(
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, `-`, `_`, `.`'),
  one,
)
