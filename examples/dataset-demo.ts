/*
 * Makes a dataset of all kinds from photographs of Debian packages, and writes its report:
 *
 *   npm run dataset:demo -- [folder]
 *
 * The packages are downloaded with apt-get and unpacked into a cache, without root. Where that does not work, the
 * photographs of examples/photos are taken. Ctrl-C stops it, and the same line goes on.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { kinds } from 'pentimento/dataset'
import { writeFileWhole } from 'pentimento/files'
import { packs } from 'pentimento/tools'
import { ownPhotos, packagedCutouts, packagedPhotos, pentimento, pentimentoJson } from './dataset-sources.ts'

function jsonOf(configuration: object): string {
  return `${JSON.stringify(configuration, null, 2)}\n`
}

async function writeConfiguration(workspace: string): Promise<void> {
  const configuration = {
    name: 'demo',
    sources: [...(await packagedPhotos()), ownPhotos],
    cutouts: await packagedCutouts(),
    kinds: Object.fromEntries(kinds.map((kind) => [kind, perSource[kind] ?? 3])),
    split: { train: 0.9, validation: 0.05, test: 0.05 },
  }
  await writeFileWhole(join(workspace, 'pentimento.dataset.json'), jsonOf(configuration))
}

/** Drafts a source to begin with, by how many of them are kept. */
const perSource: Readonly<Record<string, number>> = {
  background_change: 6,
  color_alter: 8,
  material_alter: 6,
  motion_change: 6,
  ps_human: 18,
  style_change: 2,
  'subject-add': 5,
  'subject-remove': 6,
  'subject-replace': 9,
  text_change: 4,
  tone_transfer: 2,
}

const wanted = 100
const mostRounds = 4

/** Asks for more drafts of kinds with too few triplets. @returns whether there are any */
async function askForMore(file: string, status: DatasetStatus): Promise<boolean> {
  const configuration = JSON.parse(readFileSync(file, 'utf8')) as { kinds: Record<string, number> }
  let more = false
  for (const [kind, { kept, planned }] of Object.entries(status.kinds)) {
    // Of videos there is what there is.
    if (kept >= wanted || kept === 0 || kind === 'motion_change') continue
    const factor = Math.min(3, (1.2 * wanted) / kept)
    console.log(
      `${kind}: ${kept} triplets of ${planned} drafts, asking for ${factor.toFixed(1)} times as many`,
    )
    configuration.kinds[kind] = Number(((configuration.kinds[kind] ?? 1) * factor).toFixed(2))
    more = true
  }
  if (more) await writeFileWhole(file, jsonOf(configuration))
  return more
}

interface DatasetStatus {
  readonly kinds: Readonly<Record<string, { readonly kept: number; readonly planned: number }>>
}

async function makeDataset(workspace: string): Promise<number> {
  const file = join(workspace, 'pentimento.dataset.json')
  if (!existsSync(file)) await writeConfiguration(workspace)
  if (pentimento('tools', 'install', ...Object.keys(packs)) !== 0)
    console.log('some tools are missing: recipes that need them are left out')
  let code = 0
  for (let round = 0; round < mostRounds && code === 0; round++) {
    code = pentimento('dataset', 'run', workspace)
    const status = pentimentoJson('dataset', 'status', workspace) as DatasetStatus
    if (code !== 0 || !(await askForMore(file, status))) break
  }
  pentimento('dataset', 'report', workspace)
  return code
}

process.exitCode = await makeDataset(resolve(process.argv[2] ?? 'dataset-demo'))
