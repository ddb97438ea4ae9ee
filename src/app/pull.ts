import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { type HubListing, hubSettings, listHub, type Pull, pullFiles } from '../weights/index.ts'
import { UsageError } from './failure.ts'
import { modelsFolder } from './models.ts'
import { bytesText, duration, ProgressLine, type Terminal } from './terminal.ts'

/** A part of a model: files of one repository, and the folder inside the model's that they go to. */
interface Source {
  readonly repo: string
  readonly into?: string
  readonly files: (path: string) => boolean
}

interface Flags {
  readonly output?: string
  readonly revision?: string
  readonly json?: true
}

/** What a model needs of any repository: never pickles, which could run code, nor pictures. */
const useful = (path: string): boolean =>
  /\.(safetensors|json|txt|jinja|model)$/.test(path) || /^LICEN[SC]E/i.test(basename(path))

const only =
  (...names: readonly string[]) =>
  (path: string): boolean =>
    names.includes(path)

const qwen: Source = { repo: 'Qwen/Qwen2.5-VL-7B-Instruct', into: 'Qwen2.5-VL-7B-Instruct', files: useful }

/** The published checkpoints, put together in the official layout. */
const named: Readonly<Record<string, readonly Source[]>> = {
  'step1x-edit-v1.0': [
    { repo: 'stepfun-ai/Step1X-Edit', files: only('step1x-edit-i1258.safetensors', 'vae.safetensors') },
    qwen,
  ],
  'step1x-edit-v1.1': [
    {
      repo: 'stepfun-ai/Step1X-Edit',
      files: only('step1x-edit-v1p1-official.safetensors', 'vae.safetensors'),
    },
    qwen,
  ],
  'step1x-edit-fp8': [
    { repo: 'meimeilook/Step1X-Edit-FP8', files: only('step1x-edit-i1258-FP8.safetensors') },
    { repo: 'stepfun-ai/Step1X-Edit', files: only('vae.safetensors') },
    qwen,
  ],
}

/** `pentimento pull <name|hub repo>` */
export function pullCommand(program: Command, terminal: Terminal): void {
  program
    .command('pull')
    .description('download a model from a hub; goes on where it was broken off')
    .argument('<model>', `${Object.keys(named).join(', ')}, or a repository as owner/name`)
    .option('-o, --output <folder>', 'where to; a folder of its own among the models unless given')
    .option('--revision <revision>', 'branch, tag or commit of the repository', undefined)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nHF_ENDPOINT, HF_TOKEN and HF_HOME are heeded.')
    .action(async (model: string, flags: Flags) => {
      const sources = named[model] ?? (model.includes('/') ? [{ repo: model, files: useful }] : undefined)
      if (!sources)
        throw new UsageError(
          `${model}: expected one of ${Object.keys(named).join(', ')}, or a repository as owner/name`,
        )
      const folder = flags.output ?? join(modelsFolder(terminal.env), model)
      const settings = hubSettings(terminal.env, (file) =>
        existsSync(file) ? readFileSync(file, 'utf8') : undefined,
      )
      const { endpoint, token } = settings
      const pulls: Pull[] = []
      const commits: Record<string, string> = {}
      for (const source of sources) {
        const repo = { name: source.repo, revision: flags.revision, endpoint, token }
        const listing = await listHub(repo, terminal.signal)
        commits[source.repo] = listing.commit
        pulls.push(...chosen(source, listing, folder))
      }
      await fetchAll(pulls, settings.cache, terminal)
      const bytes = pulls.reduce((sum, { file }) => sum + file.size, 0)
      if (flags.json) terminal.out(`${JSON.stringify({ folder, bytes, files: pulls.length, commits })}\n`)
      else terminal.out(`${folder}  ${bytesText(bytes)} in ${pulls.length} files\n`)
    })
}

/** Small files first, so that what is missing shows early. */
function chosen({ repo, into = '', files }: Source, listing: HubListing, folder: string): Pull[] {
  const wanted = listing.files.filter(({ path }) => files(path)).sort((a, b) => a.size - b.size)
  if (wanted.length === 0) throw new UsageError(`${repo}: has none of the files that a model needs`)
  return wanted.map((file) => ({ listing, file, target: join(folder, into, file.path) }))
}

async function fetchAll(pulls: readonly Pull[], hubCache: string, terminal: Terminal): Promise<void> {
  const line = new ProgressLine(terminal)
  let started: { readonly at: number; readonly bytes: number } | undefined
  try {
    await pullFiles(pulls, {
      hubCache,
      signal: terminal.signal,
      onProgress: ({ file, done, total }) => {
        started ??= { at: performance.now(), bytes: done }
        const seconds = (performance.now() - started.at) / 1000
        const speed = (done - started.bytes) / Math.max(seconds, 0.001)
        const left = seconds > 2 && speed > 0 ? `, about ${duration((total - done) / speed)} left` : ''
        line.show(
          `${file}: ${bytesText(done)} of ${bytesText(total)}${left}`,
          `${file} ${Math.floor((20 * done) / total)}`,
        )
      },
    })
  } finally {
    line.end()
  }
}
