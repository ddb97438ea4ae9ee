import { mkdir, readFile, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { openStores, type Stores } from '../jobs/index.ts'
import { writeWhole } from './atomic.ts'
import { type Configuration, configurationFile, parseConfiguration } from './configuration.ts'
import { DatasetError } from './error.ts'
import type { PairStore } from './pairs/store.ts'
import { openPairStore } from './tables/index.ts'

/** A dataset's folder, with its stores open. */
export interface Workspace extends Stores {
  readonly pairs: PairStore
  readonly folder: string
  readonly configuration: Configuration
  close(): Promise<void>
}

/** The environment in which a workspace finds servers and keys. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Makes a workspace whose configuration names the places of the pictures. What is there already stays as it is.
 * @returns the path of the configuration
 * @throws DatasetError `workspace` where one is there, or a place is not
 */
export async function initWorkspace(
  folder: string,
  { from, licence }: { readonly from: readonly string[]; readonly licence?: string | undefined },
): Promise<string> {
  const file = join(folder, configurationFile)
  if (await stat(file).catch(() => undefined))
    throw new DatasetError('workspace', `${file}: exists already; change it, or choose another folder`)
  const sources = []
  for (const place of from) {
    if (!(await stat(place).catch(() => undefined)))
      throw new DatasetError('workspace', `${place}: no such file or folder; expected pictures or videos`)
    sources.push({ path: pathFrom(folder, place), licence: licence ?? 'unknown' })
  }
  const content = {
    name:
      basename(resolve(folder))
        .replaceAll(/[^\w.-]/g, '-')
        .slice(0, 64) || 'dataset',
    seed: 0,
    sources: sources.length > 0 ? sources : [{ path: 'pictures', licence: licence ?? 'unknown' }],
    cutouts: [],
    size: 512,
    kinds: {},
    instructions: 2,
    split: { train: 0.9, validation: 0.05, test: 0.05 },
    tools: {},
  }
  await writeWhole(file, `${JSON.stringify(content, null, 2)}\n`)
  if (sources.length === 0) await mkdir(join(folder, 'pictures'), { recursive: true })
  return file
}

/** The path relative to the workspace if it is near, with `/`. */
function pathFrom(folder: string, place: string): string {
  const path = relative(resolve(folder), resolve(place))
  return isAbsolute(path) || path.startsWith(`..${sep}..${sep}`)
    ? resolve(place)
    : path.split(sep).join('/') || '.'
}

/** Reads a workspace's configuration. @throws DatasetError `workspace` or `configuration` */
export async function readConfiguration(folder: string): Promise<Configuration> {
  const file = join(folder, configurationFile)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DatasetError(
      'workspace',
      error.code === 'ENOENT'
        ? `${folder}: no ${configurationFile} in it; 'pentimento dataset init ${folder} --from <pictures>' creates one`
        : `${file}: cannot be read (${error.code ?? error.message})`,
      { cause: error },
    )
  })
  return parseConfiguration(file, text)
}

/**
 * Opens a workspace: its database in the folder or on the Postgres server of `DATABASE_URL`, its files in the folder or
 * in the bucket of the configuration (keys from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`).
 * @throws DatasetError, JobError
 */
export async function openWorkspace(
  folder: string,
  {
    env,
    log,
    configuration,
    readOnly = false,
  }: {
    readonly env: Environment
    readonly log?: (line: string) => void
    readonly configuration?: Configuration
    /** Read-only: an embedded database may be open in another process, which then answers. Default: false. */
    readonly readOnly?: boolean
  },
): Promise<Workspace> {
  const chosen = configuration ?? (await readConfiguration(folder))
  const { name, store } = chosen
  const stores = await openStores(folder, { name, store, env, log, readOnly })
  try {
    const pairs = await openPairStore(stores.jobs)
    return { folder, configuration: chosen, ...stores, pairs, close: () => stores.jobs.close() }
  } catch (error) {
    await stores.jobs.close()
    throw error
  }
}
