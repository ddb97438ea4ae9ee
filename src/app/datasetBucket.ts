import type { Configuration, ExportBucket } from '../dataset/index.ts'
import { openBucketObjects } from '../jobs/index.ts'
import { patientSend } from '../network/index.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** The bucket of `s3://bucket/prefix`: its server from the environment, or that of the configured store. @param what it is given by, for messages */
export function openBucket(
  what: string,
  address: string,
  { bucket: configured }: Configuration['store'],
  env: Terminal['env'],
): ExportBucket {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(address) ?? []
  if (bucket === undefined) throw new UsageError(`${what}: expected s3://<bucket>/<prefix>, got '${address}'`)
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey)
    throw new UsageError(
      `${what}: expected the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; set both`,
    )
  const own = configured?.bucket === bucket ? configured : undefined
  const region = own?.region ?? env.AWS_REGION ?? 'us-east-1'
  const endpoint =
    own?.endpoint ??
    env.AWS_ENDPOINT_URL_S3 ??
    env.AWS_ENDPOINT_URL ??
    configured?.endpoint ??
    `https://s3.${region}.amazonaws.com`
  const folder = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`
  return openBucketObjects({
    ...{ bucket, endpoint, region, accessKeyId, secretAccessKey },
    prefix: folder,
    fetch: patientSend(env),
  })
}
