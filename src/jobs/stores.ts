import { join } from 'node:path'
import { type Environment, patientSend } from '../network/index.ts'
import { JobError } from './error.ts'
import { type BucketObjects, openBucketObjects } from './files/objects.ts'
import type { FileStore, FileStoreOptions } from './files.ts'
import { openFileStore, openJobStore } from './open.ts'
import type { JobStore } from './store.ts'

/** An S3-compatible bucket; its keys come from the environment. */
export interface BucketChoice {
  readonly bucket: string
  readonly endpoint: string
  readonly region?: string | undefined
  readonly prefix?: string | undefined
}

/** Where a workspace keeps its units and files; by default in its folder. */
export interface StoreChoice {
  /** A Postgres address; `DATABASE_URL` takes precedence. */
  readonly database?: string | undefined
  /** Default: made from the workspace's name. */
  readonly schema?: string | undefined
  readonly bucket?: BucketChoice | undefined
}

/** The stores of a workspace. */
export interface Stores {
  readonly jobs: JobStore
  readonly files: FileStore
  /** Whether other processes may work on it at the same time: with Postgres. */
  readonly isShared: boolean
}

/**
 * Opens the stores of a workspace's folder: units in `database` or on the Postgres server of `DATABASE_URL`, files in
 * `files` or in a bucket (keys from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, through the proxies of the environment).
 * @throws JobError, NetworkError
 */
export async function openStores(
  folder: string,
  {
    name,
    store,
    env,
    log,
    readOnly = false,
    inThread = false,
  }: {
    readonly name: string
    readonly store: StoreChoice
    readonly env: Environment
    readonly log?: ((line: string) => void) | undefined
    /** Opens it for reading only, even while another process uses the folder. */
    readonly readOnly?: boolean | undefined
    /** Whether the statements of a database in the folder run in a thread of their own. */
    readonly inThread?: boolean | undefined
  },
): Promise<Stores> {
  const url = env.DATABASE_URL || store.database
  const logging = log === undefined ? {} : { log }
  const files = await openFiles(folder, store, env)
  const jobs = await openJobStore(
    url === undefined
      ? { folder: join(folder, 'database'), readOnly, inThread, ...logging }
      : { url, schema: store.schema ?? schemaOf(name), ...logging },
  )
  return { jobs, files, isShared: url !== undefined }
}

/** The files of a workspace, in its folder or its bucket. @throws JobError, NetworkError */
export function openFiles(
  folder: string,
  { bucket }: Pick<StoreChoice, 'bucket'>,
  env: Environment,
): Promise<FileStore> {
  return openFileStore(bucket ? bucketOptions(bucket, env) : { folder: join(folder, 'files') })
}

/**
 * Objects with names of their own in a workspace's bucket, below `<prefix><name>/`; undefined where it has none.
 * @throws JobError `option` where keys are missing
 */
export function openStoreObjects(
  { bucket }: StoreChoice,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): BucketObjects | undefined {
  if (bucket === undefined) return undefined
  return openBucketObjects({ ...bucketOptions(bucket, env), prefix: `${bucket.prefix ?? ''}${name}/` })
}

/** A Postgres schema for each workspace by its name. */
const schemaOf = (name: string): string =>
  `pentimento_${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`.slice(0, 40)

function bucketOptions(
  { region, prefix, ...bucket }: BucketChoice,
  env: Environment,
): Extract<FileStoreOptions, { bucket: string }> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey)
    throw new JobError(
      'option',
      `store.bucket ${bucket.bucket}: no keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    )
  return {
    ...bucket,
    ...(region === undefined ? {} : { region }),
    ...(prefix === undefined ? {} : { prefix }),
    accessKeyId,
    secretAccessKey,
    fetch: patientSend(env),
  }
}
