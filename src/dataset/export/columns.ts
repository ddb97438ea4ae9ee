import type { SchemaElement } from 'hyparquet'
import { canonicalJson, type Json } from '../../jobs/index.ts'
import { combined, scoredBy } from '../selection/judgements.ts'
import { measuredValues } from '../selection/select.ts'
import type { ExportRow, Provenance } from './row.ts'

/** A column of the Parquet files: its type there, what `datasets` shows it as, and its value. */
export interface Column<Row = ExportRow> {
  readonly name: string
  readonly type: 'picture' | 'text' | 'texts' | 'integer' | 'number'
  readonly value: (row: Row) => unknown
}

/** Names of scores that rows may have; they are columns of their own. */
export interface ScoreNames {
  /** `<check>.<value>`, of numbers. */
  readonly measures: readonly string[]
  /** Names of judges with their questions. */
  readonly judges: Readonly<Record<string, readonly string[]>>
}

const picture = (path: string, bytes: Uint8Array | undefined): unknown =>
  bytes === undefined ? null : { bytes, path }
const json = (value: unknown): string => canonicalJson(value as Json)

const fixed: readonly Column[] = [
  { name: 'key', type: 'text', value: ({ key }) => key },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'source', type: 'picture', value: (row) => picture(`${row.key}.source.png`, row.source) },
  { name: 'target', type: 'picture', value: (row) => picture(`${row.key}.target.png`, row.target) },
  { name: 'mask', type: 'picture', value: (row) => picture(`${row.key}.mask.png`, row.mask) },
  ...(
    [
      ['instruction_en', 'text', ({ instructions }) => instructions[0]?.en ?? ''],
      ['instruction_cn', 'text', ({ instructions }) => instructions[0]?.cn ?? ''],
      ['instructions_en', 'texts', ({ instructions }) => instructions.map(({ en }) => en)],
      ['instructions_cn', 'texts', ({ instructions }) => instructions.map(({ cn }) => cn)],
      ['instruction_by', 'text', ({ instructions }) => instructions[0]?.captioner ?? null],
      ['instruction_round', 'integer', ({ instructions }) => instructions[0]?.round ?? null],
      ['instruction_agreement', 'number', ({ instructions }) => instructions[0]?.agreement ?? null],
      ['width', 'integer', ({ width }) => width],
      ['height', 'integer', ({ height }) => height],
      ['kept', 'integer', ({ kept }) => (kept ? 1 : 0)],
      ['stage', 'text', ({ stage }) => stage ?? null],
      ['reason', 'text', ({ reason }) => reason ?? null],
      ['made', 'text', ({ made }) => made],
      ['parent', 'text', ({ parent }) => parent ?? null],
      ['recipe', 'text', ({ recipe }) => recipe?.name ?? null],
      ['recipe_version', 'integer', ({ recipe }) => recipe?.version ?? null],
      ['variant', 'integer', ({ recipe }) => recipe?.variant ?? null],
      ['source_id', 'text', ({ origin }) => origin.id],
      ['source_name', 'text', ({ origin }) => origin.name],
      ['licence', 'text', ({ origin }) => origin.licence],
      ['donors', 'text', ({ donors }) => json(donors)],
    ] satisfies readonly Told[]
  ).map(told),
]

const last: readonly Column[] = (
  [
    ['facts', 'text', ({ facts }) => json(facts)],
    ['parameters', 'text', ({ parameters }) => json(parameters)],
    ['captions', 'text', ({ captions }) => json(captions)],
    ['measures', 'text', ({ measures }) => json(measures)],
    ['judgements', 'text', ({ judgements }) => json(judgements)],
    ['decisions', 'text', ({ decisions }) => json(decisions)],
    ['tools', 'text', ({ tools }) => json(tools)],
    ['source_sha256', 'text', ({ sha256 }) => sha256.source],
    ['target_sha256', 'text', ({ sha256 }) => sha256.target],
    ['mask_sha256', 'text', ({ sha256 }) => sha256.mask ?? null],
  ] satisfies readonly Told[]
).map(told)

/** A column of what provenance tells. */
type Told = readonly [name: string, type: Column['type'], value: (of: Provenance) => unknown]

function told([name, type, value]: Told): Column {
  return { name, type, value: ({ provenance }) => value(provenance) }
}

/** Columns that every Parquet export has. */
export const fixedColumns: readonly string[] = [...fixed, ...last].map(({ name }) => name)

/** As a column's name: `score_changed_share`, `judge_gpt-4o_follows` with `_` for other signs. */
const columnName = (...parts: readonly string[]): string => parts.join('_').replaceAll(/[^A-Za-z0-9_]/g, '_')

/** The columns in the order in which they are written; every score is one of its own. */
export function columnsOf({ measures, judges }: ScoreNames): readonly Column[] {
  const scores = measures.map(
    (name): Column => ({
      name: columnName('score', ...name.split('.')),
      type: 'number',
      value: ({ provenance }) => {
        const value = measuredValues(provenance.measures).get(name)
        return typeof value === 'number' ? value : null
      },
    }),
  )
  const judged = Object.entries(judges).flatMap(([judge, questions]): Column[] => [
    ...questions.map(
      (question): Column => ({
        name: columnName('judge', judge, question),
        type: 'number',
        value: ({ provenance }) => judgementOf(provenance, judge)?.scores[question] ?? null,
      }),
    ),
    {
      name: columnName('judge', judge, 'score'),
      type: 'number',
      value: ({ provenance }) => {
        const all = Object.values(judgementOf(provenance, judge)?.scores ?? {})
        return all.length === 0 ? null : combined(all, 'mean')
      },
    },
    {
      name: columnName('judge', judge, 'reason'),
      type: 'text',
      value: ({ provenance }) => {
        const reasons = Object.entries(judgementOf(provenance, judge)?.reasons ?? {})
        return reasons.length === 0
          ? null
          : reasons.map(([question, why]) => `${question}: ${why}`).join('\n')
      },
    },
  ])
  const names = new Set<string>()
  const unique = (column: Column): boolean => !names.has(column.name) && Boolean(names.add(column.name))
  return [...fixed, ...scores, ...judged, ...last].filter(unique)
}

/** The verdict of a judge that counts for the words that are published. */
function judgementOf({ judgements, instructions }: Provenance, judge: string) {
  return scoredBy(judgements, { names: [judge], captions: instructions.flatMap(({ ids }) => ids) }).get(judge)
}

/** The schema of the Parquet files: pictures as structs of bytes and path, as `datasets` keeps them. */
export function parquetSchema(columns: readonly Column<never>[]): SchemaElement[] {
  const schema: SchemaElement[] = [{ name: 'root', num_children: columns.length }]
  const text = (name: string): SchemaElement => ({
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    repetition_type: 'OPTIONAL',
  })
  for (const { name, type } of columns)
    if (type === 'picture')
      schema.push(
        { name, num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        text('path'),
      )
    else if (type === 'texts')
      schema.push(
        { name, num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'LIST' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        text('element'),
      )
    else if (type === 'text') schema.push(text(name))
    else schema.push({ name, type: type === 'integer' ? 'INT32' : 'DOUBLE', repetition_type: 'OPTIONAL' })
  return schema
}

/** What the key `huggingface` of a Parquet file says, so that `datasets` shows pictures as pictures. */
export function huggingFaceFeatures(columns: readonly Column<never>[]): string {
  const value = (dtype: string): object => ({ dtype, _type: 'Value' })
  const features = {
    picture: { _type: 'Image' },
    text: value('string'),
    texts: { feature: value('string'), _type: 'Sequence' },
    integer: value('int32'),
    number: value('float64'),
  } as const
  return JSON.stringify({
    info: { features: Object.fromEntries(columns.map(({ name, type }) => [name, features[type]])) },
  })
}
