import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  checkWritable,
  openWholeFile,
  partPath,
  removeParts,
  writeFileWhole,
  writeFolderWhole,
} from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pentimento-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const text = (path: string) => readFileSync(path, 'utf8')

describe('writeFileWhole', () => {
  it('writes a file into folders that it makes, and leaves nothing beside it', async () => {
    const path = join(folder, 'a', 'b', 'c.txt')
    await writeFileWhole(path, 'new')
    expect(text(path)).toBe('new')
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['c.txt'])
  })

  it('replaces a file and keeps its permissions', async () => {
    const path = join(folder, 'a.txt')
    writeFileSync(path, 'old')
    chmodSync(path, 0o600)
    await writeFileWhole(path, 'new')
    expect(text(path)).toBe('new')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('writes through a symbolic link', async () => {
    const [real, name] = [join(folder, 'real.txt'), join(folder, 'link.txt')]
    writeFileSync(real, 'old')
    symlinkSync(real, name)
    await writeFileWhole(name, 'new')
    expect(text(real)).toBe('new')
    expect(readdirSync(folder).sort()).toEqual(['link.txt', 'real.txt'])
  })

  it('does not replace what may not be replaced', async () => {
    const path = join(folder, 'a.txt')
    writeFileSync(path, 'old')
    await expect(writeFileWhole(path, 'new', { overwrite: false })).rejects.toMatchObject({
      code: 'exists',
      message: `${path}: cannot write it, it exists already`,
    })
    expect(text(path)).toBe('old')
  })

  it('does not replace a symbolic link that leads nowhere, and says so before the work', async () => {
    const path = join(folder, 'link.txt')
    symlinkSync(join(folder, 'missing.txt'), path)
    const refusal = { code: 'exists', message: `${path}: cannot write it, it exists already` }
    await expect(checkWritable(path, { overwrite: false })).rejects.toMatchObject(refusal)
    await expect(openWholeFile(path, { overwrite: false })).rejects.toMatchObject(refusal)
    expect(readdirSync(folder)).toEqual(['link.txt'])
  })

  it('does not replace a file that appears while it is written', async () => {
    const path = join(folder, 'a.txt')
    const file = await openWholeFile(path, { overwrite: false })
    writeFileSync(path, 'other')
    await expect(file.commit()).rejects.toMatchObject({ code: 'exists' })
    expect(text(path)).toBe('other')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })

  it('says what the system refused, in one line with the path', async () => {
    const path = join(folder, `${'n'.repeat(300)}.txt`)
    await expect(writeFileWhole(path, 'new')).rejects.toMatchObject({
      name: 'FileError',
      message: `${path}: cannot write it, the name is too long`,
    })
    await expect(writeFileWhole(folder, 'new')).rejects.toMatchObject({
      message: `${folder}: cannot write it, it is a folder`,
    })
  })

  it('writes names of 255 bytes', async () => {
    const path = join(folder, `${'图'.repeat(83)}.png`)
    await writeFileWhole(path, 'new')
    expect(text(path)).toBe('new')
  })
})

describe('openWholeFile', () => {
  it('writes into another folder on the way, and leaves nothing there', async () => {
    const parts = join(folder, 'parts')
    mkdirSync(parts)
    const file = await openWholeFile(join(folder, 'a.txt'), { partsIn: parts })
    await file.handle.write('whole')
    expect(readdirSync(parts)).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(['parts'])
    await file.commit()
    expect(readdirSync(parts)).toEqual([])
    expect(text(join(folder, 'a.txt'))).toBe('whole')
  })

  it('leaves the old file as it was when it is given up', async () => {
    const path = join(folder, 'a.txt')
    writeFileSync(path, 'old')
    const file = await openWholeFile(path)
    await file.handle.write('half')
    expect(text(path)).toBe('old')
    await file.abort()
    await file.abort()
    expect(text(path)).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })
})

describe('removeParts', () => {
  it('removes old unfinished files and folders, and nothing else', async () => {
    const [old, young, oldFolder] = ['a', 'b', 'c'].map((name) => partPath(join(folder, name))) as [
      string,
      string,
      string,
    ]
    mkdirSync(oldFolder)
    writeFileSync(join(oldFolder, 'file'), '')
    for (const path of [old, young, join(folder, 'a.part'), join(folder, '.hidden')]) writeFileSync(path, '')
    for (const path of [old, oldFolder, join(folder, 'a.part'), join(folder, '.hidden')])
      utimesSync(path, 0, 0)
    await removeParts(folder, 1e6)
    expect(readdirSync(folder).sort()).toEqual(['a.part', '.hidden', basename(young)].sort())
    await removeParts(folder, 0)
    expect(existsSync(young)).toBe(false)
  })
})

describe('checkWritable', () => {
  it('makes neither file nor folder', async () => {
    await checkWritable(join(folder, 'a', 'b', 'c.txt'))
    expect(readdirSync(folder)).toEqual([])
  })

  it('refuses a folder, a name that is too long, a path through a file, and what may not be replaced', async () => {
    const file = join(folder, 'a.txt')
    writeFileSync(file, 'old')
    await expect(checkWritable(folder)).rejects.toThrow('it is a folder')
    await expect(checkWritable(join(folder, 'n'.repeat(300)))).rejects.toThrow('the name is too long')
    await expect(checkWritable(join(folder, 'new', 'n'.repeat(300)))).rejects.toThrow('the name is too long')
    await expect(checkWritable(join(folder, 'new', 'n'.repeat(300), 'a.txt'))).rejects.toThrow(
      'the name is too long',
    )
    await expect(checkWritable(join(file, 'b.txt'))).rejects.toThrow('is a file, not a folder')
    await expect(checkWritable(file, { overwrite: false })).rejects.toThrow('it exists already')
    await checkWritable(file)
  })
})

describe('writeFolderWhole', () => {
  const fill = (content: string) => async (part: string) => {
    writeFileSync(join(part, 'file'), content)
    return content.length
  }

  it('puts a folder in place and replaces an older one whole', async () => {
    const path = join(folder, 'model')
    expect(await writeFolderWhole(path, fill('old'))).toBe(3)
    writeFileSync(join(path, 'left over'), '')
    await writeFolderWhole(path, fill('new'))
    expect(readdirSync(path)).toEqual(['file'])
    expect(text(join(path, 'file'))).toBe('new')
    expect(readdirSync(folder)).toEqual(['model'])
  })

  it('lets several write the same folder at once; one of them stays, whole', async () => {
    const path = join(folder, 'model')
    const writers = Array.from({ length: 8 }, (_, i) => writeFolderWhole(path, fill(`${i}`)))
    await Promise.all(writers)
    expect(readdirSync(path)).toEqual(['file'])
    expect(readdirSync(folder)).toEqual(['model'])
  })

  it('keeps the old folder when filling fails', async () => {
    const path = join(folder, 'model')
    await writeFolderWhole(path, fill('old'))
    const failing = writeFolderWhole(path, async (part) => {
      writeFileSync(join(part, 'file'), 'half')
      throw new Error('broken off')
    })
    await expect(failing).rejects.toThrow('broken off')
    expect(text(join(path, 'file'))).toBe('old')
    expect(readdirSync(folder)).toEqual(['model'])
  })

  it('refuses to replace a file, or a folder that may not be replaced', async () => {
    const path = join(folder, 'model')
    writeFileSync(path, '')
    await expect(writeFolderWhole(path, fill('new'))).rejects.toThrow('a file has that name')
    const other = join(folder, 'other')
    mkdirSync(other)
    await expect(writeFolderWhole(other, fill('new'), { overwrite: false })).rejects.toThrow(
      'it exists already',
    )
    expect(existsSync(join(other, 'file'))).toBe(false)
    expect(readdirSync(folder).sort()).toEqual(['model', 'other'])
  })
})
