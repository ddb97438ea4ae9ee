import type { Collection } from '../collect.ts'
import type { Split } from '../sources/catalog.ts'
import { kinds, taxonomy } from '../taxonomy.ts'
import type { Format } from './format.ts'

/** What the card of a dataset tells. */
export interface CardFacts {
  readonly format: Format
  readonly collection: Collection
  readonly splits: readonly { readonly split: Split; readonly rows: number }[]
  /** Licences of all that went into the triplets, with how many sources and cut-outs have each. */
  readonly licences: readonly (readonly [licence: string, pictures: number])[]
}

/** The README.md of an export: what is in it, by whom it may be used, and how to load it. */
export function datasetCard({ format, collection, splits, licences }: CardFacts): string {
  const { plan, kept } = collection
  const byKind = kinds
    .map((kind) => ({ kind, count: kept.filter((triplet) => triplet.kind === kind).length }))
    .filter(({ count }) => count > 0)
  const recipes = [...new Set(kept.map(({ recipe }) => recipe))].sort()
  return `${frontMatter(format, splits)}# ${plan.name}

${kept.length} triplets of a picture, an instruction in English and Chinese, and the edited picture, made by
Pentimento from ${new Set(kept.map(({ source }) => source)).size} sources.

| split | triplets |
|---|---|
${splits.map(({ split, rows }) => `| ${split} | ${rows} |`).join('\n')}

No source, nothing that looks like it, and no donor is in two splits.

| kind | triplets | what it is |
|---|---|---|
${byKind.map(({ kind, count }) => `| \`${kind}\` | ${count} | ${taxonomy[kind].meaning} |`).join('\n')}

## Licences

Each triplet names the licence of its source and of its donors; the pictures stay under them.

| licence | pictures |
|---|---|
${licences.map(([licence, pictures]) => `| ${licence.replaceAll('|', '\\|')} | ${pictures} |`).join('\n')}

## How it was made

Recipes: ${recipes.map((name) => `\`${name}\``).join(', ')}. Instructions by \`${plan.captioner.name}\` ${plan.captioner.version}. Seed ${plan.seed}.

| tool | implementation | version |
|---|---|---|
${Object.entries(plan.tools)
  .map(([job, { implementation, version }]) => `| ${job} | ${implementation} | ${version} |`)
  .join('\n')}

## Loading

${loading[format]}
`
}

const loading: { readonly [F in Format]: string } = {
  parquet: `\`\`\`py
from datasets import load_dataset
train = load_dataset('.', split='train')  # source, target and mask are pictures
\`\`\`

\`\`\`sql
-- DuckDB
select kind, count(*), avg(score_changed) from 'data/train-*.parquet' group by kind;
\`\`\``,
  webdataset: `\`\`\`py
import webdataset as wds
train = wds.WebDataset('train-000000.tar').decode('pil').to_tuple('source.png', 'target.png', 'json')
\`\`\``,
  'step1x-edit': `\`train.json\` is the metadata file of the official Step1X-Edit trainer; its paths are relative to this folder.`,
}

function frontMatter(format: Format, splits: CardFacts['splits']): string {
  if (format !== 'parquet' || splits.length === 0) return ''
  const files = splits.map(({ split }) => `  - split: ${split}\n    path: data/${split}-*.parquet`).join('\n')
  return `---
task_categories:
- image-to-image
language:
- en
- zh
configs:
- config_name: default
  data_files:
${files}
---

`
}
