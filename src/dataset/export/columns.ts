import type { SchemaElement } from 'hyparquet'
import { canonicalJson } from '../../jobs/index.ts'
import type { ExportRow } from './row.ts'

/** A column of the Parquet files: its type there, what `datasets` shows it as, and its value. */
interface Column {
  readonly name: string
  readonly type: 'picture' | 'text' | 'texts' | 'integer' | 'number'
  readonly value: (row: ExportRow) => unknown
}

const picture = (path: string, bytes: Uint8Array | undefined): unknown =>
  bytes === undefined ? null : { bytes, path }

const score = (row: ExportRow, check: string, value: string): number | null => {
  const found = row.provenance.checks[check]?.[value]
  return typeof found === 'number' ? found : null
}

/** The columns in the order in which they are written. */
export const columns: readonly Column[] = [
  { name: 'key', type: 'text', value: ({ key }) => key },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'source', type: 'picture', value: (row) => picture(`${row.key}.source.png`, row.source) },
  { name: 'target', type: 'picture', value: (row) => picture(`${row.key}.target.png`, row.target) },
  { name: 'mask', type: 'picture', value: (row) => picture(`${row.key}.mask.png`, row.mask) },
  { name: 'instruction_en', type: 'text', value: ({ instruction }) => instruction.en },
  { name: 'instruction_cn', type: 'text', value: ({ instruction }) => instruction.cn },
  { name: 'instructions_en', type: 'texts', value: (row) => row.instructions.map(({ en }) => en) },
  { name: 'instructions_cn', type: 'texts', value: (row) => row.instructions.map(({ cn }) => cn) },
  { name: 'width', type: 'integer', value: ({ provenance }) => provenance.width },
  { name: 'height', type: 'integer', value: ({ provenance }) => provenance.height },
  { name: 'recipe', type: 'text', value: ({ provenance }) => provenance.recipe.name },
  { name: 'recipe_version', type: 'integer', value: ({ provenance }) => provenance.recipe.version },
  { name: 'variant', type: 'integer', value: ({ provenance }) => provenance.recipe.variant },
  { name: 'source_id', type: 'text', value: ({ provenance }) => provenance.origin.id },
  { name: 'source_name', type: 'text', value: ({ provenance }) => provenance.origin.name },
  { name: 'licence', type: 'text', value: ({ provenance }) => provenance.origin.licence },
  { name: 'donors', type: 'text', value: ({ provenance }) => canonicalJson(provenance.donors) },
  { name: 'score_changed', type: 'number', value: (row) => score(row, 'changed', 'share') },
  { name: 'score_leaked', type: 'number', value: (row) => score(row, 'confined', 'leaked') },
  { name: 'score_edges', type: 'number', value: (row) => score(row, 'structure', 'edges') },
  { name: 'score_unsafe', type: 'number', value: (row) => score(row, 'safe', 'unsafe') },
  { name: 'facts', type: 'text', value: ({ provenance }) => canonicalJson(provenance.facts) },
  { name: 'parameters', type: 'text', value: ({ provenance }) => canonicalJson(provenance.parameters) },
  { name: 'checks', type: 'text', value: ({ provenance }) => canonicalJson(provenance.checks) },
  { name: 'tools', type: 'text', value: ({ provenance }) => canonicalJson(provenance.tools) },
  { name: 'captioner', type: 'text', value: ({ provenance: { captioner } }) => canonicalJson(captioner) },
  { name: 'source_sha256', type: 'text', value: ({ provenance }) => provenance.sha256.source },
  { name: 'target_sha256', type: 'text', value: ({ provenance }) => provenance.sha256.target },
]

/** The schema of the Parquet files: pictures as structs of bytes and path, as `datasets` keeps them. */
export function parquetSchema(): SchemaElement[] {
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
export function huggingFaceFeatures(): string {
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
