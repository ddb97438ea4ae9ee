import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Edit, Owner, StoredPicture } from '../../edits.ts'
import { ServiceError } from '../../error.ts'
import type { Pictures } from '../../pictures.ts'
import { picturesOfTask } from '../rows.ts'
import type { Archive, ArchivedEdit, ArchivedPicture } from './format.ts'
import { openArchive, wrong } from './openArchive.ts'

/** Limits of an imported file. */
export interface ImportLimits {
  /** Of the ZIP file, and of all in it. */
  readonly archiveBytes: number
  /** Of one picture file. */
  readonly pictureBytes: number
}

/** A completely read session, with new ids. */
export interface ImportedSession {
  readonly name: string
  readonly createdAt: string
  readonly nodes: readonly {
    readonly id: string
    readonly parent: string | null
    readonly name?: string | undefined
    readonly picture?: StoredPicture | undefined
    readonly ended?: Edit | undefined
    readonly createdAt: string
  }[]
  /** All its pictures. */
  readonly used: readonly string[]
}

/**
 * Reads an exported session. Everything is checked before a picture is stored, and stored pictures are deleted again if
 * something fails. @throws ServiceError `session`
 */
export async function importSession(
  owner: Owner,
  file: AsyncIterable<Uint8Array>,
  { pictures, limits }: { readonly pictures: Pictures; readonly limits: ImportLimits },
  keep: (session: ImportedSession) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pentimento-session-'))
  try {
    const path = join(folder, 'session.zip')
    await pipeline(atMost(file, limits.archiveBytes), createWriteStream(path))
    const archive = await openArchive(path, limits)
    try {
      checkTree(archive.tree)
      for (const picture of archive.tree.pictures) checkFile(picture, await archive.read(picture))
      const stored = new Map<string, StoredPicture>()
      const isNew = new Set<string>()
      try {
        for (const picture of archive.tree.pictures) {
          await pictures.get(owner, picture.id).catch(() => isNew.add(picture.id))
          stored.set(picture.id, await take(owner, picture, await archive.read(picture), pictures))
        }
        await keep(withNewIds(archive.tree, stored))
      } catch (error) {
        for (const id of isNew) await pictures.delete(owner, id).catch(() => undefined)
        throw error
      }
    } finally {
      archive.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* atMost(file: AsyncIterable<Uint8Array>, most: number): AsyncIterable<Uint8Array> {
  let bytes = 0
  for await (const part of file) {
    bytes += part.length
    if (bytes > most) throw wrong(`the file has more than ${most} bytes; import a smaller session`)
    yield part
  }
}

/** Every reference in the tree is valid, and every node follows its parent. */
function checkTree({ pictures, nodes }: Archive): void {
  const known = new Set(pictures.map(({ id }) => id))
  if (known.size < pictures.length) throw wrong('pictures: the same picture twice')
  const used = new Set<string>()
  const use = (where: string, id: string): void => {
    if (!known.has(id)) throw wrong(`${where}: picture ${id.slice(0, 12)} is not in the file`)
    used.add(id)
  }
  for (const [i, { parent, picture, edit }] of nodes.entries()) {
    const where = `nodes.${i}`
    if (parent !== null && parent >= i)
      throw wrong(`${where}.parent: expected a node before it, got ${parent}`)
    if ((parent === null) === (edit !== undefined))
      throw wrong(`${where}: expected an uploaded picture, or an edit of the parent node`)
    if (picture !== undefined) use(`${where}.picture`, picture)
    else if (!edit) throw wrong(`${where}: has neither a picture nor an edit`)
    if (!edit) continue
    for (const id of [...picturesOfTask(edit.task), ...made(edit)]) use(`${where}.edit`, id)
    if (edit.task.picture !== nodes[parent!]!.picture)
      throw wrong(`${where}.edit.task.picture: expected the picture of the node above it`)
    if (picture !== edit.result) throw wrong(`${where}.picture: expected the result of its edit`)
  }
  const spare = pictures.find(({ id }) => !used.has(id))
  if (spare) throw wrong(`${spare.file}: no node uses it`)
}

const made = ({ result, changeMap }: ArchivedEdit): readonly string[] =>
  [result, changeMap].filter((id) => id !== undefined)

function checkFile({ id, file, bytes }: ArchivedPicture, content: Uint8Array): void {
  if (content.length !== bytes) throw wrong(`${file}: expected ${bytes} bytes, got ${content.length}`)
  const found = createHash('sha256').update(content).digest('hex')
  if (found !== id) throw wrong(`${file}: is damaged or was replaced: expected SHA-256 ${id}, got ${found}`)
}

async function take(
  owner: Owner,
  { id, file, name, type, width, height }: ArchivedPicture,
  content: Uint8Array,
  pictures: Pictures,
): Promise<StoredPicture> {
  const stored = await pictures.add(owner, name, content).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === 'picture')
      throw wrong(`${file}: ${error.message}`, error)
    throw error
  })
  if (stored.id === id && stored.type === type && stored.width === width && stored.height === height)
    return stored
  throw wrong(
    `${file}: expected ${type} of ${width}×${height} pixels, got ${stored.type} of ${stored.width}×${stored.height}`,
  )
}

function withNewIds(
  { name, createdAt, nodes, pictures }: Archive,
  stored: ReadonlyMap<string, StoredPicture>,
): ImportedSession {
  const ids = nodes.map(() => randomUUID())
  return {
    name,
    createdAt,
    used: pictures.map(({ id }) => id),
    nodes: nodes.map((node, i) => {
      const picture = node.picture === undefined ? undefined : stored.get(node.picture)
      return {
        id: ids[i]!,
        parent: node.parent === null ? null : ids[node.parent]!,
        createdAt: node.createdAt,
        ...(node.name !== undefined && { name: node.name }),
        ...(picture && { picture }),
        ...(node.edit && { ended: endedEdit(node.edit, stored) }),
      }
    }),
  }
}

function endedEdit({ result, ...edit }: ArchivedEdit, stored: ReadonlyMap<string, StoredPicture>): Edit {
  const picture = result === undefined ? undefined : stored.get(result)
  return { id: randomUUID(), ...edit, ...(picture && { result: picture }) }
}
