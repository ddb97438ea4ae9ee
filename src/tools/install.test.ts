import { createHash } from 'node:crypto'
import { chmodSync, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack as packTar } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { partPath } from '../files/index.ts'
import { installPack, isInstalled, packFolder, toolsFolder, verifyPack } from './install.ts'
import { exportedLiteral } from './literal.ts'
import { type Pack, packs } from './packs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packs-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** A package file with these files, as npm makes them. */
async function archiveOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = packTar()
  for (const [path, content] of Object.entries(files)) tar.entry({ name: `package/${path}` }, content)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}

const content = {
  'a.bin': 'one',
  'b.bin': 'two',
  'data.js': '!function(){t.exports={a:[1,.5,!0],"b":"x:y"}}',
}

/** A pack of that package. */
function packOf(archive: Buffer, changes: Partial<Pack> = {}): Pack {
  const joined = 'onetwo'
  const json = '{"a":[1,0.5,true],"b":"x:y"}'
  return {
    name: 'small',
    purpose: 'tests',
    package: 'small',
    version: '1.0.0',
    integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
    downloadBytes: archive.length,
    licence: 'MIT',
    source: '',
    files: [
      { name: 'joined.bin', from: ['a.bin', 'b.bin'], bytes: joined.length, sha256: hash(joined) },
      { name: 'data.json', from: ['data.js'], form: 'object', bytes: json.length, sha256: hash(json) },
    ],
    ...changes,
  }
}

/**
 * An npm that copies the archive to where it is told, or does what `script` says: what is tested is what comes of
 * it, the real one is tested where packs are installed.
 */
async function fakeNpm(archive: Buffer, script?: string): Promise<void> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'archive.tgz'), archive)
  const copy = `while [ "$1" != --pack-destination ]; do shift; done; cp "$(dirname "$0")/archive.tgz" "$2/small-1.0.0.tgz"`
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${script ?? copy}\n`)
  chmodSync(join(bin, 'npm'), 0o755)
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`)
}

/** All names below the folder of tools, hidden ones too. */
const names = async (): Promise<string[]> =>
  (await readdir(join(folder, 'tools'), { recursive: true }).catch(() => [])).sort()

const install = (pack: Pack) => installPack(pack, { folder: join(folder, 'tools') })

describe.skipIf(process.platform === 'win32')('installPack', () => {
  it('takes the files out of the package, joined and freed of their scripts', async () => {
    const archive = await archiveOf(content)
    await fakeNpm(archive)
    const pack = packOf(archive)
    const { folder: place, downloaded } = await install(pack)
    expect(downloaded).toBe(true)
    expect(place).toBe(packFolder(join(folder, 'tools'), pack))
    expect(await readFile(join(place, 'joined.bin'), 'utf8')).toBe('onetwo')
    expect(JSON.parse(await readFile(join(place, 'data.json'), 'utf8'))).toEqual({
      a: [1, 0.5, true],
      b: 'x:y',
    })
    expect(isInstalled(join(folder, 'tools'), pack)).toBe(true)
    expect(await names()).toEqual(['small', 'small/1.0.0', 'small/1.0.0/data.json', 'small/1.0.0/joined.bin'])
  })

  it('checks what is there already, and mends what is damaged', async () => {
    const archive = await archiveOf(content)
    await fakeNpm(archive)
    const [pack, tools] = [packOf(archive), join(folder, 'tools')]
    const { folder: place } = await install(pack)
    expect((await install(pack)).downloaded).toBe(false)
    await writeFile(join(place, 'joined.bin'), 'oneTWO')
    expect(isInstalled(tools, pack)).toBe(true)
    expect(await verifyPack(tools, pack)).toEqual([
      expect.stringMatching(/joined\.bin: expected the checksum/),
    ])
    expect((await install(pack)).downloaded).toBe(true)
    expect(await verifyPack(tools, pack)).toEqual([])
    await rm(join(place, 'data.json'))
    expect(isInstalled(tools, pack)).toBe(false)
    expect(await verifyPack(tools, pack)).toEqual([expect.stringMatching(/data\.json: not there$/)])
    await install(pack)
    expect(await verifyPack(tools, pack)).toEqual([])
  })

  it('survives two that install at once', async () => {
    const archive = await archiveOf(content)
    await fakeNpm(archive)
    const pack = packOf(archive)
    await Promise.all([install(pack), install(pack), install(pack)])
    expect(await verifyPack(join(folder, 'tools'), pack)).toEqual([])
    expect(await names()).toHaveLength(4)
  })

  it.each([
    ['another archive', { integrity: 'sha512-AAAA' }, /has the checksum sha512-.*, expected sha512-AAAA/],
    [
      'a missing file',
      { files: [{ name: 'c', from: ['c'], bytes: 1, sha256: '' }] },
      /does not contain c; report it/,
    ],
    [
      'another file',
      { files: [{ name: 'a', from: ['a.bin'], bytes: 3, sha256: 'bad' }] },
      /a has 3 bytes and the checksum [0-9a-f]+, expected 3 and bad/,
    ],
  ])('refuses %s and leaves nothing behind', async (_, changes, message) => {
    const archive = await archiveOf(content)
    await fakeNpm(archive)
    const refusal = install(packOf(archive, changes))
    await expect(refusal).rejects.toMatchObject({ name: 'ToolError', code: 'tool-failed' })
    await expect(refusal).rejects.toThrow(message)
    await expect(refusal).rejects.not.toThrow(/\n/)
    expect(await names()).toEqual(['small'])
  })

  it('keeps what was installed when a later install fails', async () => {
    const archive = await archiveOf(content)
    await fakeNpm(archive)
    const pack = packOf(archive)
    const { folder: place } = await install(pack)
    await writeFile(join(place, 'joined.bin'), 'oneTWO')
    await expect(install({ ...pack, integrity: 'sha512-AAAA' })).rejects.toThrow('sha512-AAAA')
    expect(await readFile(join(place, 'joined.bin'), 'utf8')).toBe('oneTWO')
  })

  it('says in one line what npm says', async () => {
    const archive = await archiveOf(content)
    await fakeNpm(
      archive,
      'echo "npm error code E404" >&2; echo "npm error 404 Not Found - small" >&2; exit 1',
    )
    const refusal = install(packOf(archive))
    await expect(refusal).rejects.toThrow(
      /^small: npm could not download small@1\.0\.0: code E404; 404 Not Found - small; check the connection/,
    )
    expect(await names()).toEqual(['small'])
  })

  it('stops when it is told to, and removes what was begun', async () => {
    const archive = await archiveOf(content)
    await fakeNpm(archive, 'exec sleep 600')
    const cancel = new AbortController()
    const options = { folder: join(folder, 'tools'), signal: cancel.signal }
    const installing = installPack(packOf(archive), {
      ...options,
      onProgress: (stage) => stage === 'download' && setTimeout(() => cancel.abort(), 100),
    })
    await expect(installing).rejects.toMatchObject({ code: 'cancelled' })
    expect(await names()).toEqual(['small'])
  })

  it('clears up after an install that was killed', async () => {
    const archive = await archiveOf(content)
    await fakeNpm(archive)
    const [left, underWay] = [0, 1].map(() => partPath(join(folder, 'tools', 'small', '1.0.0')))
    for (const each of [left!, underWay!]) await mkdir(each, { recursive: true })
    await utimes(left!, 0, 0)
    await install(packOf(archive))
    expect([existsSync(left!), existsSync(underWay!)]).toEqual([false, true])
  })

  it('says where it cannot write', async () => {
    const archive = await archiveOf(content)
    await writeFile(join(folder, 'tools'), 'a file')
    await expect(install(packOf(archive))).rejects.toThrow(
      /^small: cannot be installed in .*small \(.*\); correct that, or set PENTIMENTO_TOOLS/,
    )
  })
})

describe('the packs', () => {
  it('name exact versions, checksums, licences and sources', () => {
    for (const [name, pack] of Object.entries(packs)) {
      expect(pack.name).toBe(name)
      expect(pack.version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
      expect(pack.integrity).toMatch(/^sha512-[\w+/]{86}==$/)
      expect(pack.source).toMatch(/^https:\/\//)
      for (const { sha256, bytes, from } of pack.files) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/)
        expect(bytes).toBeGreaterThan(0)
        expect(from.length).toBeGreaterThan(0)
      }
    }
  })

  it('take weights and data only; one library is run', () => {
    const code = Object.values(packs).flatMap(({ name, files }) =>
      files.filter((file) => /\.[cm]?[jt]s$/.test(file.name)).map((file) => `${name}/${file.name}`),
    )
    expect(code).toEqual(['opencv/opencv.js'])
  })

  it('lie where the environment says', () => {
    expect(toolsFolder({ PENTIMENTO_TOOLS: '/somewhere' })).toBe('/somewhere')
    expect(toolsFolder({ XDG_CACHE_HOME: '/cache' })).toBe(join('/cache', 'pentimento', 'tools'))
    expect(toolsFolder({ PENTIMENTO_CACHE: '/all' })).toBe(join('/all', 'tools'))
    expect(dirname(toolsFolder({}))).toMatch(/\.cache.pentimento$/)
  })
})

describe('exportedLiteral', () => {
  it.each([
    ['t.exports="AAEC"}', 'AAEC'],
    ['module.exports={a:1,"b:c":[-.5,1e3,!1],d:{}};', '{"a":1,"b:c":[-0.5,1000,false],"d":{}}'],
    ['e.exports={a:"{\\"x\\":1}"}', '{"a":"{\\"x\\":1}"}'],
  ])('reads %s', (script, literal) => {
    expect(exportedLiteral(script)).toBe(literal)
  })

  it('finds one by its name', () => {
    const script = 'export const a: string = `first`\nexport const b = "second"'
    expect(exportedLiteral(script, 'b')).toBe('second')
    expect(exportedLiteral(script, 'a')).toBe('first')
  })

  it.each(['exports=run()', 'exports={a:run()}', 'exports={a:1', ''])('refuses %s', (script) => {
    expect(() => exportedLiteral(script)).toThrow(SyntaxError)
  })
})
