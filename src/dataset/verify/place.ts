import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { DatasetError } from '../error.ts'
import type { ExportBucket } from '../export/toBucket.ts'

/** Where an export lies. */
export interface ExportPlace {
  /** For messages. */
  address(path: string): string
  /** @throws DatasetError `verify` where there is none */
  manifest(name: string): Promise<string>
  /** Has a file on this machine while something is done with it. @param use is given the folder that it lies in */
  withFile<T>(path: string, use: (folder: string) => Promise<T>): Promise<T>
  /** Paths of all files, in order. */
  paths(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A folder. */
export function folderPlace(folder: string): ExportPlace {
  return {
    address: (path) => join(folder, path),
    manifest: (name) =>
      readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw noManifest(join(folder, name), error.code ?? error.message, 'the folder')
      }),
    withFile: (_, use) => use(folder),
    async paths() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => !entry.isDirectory())
        .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
        .sort()
    },
    close: async () => undefined,
  }
}

/** A prefix of a bucket: one file at a time stands on this machine. */
export async function bucketPlace(bucket: ExportBucket): Promise<ExportPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'pentimento-verify-'))
  return {
    address: (path) => bucket.address(path),
    async manifest(name) {
      const bytes = await bucket.get(name)
      if (bytes === undefined) throw noManifest(bucket.address(name), 'not there', 'the prefix')
      return new TextDecoder().decode(bytes)
    },
    async withFile(path, use) {
      const file = join(folder, path)
      const bytes = await bucket.get(path)
      if (bytes !== undefined) {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, bytes)
      }
      try {
        return await use(folder)
      } finally {
        await rm(file, { force: true })
      }
    },
    async paths() {
      const all: string[] = []
      for await (const name of bucket.names()) all.push(name)
      return all
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

const noManifest = (file: string, why: string, what: string): DatasetError =>
  new DatasetError('verify', `${file}: cannot be read (${why}); expected ${what} of an export`)
