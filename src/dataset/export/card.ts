import type { Overview } from '../reading/view.ts'
import { kinds, taxonomy } from '../taxonomy.ts'
import type { Format } from './format.ts'

/** The content of a dataset card. */
export interface CardFacts {
  readonly format: Format
  readonly overview: Overview
  readonly tally: {
    readonly rows: number
    readonly splits: Readonly<Record<string, number>>
    readonly kinds: ReadonlyMap<string, number>
    readonly recipes: ReadonlySet<string>
    readonly captioners: ReadonlySet<string>
    readonly licences: ReadonlyMap<string, number>
  }
}

/** The README.md of an export: what is in it, by whom it may be used, and how to load it. */
export function datasetCard({ format, overview, tally }: CardFacts): string {
  const splits = Object.entries(tally.splits).map(([split, rows]) => ({ split, rows }))
  const byKind = kinds.flatMap((kind) => {
    const count = tally.kinds.get(kind)
    return count === undefined ? [] : [{ kind, count }]
  })
  const licences = [...tally.licences].sort(([a], [b]) => (a < b ? -1 : 1))
  const what =
    format === 'preference'
      ? 'preference pairs: two edits of one picture for one instruction, of which one was kept and one refused, made by'
      : format === 'multi-turn'
        ? 'chains of edits of one picture, one after another, each with its instruction in English and Chinese, made by'
        : 'triplets of a picture, an instruction in English and Chinese, and the edited picture, made by'
  return `${frontMatter(format, splits)}# ${overview.name}

${tally.rows} ${what}
Pentimento from ${overview.sources} sources.

| split | rows |
|---|---|
${splits.map(({ split, rows }) => `| ${split} | ${rows} |`).join('\n')}

No source, nothing that looks like it, and no donor is in two splits.

| kind | rows | what it is |
|---|---|---|
${byKind.map(({ kind, count }) => `| \`${kind}\` | ${count} | ${taxonomy[kind].meaning} |`).join('\n')}

## Licences

Each row names the licence of its source and of its donors; the pictures stay under them.

| licence | rows |
|---|---|
${licences.map(([licence, rows]) => `| ${licence.replaceAll('|', '\\|')} | ${rows} |`).join('\n')}

## How it was made

Recipes: ${[...tally.recipes]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ')}. Instructions by ${[...tally.captioners]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ')}. Seed ${overview.seed}.

| tool | implementation | version |
|---|---|---|
${Object.entries(overview.tools)
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
select kind, count(*), avg(score_changed_share) from 'data/train-*.parquet' group by kind;
\`\`\``,
  webdataset: `\`\`\`py
import webdataset as wds
train = wds.WebDataset('train-000000.tar').decode('pil').to_tuple('source.png', 'target.png', 'json')
\`\`\``,
  'step1x-edit': `\`train.json\` is the metadata file of the official Step1X-Edit trainer; its paths are relative to this folder.`,
  'multi-turn': `\`\`\`py
from datasets import load_dataset
chains = load_dataset('.', split='train')  # source, turn_1 to turn_3 (null after the last turn), instructions_en
\`\`\``,
  preference: `\`\`\`py
from datasets import load_dataset
pairs = load_dataset('.', split='train')  # prompt, source, chosen, rejected
\`\`\`

\`train.jsonl\` has the same rows with paths of pictures. \`match\` says whether both edits were to be the same (\`facts\`) or only of one kind (\`kind\`).`,
}

function frontMatter(format: Format, splits: readonly { readonly split: string }[]): string {
  if (!['parquet', 'preference', 'multi-turn'].includes(format) || splits.length === 0) return ''
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
