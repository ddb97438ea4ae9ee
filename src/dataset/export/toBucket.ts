import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BucketObjects } from '../../jobs/index.ts'
import { DatasetError } from '../error.ts'
import type { ExportFolder } from './files.ts'
import { type Manifest, manifestFile, manifestText } from './manifest.ts'

/** A place in a bucket that an export is written to. */
export type ExportBucket = BucketObjects

/** Marks an export that is not complete. */
const unfinished = '.unfinished'

/**
 * Fills a place in a bucket: each file is sent once it is whole, and the manifest last, so that a reader who asks for
 * it first never sees half an export. Only one file a split stands on this machine at a time. What an export before
 * it had and this one has not is deleted in the end.
 * @throws DatasetError where something else is there
 */
export async function writeToBucket(
  bucket: ExportBucket,
  fill: (folder: ExportFolder) => Promise<Manifest>,
): Promise<Manifest> {
  const before = await bucket.get(manifestFile)
  if (before === undefined && (await bucket.get(unfinished)) === undefined)
    for await (const name of bucket.names())
      throw new DatasetError(
        'export',
        `${bucket.address(name)}: exists already and does not belong to an export; choose an empty prefix`,
      )
  const path = await mkdtemp(join(tmpdir(), 'pentimento-export-'))
  try {
    const mark = new TextEncoder().encode('an export is being written\n')
    await bucket.put(unfinished, mark, sha256(mark))
    await bucket.delete(manifestFile)
    const manifest = await fill({
      path,
      async done(file) {
        const local = join(path, file.path)
        await bucket.put(file.path, await openAsBlob(local), file.sha256)
        await rm(local)
      },
    })
    const content = new TextEncoder().encode(manifestText(manifest))
    await bucket.put(manifestFile, content, sha256(content))
    const known = new Set([manifestFile, ...manifest.files.map((file) => file.path)])
    for await (const name of bucket.names()) if (!known.has(name)) await bucket.delete(name)
    return manifest
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
