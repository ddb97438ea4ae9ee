import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { ServiceError } from '../../error.ts'
import {
  type Archive,
  type ArchivedPicture,
  archiveFormat,
  archiveSchema,
  archiveVersion,
  treeName,
} from './format.ts'

/** Maximum size of `session.json` in bytes. */
const mostTreeBytes = 64 * 1024 * 1024

/** A ZIP file of a session, whose directory and tree have been checked. */
export interface OpenArchive {
  readonly tree: Archive
  /** The bytes of a picture, as many as the ZIP directory says. @throws ServiceError `session` */
  read(picture: ArchivedPicture): Promise<Uint8Array>
  close(): void
}

/**
 * Opens the ZIP file of a session. It may contain only what its tree refers to, so that nothing in it remains
 * unchecked. @throws ServiceError `session`
 */
export async function openArchive(
  path: string,
  limits: { readonly archiveBytes: number; readonly pictureBytes: number },
): Promise<OpenArchive> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch((error: unknown) => {
    throw wrong(`is not a ZIP file, or is truncated (${reasonOf(error)})`, error)
  })
  try {
    const entries = await entriesOf(zip, limits.archiveBytes)
    const treeEntry = entries.get(treeName)
    if (!treeEntry) throw wrong(`has no ${treeName}; expected a file exported from a session`)
    if (treeEntry.uncompressedSize > mostTreeBytes)
      throw wrong(`${treeName}: more than ${mostTreeBytes} bytes`)
    const tree = parseTree(await readEntry(zip, treeEntry))
    const files = new Set(tree.pictures.map(({ file }) => file))
    if (files.size < tree.pictures.length) throw wrong('pictures: the same file twice')
    for (const { file, bytes } of tree.pictures) {
      const entry = entries.get(file)
      if (!entry) throw wrong(`${file}: is missing`)
      if (entry.uncompressedSize !== bytes)
        throw wrong(`${file}: expected ${bytes} bytes, got ${entry.uncompressedSize}`)
      if (bytes > limits.pictureBytes)
        throw wrong(`${file}: ${bytes} bytes, expected at most ${limits.pictureBytes}`)
    }
    for (const name of entries.keys())
      if (name !== treeName && !files.has(name))
        throw wrong(`${JSON.stringify(name)}: is not part of a session`)
    return { tree, read: ({ file }) => readEntry(zip, entries.get(file)!), close: () => zip.close() }
  } catch (error) {
    zip.close()
    throw error
  }
}

async function entriesOf(zip: ZipFile, mostBytes: number): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>()
  let bytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw wrong(`${entry.fileName}: twice`)
      if (entry.isEncrypted()) throw wrong(`${entry.fileName}: is encrypted`)
      entries.set(entry.fileName, entry)
      bytes += entry.uncompressedSize
      if (bytes > mostBytes) throw wrong(`unpacks to more than ${mostBytes} bytes; import a smaller session`)
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error
    throw wrong(`its directory is damaged (${reasonOf(error)})`, error)
  }
  return entries
}

/** At most as many bytes as the directory says: yauzl fails the stream if there are more or fewer. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  try {
    const parts: Uint8Array[] = []
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Uint8Array)
    const content = Buffer.concat(parts)
    if (crc32(content) !== entry.crc32) throw new Error('checksum does not match')
    return content
  } catch (error) {
    throw wrong(`${entry.fileName}: is damaged (${reasonOf(error)})`, error)
  }
}

function parseTree(bytes: Uint8Array): Archive {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw wrong(`${treeName}: is no JSON (${reasonOf(error)})`, error)
  }
  const { format, version } = (value ?? {}) as { format?: unknown; version?: unknown }
  if (format !== archiveFormat)
    throw wrong(`${treeName}: expected the format '${archiveFormat}', got ${shown(format)}`)
  if (version !== archiveVersion)
    throw wrong(
      `${treeName}: expected version ${archiveVersion}, got ${shown(version)}; import it with the Pentimento that made it, or a newer one`,
    )
  const { success, data, error } = archiveSchema.safeParse(value)
  if (success) return data
  const [issue] = error.issues
  throw wrong(`${treeName}: ${issue?.path.map(String).join('.')}: ${issue?.message}`, error)
}

const shown = (value: unknown): string => String(JSON.stringify(value)).slice(0, 60)

const reasonOf = (error: unknown): string => (error as Error).message.slice(0, 200)

/** The problem with the file. */
export function wrong(why: string, cause?: unknown): ServiceError {
  return new ServiceError('session', `session file: ${why}`, { cause })
}
