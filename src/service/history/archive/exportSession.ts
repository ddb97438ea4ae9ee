import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Edit, Owner } from '../../edits.ts'
import type { Session, SessionNode } from '../../history.ts'
import type { Pictures } from '../../pictures.ts'
import { picturesMade, picturesOfTask } from '../rows.ts'
import {
  type Archive,
  type ArchivedEdit,
  type ArchivedNode,
  type ArchivedPicture,
  archiveFormat,
  archiveVersion,
  treeName,
} from './format.ts'

const endings: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg' }

/**
 * A session as a ZIP file: its tree without removed and unfinished nodes, and all its pictures. Files are read one at a
 * time, after the previous one was sent.
 */
export async function exportSession(
  owner: Owner,
  session: Session,
  nodes: readonly SessionNode[],
  pictures: Pictures,
): Promise<AsyncIterable<Uint8Array>> {
  const shown = nodes.filter(({ removed, edit }) => !removed && (!edit || hasEnded(edit)))
  const archive: Archive = {
    format: archiveFormat,
    version: archiveVersion,
    name: session.name,
    createdAt: session.createdAt,
    pictures: await archivedPictures(owner, shown, pictures),
    nodes: archivedNodes(shown),
  }
  const zip = new ZipFile()
  const mtime = new Date(session.createdAt)
  const output = zip.outputStream as Readable
  zip.on('error', (error: Error) => output.destroy(error))
  zip.addBuffer(Buffer.from(`${JSON.stringify(archive, undefined, 1)}\n`), treeName, { mtime })
  // Pictures are already compressed.
  for (const { id, file, bytes } of archive.pictures)
    zip.addReadStreamLazy(file, { mtime, compress: false, size: bytes }, (give) => {
      pictures.read(owner, id).then(
        (content) => give(null, Readable.from([content])),
        (error: unknown) => output.destroy(error as Error),
      )
    })
  zip.end()
  return output
}

const hasEnded = ({ state }: Edit): boolean => state !== 'waiting' && state !== 'active'

function archivedNodes(nodes: readonly SessionNode[]): readonly ArchivedNode[] {
  const places = new Map(nodes.map(({ id }, i) => [id, i]))
  return nodes.map(({ parent, name, picture, edit, createdAt }) => ({
    parent: parent === null ? null : places.get(parent)!,
    ...(name !== undefined && { name }),
    ...(picture && { picture: picture.id }),
    ...(edit && { edit: archivedEdit(edit) }),
    createdAt,
  }))
}

function archivedEdit(edit: Edit): ArchivedEdit {
  const { id: _id, position: _position, progress: _progress, preview: _preview, result, ...rest } = edit
  return { ...rest, ...(result && { result: result.id }) }
}

/** Each picture once, in the order of the tree, with a name that people can read. */
async function archivedPictures(
  owner: Owner,
  nodes: readonly SessionNode[],
  pictures: Pictures,
): Promise<readonly ArchivedPicture[]> {
  const labels = new Map<string, string>()
  const note = (id: string, label: string): void => {
    if (!labels.has(id)) labels.set(id, label)
  }
  for (const { name, picture, edit } of nodes) {
    if (picture) note(picture.id, name ?? edit?.task.instruction ?? picture.name.replace(/\.[^.]+$/, ''))
    if (!edit) continue
    if (edit.task.mask !== undefined) note(edit.task.mask, 'mask')
    if (edit.changeMap !== undefined) note(edit.changeMap, 'changes')
    for (const id of [...picturesOfTask(edit.task), ...picturesMade(edit)]) note(id, 'picture')
  }
  const archived: ArchivedPicture[] = []
  for (const [id, label] of labels) {
    const { name, type, width, height, bytes } = await pictures.get(owner, id)
    const number = String(archived.length + 1).padStart(3, '0')
    const ending = endings[type] ?? type.slice('image/'.length)
    archived.push({
      id,
      file: `pictures/${number} ${inFileName(label)}.${ending}`,
      name,
      type,
      width,
      height,
      bytes,
    })
  }
  return archived
}

/** The first words of a text, in characters that every file system accepts. */
function inFileName(text: string): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return [...plain].slice(0, 40).join('').trim() || 'picture'
}
