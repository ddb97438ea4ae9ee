import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { madePicture, openTestService, serviceFolder, type TestService } from '../../../../test/service.ts'
import { streamed, zipOf } from '../../../../test/sessionFile.ts'
import { openArchive } from './openArchive.ts'

const place = serviceFolder()
let service: TestService
/** Of a session of two pictures. */
let whole: Buffer
let tree: Tree
let files: ReadonlyMap<string, Buffer>

interface Tree {
  version: unknown
  format: unknown
  pictures: { id: string; file: string; bytes: number; type: string; width: number }[]
  nodes: { parent: number | null; picture?: string }[]
}

beforeAll(async () => {
  service = await openTestService({
    folder: place.folder,
    limits: { archiveBytes: 200_000, pictureBytes: 100_000 },
  })
  const { id } = await service.history.create('anna', 'A day')
  const pictures = new Map<string, Buffer>()
  for (const number of [1, 2]) {
    const bytes = await madePicture(number)
    const picture = await service.pictures.add('anna', `${number}.png`, bytes)
    await service.history.addPicture('anna', id, picture.id)
    pictures.set(picture.id, Buffer.from(bytes))
  }
  whole = await zipOf(service, 'anna', id)
  const path = join(place.folder, 'whole.zip')
  await writeFile(path, whole)
  const archive = await openArchive(path, { archiveBytes: 200_000, pictureBytes: 100_000 })
  tree = archive.tree as unknown as Tree
  archive.close()
  files = new Map(tree.pictures.map((each) => [each.file, pictures.get(each.id)!]))
})
afterAll(async () => {
  await service.end()
  place.remove()
})

/** A ZIP file of these, the tree first; stored, so that its bytes can be found and patched. */
async function zip(changed: unknown, entries: Iterable<readonly [string, Buffer]> = files): Promise<Buffer> {
  const file = new ZipFile()
  const add = (name: string, content: Buffer): void => file.addBuffer(content, name, { compress: false })
  add('session.json', Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed)))
  for (const [name, content] of entries) add(name, content)
  file.end()
  const parts: Buffer[] = []
  for await (const part of file.outputStream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const copy = (): Tree => structuredClone(tree)

/** A tree in which the first picture is called otherwise. */
function named(file: string): Tree {
  const changed = copy()
  changed.pictures[0]!.file = file
  return changed
}

/** The same length, so that only names change in the file; every place that has it. */
function renamed(bytes: Buffer, from: string, to: string): Buffer {
  expect(Buffer.byteLength(to)).toBe(Buffer.byteLength(from))
  const text = bytes.toString('latin1').replaceAll(from, to)
  return Buffer.from(text, 'latin1')
}

/** The file with its entries' headers changed, those in front of contents and those in the table. */
function patched(bytes: Buffer, name: string, patch: (header: Buffer, isTable: boolean) => void): Buffer {
  const changed = Buffer.from(bytes)
  let count = 0
  for (const [sign, isTable, nameAt] of [
    ['PK\x03\x04', false, 30],
    ['PK\x01\x02', true, 46],
  ] as const)
    for (let at = changed.indexOf(sign); at >= 0; at = changed.indexOf(sign, at + 4))
      if (changed.subarray(at + nameAt, at + nameAt + name.length).toString('latin1') === name) {
        patch(changed.subarray(at), isTable)
        count++
      }
  expect(count).toBe(2)
  return changed
}

const [first, second] = [() => tree.pictures[0]!, () => tree.pictures[1]!]

/** A picture whose entry says that it unpacks to so many bytes, and unpacks to megabytes. */
async function bomb(says: number): Promise<Buffer> {
  const packed = deflateRawSync(Buffer.alloc(50_000_000))
  const changed = copy()
  changed.pictures[0]!.bytes = says
  const made = await zip(changed, [
    [first().file, packed],
    [second().file, files.get(second().file)!],
  ])
  return patched(made, first().file, (header, isTable) => {
    const at = isTable ? 2 : 0
    header.writeUInt16LE(8, 8 + at)
    header.writeUInt32LE(says, 22 + at)
  })
}

const hostile: readonly (readonly [string, () => Promise<Buffer> | Buffer, RegExp])[] = [
  ['nothing', () => Buffer.alloc(0), /is not a ZIP file, or is truncated/],
  ['no ZIP file', () => Buffer.from('PK\x03\x04 is no session'), /is not a ZIP file, or is truncated/],
  ['the first half', () => whole.subarray(0, whole.length / 2), /is not a ZIP file, or is truncated/],
  [
    'a flipped byte of a picture',
    async () => {
      const bytes = await zip(tree)
      const at = bytes.indexOf(files.get(first().file)!)
      bytes[at + 100]! ^= 1
      return bytes
    },
    /is damaged \(checksum does not match\)/,
  ],
  [
    'another picture of the same length',
    async () => {
      const other = Buffer.from(files.get(first().file)!)
      other[other.length - 1]! ^= 1
      return zip(
        tree,
        [...files].map(([name, content]) => [name, name === first().file ? other : content]),
      )
    },
    /is damaged or was replaced: expected SHA-256/,
  ],
  ['a newer version', () => zip({ ...copy(), version: 2 }), /expected version 1, got 2/],
  ['another format', () => zip({ ...copy(), format: 'x' }), /expected the format 'pentimento session'/],
  ['a tree that is no JSON', () => zip('{"format": '), /session\.json: is no JSON/],
  ['a tree that is no tree', () => zip('null'), /expected the format/],
  ['no tree', async () => renamed(await zip(tree), 'session.json', 'sessiom.json'), /has no session\.json/],
  ['a field that nobody knows', () => zip({ ...copy(), more: 1 }), /session\.json: /],
  ...['../up.png', '/etc/x.png', 'C:/x.png', 'pictures/../../x.png', 'pictures/..', 'pictures/a/b.png'].map(
    (name) =>
      [
        `a picture at ${name} in the tree`,
        () => zip(named(name)),
        /session\.json: pictures\.0\.file/,
      ] as const,
  ),
  ['a backslash in the tree', () => zip(named('pictures\\x.png')), /session\.json: pictures\.0\.file/],
  ['a NUL in the tree', () => zip(named('pictures/x\0.png')), /session\.json: pictures\.0\.file/],
  ...(
    [
      ['../', 'pictures/', '../icture'],
      ['an absolute name', 'pictures/', '/ictures/'],
      ['a backslash', 'pictures/', 'pictures\\'],
      ['a NUL', 'pictures/', 'pictures\0'],
    ] as const
  ).map(
    ([what, from, to]) =>
      [
        `${what} in the table`,
        async () => {
          const { file } = first()
          return patched(await zip(tree), file, (header, isTable) =>
            header.write(to.padEnd(from.length, 'x'), isTable ? 46 : 30, 'latin1'),
          )
        },
        /its directory is damaged|is missing/,
      ] as const,
  ),
  ['a bomb that says it is small', () => bomb(1000), /is damaged \(/],
  ['a bomb that says what it is', () => bomb(50_000_000), /unpacks to more than 200000 bytes/],
  [
    'a picture that says it is larger than any',
    async () => {
      const changed = copy()
      changed.pictures[0]!.bytes = 150_000
      const bytes = await zip(changed)
      return patched(bytes, first().file, (header, isTable) => {
        header.writeUInt16LE(8, isTable ? 10 : 8)
        header.writeUInt32LE(150_000, isTable ? 24 : 22)
      })
    },
    /150000 bytes, expected at most 100000/,
  ],
  ['more bytes than are taken', () => Buffer.alloc(200_001), /the file has more than 200000 bytes/],
  [
    'an encrypted picture',
    async () =>
      patched(await zip(tree), first().file, (header, isTable) => {
        const at = isTable ? 8 : 6
        header.writeUInt16LE(header.readUInt16LE(at) | 1, at)
        header.writeUInt16LE(8, at + 2)
      }),
    /is encrypted/,
  ],
  ['the same name twice', () => zip(tree, [...files, [...files][0]!]), /: twice/],
  ['a spare file', () => zip(tree, [...files, ['run.sh', Buffer.from('x')]]), /"run\.sh": is not part of/],
  ['a picture that is not there', () => zip(tree, [...files].slice(1)), /: is missing/],
  ['a spare picture', () => zip({ ...copy(), nodes: copy().nodes.slice(1) }), /no node uses it/],
  [
    'the same picture twice',
    () => {
      const changed = copy()
      changed.pictures.push({ ...first(), file: 'pictures/again.png' })
      return zip(changed, [...files, ['pictures/again.png', files.get(first().file)!]])
    },
    /the same picture twice/,
  ],
  [
    'a node below one that comes after it',
    () => {
      const changed = copy()
      changed.nodes[0]!.parent = 1
      return zip(changed)
    },
    /nodes\.0\.parent: expected a node before it, got 1/,
  ],
  [
    'a second picture that is not what the tree says, after the first was kept',
    () => {
      const changed = copy()
      changed.pictures[1]!.width = 63
      return zip(changed)
    },
    /expected image\/png of 63×48 pixels, got image\/png of 64×48/,
  ],
]

describe('a session file with', () => {
  it.each(hostile)('%s is refused, and nothing of it stays', async (_, file, why) => {
    await expect(service.history.import('ben', streamed(await file()))).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'session',
      message: expect.stringMatching(why),
    })
    expect(await service.history.sessions('ben')).toEqual([])
    for (const { id } of tree.pictures)
      await expect(service.pictures.get('ben', id)).rejects.toMatchObject({ code: 'missing' })
  })

  it('pictures that were there before keeps them, when it is refused', async () => {
    const { id } = await service.pictures.add('carla', 'mine.png', files.get(first().file)!)
    const changed = copy()
    changed.pictures[1]!.width = 63
    await expect(service.history.import('carla', streamed(await zip(changed)))).rejects.toThrow(/63×48/)
    expect(await service.pictures.get('carla', id)).toBeDefined()
  })

  it('nothing wrong is taken', async () => {
    expect(await service.history.import('dina', streamed(await zip(tree)))).toMatchObject({ nodes: 2 })
  })
})
