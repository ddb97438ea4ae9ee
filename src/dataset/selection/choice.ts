import { z } from 'zod'
import { parsedJson } from '../parsed.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import { defaultSelection } from './defaults.ts'
import type { Bound, Criteria, Selection } from './selection.ts'

type Part<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** Criteria, all optional; a bound of `null` removes a default. */
export interface CriteriaChoice {
  readonly measures?: Readonly<Record<string, Bound | null>> | undefined
  readonly judges?: Part<Criteria['judges']> | undefined
  readonly decisions?: Part<Criteria['decisions']> | undefined
  readonly captions?: Part<Criteria['captions']> | undefined
  readonly ratio?: Part<Criteria['ratio']> | undefined
  readonly duplicates?: Criteria['duplicates'] | undefined
}

/** The selection of a configuration: for all kinds, with overrides for single kinds. */
export interface SelectionChoice extends CriteriaChoice {
  readonly kinds?: { readonly [K in Kind]?: CriteriaChoice | undefined } | undefined
}

const share = z.number().min(0).max(1)
const score = z.number().min(0).max(10)
const names = z.array(z.string().min(1))
const bound = z
  .strictObject({
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    required: z.boolean().exactOptional(),
  })
  .refine(({ min = -Infinity, max = Infinity }) => min <= max, 'expected min to be at most max')
const measureForm = "expected '<check>.<value>', such as 'changed.share'"
const measure = z.string().regex(/^[\w-]+\.[\w-]+$/, measureForm)

const criteriaShape = {
  measures: z
    .record(z.string(), bound.nullable())
    .superRefine((bounds, context) => {
      for (const name of Object.keys(bounds))
        if (!measure.safeParse(name).success)
          context.addIssue({ code: 'custom', path: [name], message: measureForm })
    })
    .optional(),
  judges: z
    .strictObject({
      least: z.record(z.string(), score),
      combine: z.enum(['mean', 'median', 'min', 'all']),
      names,
      required: z.int().min(0).max(100),
    })
    .partial()
    .optional(),
  decisions: z
    .strictObject({
      require: z.enum(['none', 'accepted']),
      reviewers: z.int().min(1).max(100),
      overrules: z.boolean(),
    })
    .partial()
    .optional(),
  captions: z
    .strictObject({
      agreement: share,
      wordings: z.int().min(1).max(1000),
      round: z.union([z.literal('last'), z.int().min(0)]),
      prefer: names,
      only: names,
    })
    .partial()
    .optional(),
  ratio: z
    .strictObject({
      most: z.int().min(1),
      share,
      by: z.union([z.literal('judges'), measure]),
    })
    .partial()
    .optional(),
  duplicates: z.enum(['drop', 'keep']).optional(),
}
const criteria = z.strictObject(criteriaShape)

/** The field `selection` of a configuration, and the file of `--select`. */
export const selectionSchema: z.ZodType<SelectionChoice> = z.strictObject({
  ...criteriaShape,
  kinds: z
    .strictObject(
      Object.fromEntries(kinds.map((kind) => [kind, criteria.optional()])) as {
        [K in Kind]: z.ZodOptional<typeof criteria>
      },
    )
    .optional(),
})

/** Reads a selection's text. @throws DatasetError `configuration` that names the first field which does not fit */
export function parseSelection(name: string, text: string): SelectionChoice {
  return parsedJson(name, text, selectionSchema)
}

/** The selection that choices make on top of the defaults, the later ones on top of those before. */
export function selectionOf(...choices: readonly SelectionChoice[]): Selection {
  const all = kinds.map((kind) => {
    let merged = defaultSelection[kind]
    for (const choice of choices) {
      merged = merge(merged, choice)
      merged = merge(merged, choice.kinds?.[kind] ?? {})
    }
    return [kind, merged] as const
  })
  return Object.fromEntries(all) as unknown as Selection
}

function merge(
  base: Criteria,
  { measures, judges, decisions, captions, ratio, duplicates }: CriteriaChoice,
): Criteria {
  const bounds: Record<string, Bound> = { ...base.measures }
  for (const [name, chosen] of Object.entries(measures ?? {}))
    if (chosen === null) delete bounds[name]
    else bounds[name] = chosen
  return {
    measures: bounds,
    judges: {
      ...base.judges,
      ...defined(judges),
      least: { ...base.judges.least, ...judges?.least },
    },
    decisions: { ...base.decisions, ...defined(decisions) },
    captions: { ...base.captions, ...defined(captions) },
    ratio: { ...base.ratio, ...defined(ratio) },
    duplicates: duplicates ?? base.duplicates,
  }
}

/** Without undefined fields, which would hide defaults. */
const defined = <T extends object>(part: Part<T> | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>
