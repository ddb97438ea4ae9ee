import { writeFile } from 'node:fs/promises'
import { packWeights } from 'pentimento/edit'
import { readEntries } from '../perf/planner/entry.ts'
import { trainReader, usualTraining } from './planner/training.ts'

// Makes the darkroom's reader of instructions again: `npm run planner:train`.
const written = [...(await readEntries('seen')), ...(await readEntries('further'))]
const weights = trainReader(usualTraining, written)
const packed = packWeights(weights).match(/.{1,100}/g) ?? []
const lines = [
  '/** Written by `npm run planner:train`: not to be edited. */',
  `export const readerClasses: readonly string[] = ${JSON.stringify(weights.classes)}`,
  `export const readerWidth = ${weights.scales.length}`,
  'export const readerModule: string = [',
  ...packed.map((each) => `  '${each}',`),
  "].join('')",
]
const [file] = process.argv.slice(2)
if (file === undefined)
  throw new Error('reader: expected the file to write, got none; run `npm run planner:train`')
await writeFile(file, `${lines.join('\n')}\n`)
