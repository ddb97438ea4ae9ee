import { join, relative, resolve } from 'node:path'
import { WeightsError } from './error.ts'
import { type HubFile, type HubListing, type HubRepo, listHub, readHub } from './hub.ts'
import { type HubSettings, hubSettings } from './hubSettings.ts'
import {
  isModelFile,
  type ModelSource,
  publishedLanguageModels,
  publishedModels,
  reasonNotToRun,
} from './published.ts'
import { type Pull, type PullOptions, pullEach } from './pull.ts'
import { type PulledSource, type PullRecord, readPullRecord, writePullRecord } from './pullRecord.ts'

/** How a model is pulled. */
export interface PullModelOptions extends PullOptions {
  /** Branch, tag or commit. Default: `main`. */
  readonly revision?: string | undefined
  /** Where the hub is and who asks. Default: {@link hubSettings} of this process. */
  readonly hub?: HubSettings | undefined
  /** Which files of a repository are taken. Default: weights, configurations and licences; never pickles. */
  readonly files?: ((path: string) => boolean) | undefined
}

/** What was pulled. */
export interface PulledModel {
  readonly folder: string
  /** Of all files, including existing ones. */
  readonly bytes: number
  readonly files: number
  /** The commit of each repository. */
  readonly commits: Readonly<Record<string, string>>
}

/**
 * Downloads a model into a folder: a published one by its name (`step1x-edit-v1.1`), or a repository `owner/name`. What
 * is there already is checked; what was broken off goes on. Until all is there, `isComplete(folder)` is false. Offline
 * (`HF_HUB_OFFLINE`) nothing is asked of the hub, and the files of an earlier pull are checked.
 * @throws WeightsError in one line: the codes of `pullFiles`, `argument` for no such name, and `unsupported` for a model
 * that cannot be run, before its weights are downloaded
 */
export async function pull(
  model: string,
  folder: string,
  options: PullModelOptions = {},
): Promise<PulledModel> {
  const hub = options.hub ?? hubSettings()
  const sources = sourcesOf(model, options.files)
  const repos = sources.map(({ repo, revision }) => ({
    ...hub,
    name: repo,
    revision: options.revision ?? revision,
  }))
  const pulls: Pull[] = []
  const recorded: PulledSource[] = []
  const before = await readPullRecord(folder)
  for (const [i, source] of sources.entries()) {
    const { listing, targets } = hub.isOffline
      ? remembered(before, repos[i]!, folder)
      : await listed(source, repos[i]!, folder, options)
    pulls.push(...listing.files.map((file, at) => ({ listing, file, target: targets[at]! })))
    recorded.push(recordOf(listing, targets, folder))
  }
  let record = before
  const write = async (finished: boolean) => {
    const next = { finished, sources: recorded }
    // A folder that is complete already may be read-only.
    if (JSON.stringify(next) !== JSON.stringify(record)) await writePullRecord(folder, next)
    record = next
  }
  await pullEach(pulls, { hubCache: hub.cache, ...options }, () => write(false))
  await write(true)
  return {
    folder,
    bytes: pulls.reduce((sum, { file }) => sum + file.size, 0),
    files: pulls.length,
    commits: Object.fromEntries(recorded.map(({ repo, commit }) => [repo, commit])),
  }
}

function sourcesOf(model: string, files: ModelSource['files']): readonly ModelSource[] {
  const published = { ...publishedModels, ...publishedLanguageModels }
  if (Object.hasOwn(published, model)) return published[model]!
  if (model.includes('/')) return [{ repo: model, files }]
  throw new WeightsError(
    'argument',
    `${model}: expected one of ${Object.keys(published).join(', ')}, or a repository as owner/name`,
  )
}

interface Listed {
  readonly listing: HubListing
  /** Where each file goes. */
  readonly targets: readonly string[]
}

/** What a source has now; small files first, so that what is missing shows early. */
async function listed(
  { into = '', files: wants = isModelFile }: ModelSource,
  repo: HubRepo,
  folder: string,
  options: PullModelOptions,
): Promise<Listed> {
  const listing = await listHub(repo, options)
  const wanted = wants === isModelFile ? withoutSingleFiles(listing.files) : listing.files
  const files = wanted.filter(({ path }) => wants(path)).sort((a, b) => a.size - b.size)
  if (files.length === 0)
    throw new WeightsError(
      'missing',
      `${repo.name}: contains no model files (.safetensors, .json), check the name`,
    )
  const index = files.find(({ path }) => path === 'model_index.json')
  const reason = reasonNotToRun(index && (await classOf(listing, index, options)))
  if (reason !== undefined) throw new WeightsError('unsupported', `${repo.name}: ${reason}`)
  return { listing: { ...listing, files }, targets: files.map(({ path }) => join(folder, into, path)) }
}

/** Files of a repository without single files of weights, where the layout of diffusers holds the same. */
function withoutSingleFiles(files: readonly HubFile[]): readonly HubFile[] {
  const isWhole =
    files.some(({ path }) => path === 'model_index.json') &&
    files.some(({ path }) => /^(transformer|unet)\/.*\.safetensors$/.test(path))
  return isWhole ? files.filter(({ path }) => path.includes('/') || !path.endsWith('.safetensors')) : files
}

/** The class of a pipeline; undefined where the file does not say. */
async function classOf(
  listing: HubListing,
  file: HubFile,
  { signal }: PullModelOptions,
): Promise<string | undefined> {
  const pieces: Uint8Array[] = []
  for await (const piece of readHub(listing, file, 0, signal)) pieces.push(piece)
  try {
    const { _class_name: name } = JSON.parse(Buffer.concat(pieces).toString()) as { _class_name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}

/** What an earlier pull has recorded. @throws WeightsError where there was none */
function remembered(before: PullRecord | undefined, repo: HubRepo, folder: string): Listed {
  const found = before?.sources.find((each) => each.repo === repo.name && each.revision === repo.revision)
  if (!found)
    throw new WeightsError(
      'offline',
      `${repo.name}: the hub is not used in offline mode (HF_HUB_OFFLINE), and ${folder} contains no earlier pull of it`,
    )
  const files = found.files.map(({ target: _, ...file }) => file)
  const targets = found.files.map(({ target }) => resolve(folder, target))
  return { listing: { repo, commit: found.commit, files }, targets }
}

function recordOf(
  { repo, commit, files }: HubListing,
  targets: readonly string[],
  folder: string,
): PulledSource {
  return {
    repo: repo.name,
    revision: repo.revision,
    commit,
    files: files.map((file, i) => ({ ...file, target: relative(folder, targets[i]!) })),
  }
}
