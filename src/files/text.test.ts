import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTextFile } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pentimento-text-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (bytes: Uint8Array | string): Promise<string> => {
  const path = join(folder, 'list.csv')
  writeFileSync(path, bytes)
  return readTextFile(path)
}

describe('readTextFile', () => {
  it('reads UTF-8, and takes a byte order mark off', async () => {
    expect(await read('变成黑白, é\r\n')).toBe('变成黑白, é\r\n')
    expect(await read('\ufeff变成黑白')).toBe('变成黑白')
    expect(await read('')).toBe('')
  })

  it.each([
    ['GBK', [0xb1, 0xe4, 0xb3, 0xc9, 0xba, 0xda, 0xb0, 0xd7], 'another encoding'],
    ['Latin-1', [...Buffer.from('café', 'latin1')], 'another encoding'],
    ['UTF-16LE with a mark', [0xff, 0xfe, ...Buffer.from('make', 'utf16le')], 'UTF-16'],
    ['UTF-16BE with a mark', [0xfe, 0xff, 0, 0x6d, 0, 0x61], 'UTF-16'],
    ['UTF-32LE with a mark', [0xff, 0xfe, 0, 0, 0x6d, 0, 0, 0], 'UTF-32'],
    ['UTF-16LE without a mark', [...Buffer.from('make', 'utf16le')], 'UTF-16 or binary data'],
    ['UTF-8 that is cut within a character', [...Buffer.from('变').subarray(0, 2)], 'another encoding'],
  ])('refuses %s and says what to do', async (_, bytes, found) => {
    await expect(read(Uint8Array.from(bytes))).rejects.toMatchObject({
      code: 'encoding',
      message: `${join(folder, 'list.csv')}: expected text in UTF-8, got ${found}; save it as UTF-8 (in a spreadsheet "CSV UTF-8")`,
    })
  })

  it('says what is missing', async () => {
    await expect(readTextFile(join(folder, 'no.csv'))).rejects.toMatchObject({
      code: 'missing',
      message: `${join(folder, 'no.csv')}: cannot read it, no such file or folder`,
    })
  })
})
