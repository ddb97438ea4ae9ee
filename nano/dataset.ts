/*
 * Makes the dataset that Pentimento-nano is trained on, from photographs of Debian packages:
 *
 *   npx tsx --conditions=source nano/dataset.ts [folder]
 *
 * The photographs of examples/photos are not in it: on those the model is looked at. Ctrl-C stops it, and the same line
 * goes on.
 */

import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Kind, kinds } from 'pentimento/dataset'
import { writeFileWhole } from 'pentimento/files'
import { packs } from 'pentimento/tools'
import { packagedCutouts, packagedPhotos, pentimento } from '../examples/dataset-sources.ts'

/** Drafts a photograph, by how well a small network can learn the kind, and how many of them are kept. */
const perPhoto: { readonly [K in Kind]: number } = {
  tone_transfer: 40,
  style_change: 16,
  color_alter: 30,
  material_alter: 20,
  'subject-remove': 24,
  'subject-add': 20,
  background_change: 20,
  'subject-replace': 20,
  text_change: 12,
  ps_human: 20,
  motion_change: 0,
}

/** What is made first serves while the rest is made: each round is a dataset of its own, which the next one extends. */
const rounds: readonly (readonly Kind[])[] = [
  ['tone_transfer'],
  ['tone_transfer', 'style_change'],
  ['tone_transfer', 'style_change', 'color_alter', 'material_alter', 'subject-remove', 'subject-add'],
  kinds,
]

async function writeConfiguration(workspace: string, wanted: readonly Kind[]): Promise<void> {
  const configuration = {
    name: 'nano',
    sources: await packagedPhotos(),
    cutouts: await packagedCutouts(),
    size: 256,
    kinds: Object.fromEntries(kinds.map((kind) => [kind, wanted.includes(kind) ? perPhoto[kind] : 0])),
    instructions: 4,
    split: { train: 0.95, validation: 0.05, test: 0 },
  }
  await writeFileWhole(
    join(workspace, 'pentimento.dataset.json'),
    `${JSON.stringify(configuration, null, 2)}\n`,
  )
}

/**
 * Makes what is missing of the dataset in a workspace, and exports it after each round as WebDataset to its folder
 * exports/webdataset.
 * @returns the exit code of the command that failed, else 0
 */
export async function makeDataset(workspace: string): Promise<number> {
  pentimento('tools', 'install', ...Object.keys(packs))
  for (const wanted of rounds) {
    await writeConfiguration(workspace, wanted)
    const code =
      pentimento('dataset', 'run', workspace) ||
      pentimento('dataset', 'export', workspace, '--format', 'webdataset')
    if (code !== 0) return code
  }
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await makeDataset(resolve(process.argv[2] ?? 'dataset-nano'))
