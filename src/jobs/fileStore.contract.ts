import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileStore } from './files.ts'

export interface TestFiles {
  readonly store: FileStore
  /** Changes a byte of a file behind the store's back. */
  damage(name: string): void
  close(): Promise<void> | void
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** What every file store does. */
export function fileStoreContract(kind: string, open: () => Promise<TestFiles>): void {
  describe(`a file store in ${kind}`, () => {
    let files: TestFiles
    let store: FileStore
    beforeAll(async () => {
      files = await open()
      store = files.store
    })
    afterAll(() => files.close())

    async function names(): Promise<string[]> {
      const found: string[] = []
      for await (const name of store.names()) found.push(name)
      return found
    }

    it('keeps bytes under the SHA-256 of their content', async () => {
      const name = await store.put(textBytes('abc'))
      expect(name).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
      expect(await store.get(name)).toEqual(textBytes('abc'))
      expect(await store.has(name)).toBe(true)
      expect(await store.put(textBytes('abc'))).toBe(name)
      expect((await names()).filter((each) => each === name)).toEqual([name])
    })

    it('keeps no bytes, and many', async () => {
      const none = await store.put(new Uint8Array())
      expect(await store.get(none)).toEqual(new Uint8Array())
      const many = new Uint8Array(5 * 2 ** 20).map((_, i) => (i * i) >> 7)
      const name = await store.put(many)
      expect(name).toBe(createHash('sha256').update(many).digest('hex'))
      expect(Buffer.from(await store.get(name)).equals(many)).toBe(true)
    })

    it('keeps the bytes of a view, not of what it looks at', async () => {
      const name = await store.put(textBytes('in the middle').subarray(3, 6))
      expect(await store.get(name)).toEqual(textBytes('the'))
    })

    it('takes the same bytes from many at once', async () => {
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.put(textBytes(`same ${i % 2}`))),
      )
      expect(new Set(all).size).toBe(2)
      for (const name of all) expect(await store.has(name)).toBe(true)
    })

    it('deletes a file, and one that is not there', async () => {
      const name = await store.put(textBytes('for a while'))
      await store.delete(name)
      await store.delete(name)
      expect(await store.has(name)).toBe(false)
      await expect(store.get(name)).rejects.toMatchObject({ code: 'file-missing' })
      await expect(store.get(name)).rejects.toThrow(/^[^\n]+: no such file in the store, make it again$/)
      expect(await store.put(textBytes('for a while'))).toBe(name)
    })

    it('lists all names in order', async () => {
      const more = await Promise.all(
        Array.from({ length: 10 }, (_, i) => store.put(textBytes(`listed ${i}`))),
      )
      const found = await names()
      expect(found).toEqual(found.toSorted())
      expect(found).toEqual(expect.arrayContaining(more))
    })

    it('refuses content that does not match its name', async () => {
      const name = await store.put(textBytes('to be damaged'))
      files.damage(name)
      await expect(store.get(name)).rejects.toMatchObject({ code: 'file-damaged' })
      await expect(store.get(name)).rejects.toThrow(
        /^[^\n]+ expected content with the SHA-256 of its name, got \w{64}, [^\n]+$/,
      )
    })

    it.each(['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(64)}/..`])(
      'refuses %j as a name',
      async (name) => {
        for (const call of [store.get(name), store.has(name), store.delete(name)]) {
          await expect(call).rejects.toMatchObject({ code: 'option' })
        }
      },
    )
  })
}
