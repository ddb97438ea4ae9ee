import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { madePicture, openTestService, serviceFolder, type TestService } from '../../test/service.ts'
import { encodePicture, readPicture } from '../image/index.ts'
import type { StoredPicture } from './edits.ts'

const place = serviceFolder()
let service: TestService
beforeAll(async () => {
  service = await openTestService({
    folder: place.folder,
    limits: { pictureBytes: 100_000, picturePixels: 1_000_000, pictureFrames: 3 },
  })
})
afterAll(async () => {
  await service.end()
  place.remove()
})

const add = (bytes: Uint8Array, name = 'photo.png', owner = 'anna'): Promise<StoredPicture> =>
  service.pictures.add(owner, name, bytes)
const written = async (format: 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff'): Promise<Uint8Array> =>
  encodePicture(await readPicture(await madePicture()), format)
const fileCount = async (): Promise<number> => {
  let count = 0
  for await (const _ of service.files.names()) count++
  return count
}

describe('a picture', () => {
  it.each(['png', 'jpeg', 'webp', 'avif', 'tiff'] as const)(
    'of %s is told by its content',
    async (format) => {
      const bytes = await written(format)
      const found = await add(bytes, 'some.txt')
      expect(found).toMatchObject({
        type: `image/${format}`,
        width: 64,
        height: 48,
        bytes: bytes.length,
        name: 'some.txt',
      })
      expect(await service.pictures.get('anna', found.id)).toEqual(found)
      expect(Buffer.compare(await service.pictures.read('anna', found.id), bytes)).toBe(0)
    },
  )

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\anna\\photo.png', 'photo.png'],
    ['a\u0000b\u202egnp.exe\n', 'abgnp.exe'],
    ['..', 'picture'],
    ['', 'picture'],
    ['folder/', 'picture'],
    ['写真 1.jpg', '写真 1.jpg'],
    [`${'x'.repeat(300)}.png`, `${'x'.repeat(196)}.png`],
  ])('called %j is named without folders and what cannot be seen', async (name, expected) => {
    expect((await add(await madePicture(1), name)).name).toBe(expected)
  })

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
    ['nothing', () => new Uint8Array(), /the file is empty/],
    ['a drawing', () => Buffer.from('<?xml version="1.0"?><svg xmlns="x"/>'), /an SVG drawing; export it/],
    ['a document', () => Buffer.from('%PDF-1.7\n'), /a PDF document; export it/],
    ['text', () => Buffer.from('hello'), /text; expected a picture/],
    [
      'HEIC',
      () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
      /a HEIC picture.*export it as JPEG/,
    ],
    ['half of one', async () => (await written('jpeg')).subarray(0, 400), /damaged or truncated/],
    ['too many bytes', () => new Uint8Array(100_001), /100001 bytes, expected at most 100000/],
    [
      'too many pixels',
      () => encodePicture(evenPicture(1001, 1000), 'png'),
      /1001×1000 pixels, expected at most 1 million/,
    ],
    ['too many frames', () => gifOf(4), /4 pictures in one file, expected at most 3/],
  ])('is not %s, and nothing of it stays', async (_, bytes, why) => {
    const before = await fileCount()
    await expect(add(await bytes())).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'picture',
      message: expect.stringMatching(why),
    })
    expect(await fileCount()).toBe(before)
  })

  it('of the same bytes is kept once, and belongs to each of its owners apart', async () => {
    const bytes = await madePicture(2)
    const mine = await add(bytes, 'mine.png')
    const before = await fileCount()
    const theirs = await add(bytes, 'theirs.png', 'ben')
    expect(theirs.id).toBe(mine.id)
    expect(await fileCount()).toBe(before)
    await service.pictures.delete('anna', mine.id)
    await expect(service.pictures.get('anna', mine.id)).rejects.toMatchObject({ code: 'missing' })
    expect(await service.pictures.get('ben', mine.id)).toMatchObject({ name: 'theirs.png' })
    await service.pictures.delete('ben', mine.id)
    expect(await fileCount()).toBe(before - 1)
    expect((await add(bytes, 'again.png')).name).toBe('again.png')
    expect(await service.pictures.read('anna', mine.id)).toHaveLength(bytes.length)
  })
})

describe('a thumbnail', () => {
  it('is a small upright copy, kept, and goes with its picture', async () => {
    const bytes = await readFile('test/pictures/turned.jpg')
    const { id, width, height } = await add(bytes, 'turned.jpg', 'cem')
    const upright = await readPicture(bytes)
    expect([width, height]).toEqual([upright.width, upright.height])
    const before = await fileCount()
    const small = await service.pictures.thumbnail('cem', id, 40)
    const seen = await readPicture(small)
    expect(Math.max(seen.width, seen.height)).toBe(32)
    expect(seen.width > seen.height).toBe(width > height)
    expect(await service.pictures.thumbnail('cem', id, 33)).toEqual(small)
    expect(await fileCount()).toBe(before + 1)
    await service.pictures.delete('cem', id)
    expect(await fileCount()).toBe(before - 1)
  })
})

describe('cleaning up', () => {
  const age = (id: string): Promise<unknown> =>
    service.jobs.sql.query(
      `UPDATE ${service.jobs.sql.schema}.pictures SET touched_at = touched_at - interval '31 days' WHERE id = $1`,
      [id],
    )

  it('deletes old pictures that nothing uses, with what a kill has left, and no others', async () => {
    const [old, used, fresh, lost] = await Promise.all(
      [10, 11, 12, 13].map((n) => madePicture(n).then((b) => add(b, `${n}.png`, 'dina'))),
    )
    await service.edits.submit('dina', [
      { model: 'darkroom', instruction: 'make it warmer', picture: used!.id },
    ])
    for (const each of [old, used]) await age(each!.id)
    const { sql } = service.jobs
    await sql.query(`UPDATE ${sql.schema}.pictures SET state = 'going' WHERE id = $1`, [lost!.id])
    await service.clean()
    expect(await service.files.has(old!.id)).toBe(false)
    expect(await service.files.has(lost!.id)).toBe(false)
    for (const each of [used, fresh]) expect(await service.pictures.read('dina', each!.id)).toBeDefined()
    await expect(service.pictures.delete('dina', used!.id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('forgets edits that ended long ago, then their pictures', async () => {
    const { id } = await add(await madePicture(20), 'x.png', 'elif')
    const [edit] = await service.edits.submit('elif', [
      { model: 'darkroom', instruction: 'make it warmer', picture: id },
    ])
    await service.edits.cancel('elif', edit!.id)
    const { sql } = service.jobs
    await sql.query(
      `UPDATE ${sql.schema}.edits SET cancelled_at = cancelled_at - interval '31 days' WHERE id = $1`,
      [edit!.id],
    )
    await age(id)
    expect(await service.clean()).toEqual({ edits: 1, pictures: 1 })
    await expect(service.edits.get('elif', edit!.id)).rejects.toMatchObject({ code: 'missing' })
    expect(await service.files.has(id)).toBe(false)
  })
})

function evenPicture(width: number, height: number) {
  return { width, height, data: new Uint8Array(3 * width * height) }
}

/** A GIF file of so many pictures of one pixel. */
function gifOf(frames: number): Uint8Array {
  const frame = [0x21, 0xf9, 4, 0, 5, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
  return Uint8Array.from([
    ...Buffer.from('GIF89a'),
    ...[1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 0],
    ...Array.from({ length: frames }, () => frame).flat(),
    0x3b,
  ])
}
