import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { defaultCache } from '../files/index.ts'
import { type BucketChoice, openStores } from '../jobs/index.ts'
import {
  defaultServiceLimits,
  type EditorSettings,
  type EditWorkOptions,
  type Models,
  openEditorsOf,
  openModels,
  openService,
  type Service,
} from '../service/index.ts'
import { readConfiguration } from './configuration.ts'
import { UsageError } from './failure.ts'
import { addConfigFlag, addOpeningFlags, type OpeningFlags } from './modelFlags.ts'
import { wholeOf } from './options.ts'
import type { Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/** Where the service of a command lies, and how it opens models. */
export interface ServiceFlags extends OpeningFlags {
  readonly data?: string
  readonly bucket?: BucketChoice
  readonly keepDays?: number
  readonly waiting?: number
  readonly waitingOfKey?: number
  readonly config?: string
}

/** The options of {@link ServiceFlags}. */
export function addServiceFlags(command: Command): Command {
  command.option(
    '--data <folder>',
    'database and pictures (default: PENTIMENTO_DATA, or pentimento in XDG_DATA_HOME or ~/.local/share)',
  )
  command.option(
    '--bucket <address>',
    'keep pictures in an S3-compatible bucket: https://host/bucket/prefix; keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, region in AWS_REGION',
    bucketOf,
  )
  command
    .option(
      '--keep-days <n>',
      'days after which edits and pictures that are in no session are deleted; 0 for never',
      wholeOf(0, 36_500),
      30,
    )
    .option(
      '--waiting <n>',
      'maximum number of edits that wait for a model; further ones are refused with 429',
      wholeOf(1, 1_000_000),
      defaultServiceLimits.waiting,
    )
    .option(
      '--waiting-of-key <n>',
      'maximum number of these for each key',
      wholeOf(1, 1_000_000),
      defaultServiceLimits.waitingOfOwner,
    )
  return addOpeningFlags(addConfigFlag(command))
}

/** A bucket by its address. @throws InvalidArgumentError */
function bucketOf(address: string): BucketChoice {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const [bucket = '', ...prefix] = (url?.pathname ?? '').split('/').filter((part) => part !== '')
  if (!url || !/^https?:$/.test(url.protocol) || bucket === '' || url.username !== '')
    throw new InvalidArgumentError('expected an address such as https://s3.example.org/pictures')
  return { endpoint: url.origin, bucket, ...(prefix.length > 0 && { prefix: `${prefix.join('/')}/` }) }
}

/** Which edits a command makes. */
export interface WorkFlags {
  readonly model?: readonly string[]
  readonly atOnce: number
  readonly timeLimit: number
}

/** The options of {@link WorkFlags}. */
export function addWorkFlags(command: Command): Command {
  return command
    .option('--model <names...>', 'make edits of these models only (default: all installed ones)')
    .option(
      '--at-once <n>',
      'edits at a time, of different models on this machine, which share its cores',
      wholeOf(1, 64),
      1,
    )
    .option('--time-limit <minutes>', 'fail edits that take longer; 0 for no limit', wholeOf(0, 100_000), 0)
}

export const workOptions = ({ model, atOnce, timeLimit }: WorkFlags): EditWorkOptions => ({
  models: model,
  atOnce,
  ...(timeLimit > 0 && { timeLimitSeconds: 60 * timeLimit }),
})

/** The folder of a server's data: `PENTIMENTO_DATA`, or `pentimento` in the user's folder of data. */
function dataFolder(env: NodeJS.ProcessEnv): string {
  return env.PENTIMENTO_DATA || join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'pentimento')
}

/** A service with what it stands on. */
export interface OpenedService {
  readonly service: Service
  readonly models: Models
  readonly folder: string
  /** Closes the service, then what it stands on. Edits in work go back to the queue. */
  close(): Promise<void>
}

/**
 * Opens the service of the data folder, with the database there or that of `DATABASE_URL`.
 * @param mustShare what needs a database that several processes share; undefined where one process does all
 * @throws UsageError, JobError, EditError
 */
export async function openServiceOf(
  flags: ServiceFlags,
  terminal: Terminal,
  mustShare?: string,
): Promise<OpenedService> {
  const { env } = terminal
  if (mustShare !== undefined && !env.DATABASE_URL)
    throw new UsageError(
      `${mustShare}: expected DATABASE_URL, a Postgres database that servers and workers share`,
    )
  const folder = resolve(flags.data ?? dataFolder(env))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { editors, folder: editorsFolder } = await readConfiguration(flags.config, terminal)
  const log = (line: string): void => terminal.error(`${line}\n`)
  const settings: EditorSettings = {
    env,
    editors,
    editorsFolder,
    version: packageVersion(),
    opening: {
      precision: flags.precision,
      memory: flags.memory,
      plan: flags.weights === 'auto' ? undefined : flags.weights,
      provider: flags.device,
      cache: defaultCache(env),
      ...(flags.threads !== undefined && { threads: flags.threads }),
    },
  }
  const bucket = flags.bucket && { ...flags.bucket, region: env.AWS_REGION || undefined }
  const { jobs, files } = await openStores(folder, { name: 'server', store: { bucket }, env, log })
  try {
    let service: Service | undefined
    const isInUse = (name: string): Promise<boolean> => service?.isInUse(name) ?? Promise.resolve(false)
    const models = await openModels({ ...settings, isInUse, log })
    service = await openService({
      jobs,
      files,
      models,
      editors: openEditorsOf(settings),
      limits: {
        ...(flags.waiting !== undefined && { waiting: flags.waiting }),
        ...(flags.waitingOfKey !== undefined && { waitingOfOwner: flags.waitingOfKey }),
      },
      keepDays: flags.keepDays,
      log,
    })
    return {
      service,
      models,
      folder,
      async close() {
        try {
          await service?.close()
          await models.close()
        } finally {
          await jobs.close()
        }
      },
    }
  } catch (error) {
    await jobs.close()
    throw error
  }
}
