import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestBucket, type TestBucket } from '../../test/bucket.ts'
import { openSmallProxy, throughProxy } from '../../test/proxy.ts'
import { fileStoreContract } from './fileStore.contract.ts'
import { openFileStore } from './open.ts'
import { openFiles } from './stores.ts'

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'files-'))
}

fileStoreContract('a folder', async () => {
  const folder = newFolder()
  return {
    store: await openFileStore({ folder: join(folder, 'new', 'files') }),
    damage(name) {
      const path = join(folder, 'new', 'files', name.slice(0, 2), name)
      const bytes = readFileSync(path)
      bytes[3]! ^= 1
      writeFileSync(path, bytes)
    },
    close: () => rmSync(folder, { recursive: true }),
  }
})

fileStoreContract('a bucket', async () => {
  const bucket = await openTestBucket()
  const store = await openFileStore({ ...bucket, prefix: 'first set/' })
  return {
    store,
    damage: (name) => bucket.damage(`first set/${name}`),
    close: () => bucket.close(),
  }
})

describe('a file store in a folder', () => {
  let folder = ''
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('writes a file anew that something else has cut off', async () => {
    const store = await openFileStore({ folder })
    const bytes = new TextEncoder().encode('whole')
    const name = await store.put(bytes)
    truncateSync(join(folder, name.slice(0, 2), name), 2)
    await store.put(bytes)
    expect(Buffer.from(await store.get(name)).toString()).toBe('whole')
  })

  it('deletes what killed processes left, when it is old, and lists none of it', async () => {
    await openFileStore({ folder })
    const [old, young] = ['old', 'young'].map((each) => join(folder, 'unfinished', each)) as [string, string]
    for (const each of [old, young]) writeFileSync(each, 'half')
    utimesSync(old, 0, 0)
    const store = await openFileStore({ folder })
    expect(readdirSync(join(folder, 'unfinished'))).toEqual(['young'])
    for await (const name of store.names()) expect(name).toBe('none')
  })

  it('says in one line what is in its way', async () => {
    writeFileSync(join(folder, 'file'), '')
    const refusal = openFileStore({ folder: join(folder, 'file', 'below') })
    await expect(refusal).rejects.toMatchObject({ code: 'storage' })
    await expect(refusal).rejects.toThrow(
      /^[^\n]+: cannot make the folder, a part of the path is a file, not a folder, check path and rights$/,
    )
    const store = await openFileStore({ folder })
    mkdirSync(join(folder, 'ba'))
    rmSync(join(folder, 'ba'), { recursive: true })
    writeFileSync(join(folder, 'ba'), 'a file where a folder should be')
    await expect(store.put(new TextEncoder().encode('abc'))).rejects.toThrow(
      /: cannot write, a part of the path is a file/,
    )
    expect(readdirSync(join(folder, 'unfinished'))).toEqual([])
  })

  // A limit on the size of files is the full disk that needs no rights: the write fails in the middle.
  it.skipIf(process.platform === 'win32')('says that the disk is full, and leaves nothing', async () => {
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      'trap \'\' XFSZ; ulimit -f 64; exec "$@"',
      'sh',
      process.execPath,
      '--import',
      'tsx',
      '--conditions=source',
      fileURLToPath(new URL('../../test/jobs/fullDisk.ts', import.meta.url)),
      folder,
    ])
    expect(stdout).toMatch(
      /^disk-full [^\n]+: cannot write, the file is larger than the system allows, free some space\n$/,
    )
    expect(readdirSync(join(folder, 'unfinished'))).toEqual([])
    const store = await openFileStore({ folder })
    const names: string[] = []
    for await (const name of store.names()) names.push(name)
    expect(names.length).toBe(1)
    expect(existsSync(join(folder, names[0]!.slice(0, 2), names[0]!))).toBe(true)
  })
})

describe('a file store in a bucket', () => {
  let bucket: TestBucket
  beforeEach(async () => {
    bucket = await openTestBucket()
  })
  afterEach(() => bucket.close())
  const bytes = new TextEncoder().encode('abc')

  it('asks again when the server is busy or the connection breaks', async () => {
    const store = await openFileStore(bucket)
    bucket.faults = { busy: 3, breaks: 2 }
    const name = await store.put(bytes)
    expect(bucket.faults).toEqual({ busy: 0, breaks: 0 })
    bucket.faults = { breaks: 1 }
    expect(await store.get(name)).toEqual(bytes)
  })

  it('goes through the proxy of the environment', async () => {
    const proxy = await openSmallProxy()
    const { bucket: name, accessKeyId, secretAccessKey } = bucket
    const endpoint = throughProxy(bucket.endpoint)
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    const through = { ...env, HTTP_PROXY: proxy.address }
    const store = await openFiles('', { bucket: { bucket: name, endpoint } }, through)
    const put = await store.put(bytes)
    expect(await store.get(put)).toEqual(bytes)
    const object = `${endpoint}/${name}/${put}`
    expect(proxy.asked).toEqual([`HEAD ${object}`, `PUT ${object}`, `GET ${object}`])
    await proxy.close()
  })

  it('sends bytes once', async () => {
    const store = await openFileStore(bucket)
    await store.put(bytes)
    await store.put(bytes)
    expect(bucket.methods).toEqual(['HEAD', 'PUT', 'HEAD'])
  })

  it('lists page by page, and only what is its own', async () => {
    const store = await openFileStore({ ...bucket, prefix: "a & b's (own) +/" })
    const other = await openFileStore({ ...bucket, prefix: '' })
    await other.put(bytes)
    const put = await Promise.all(Array.from({ length: 10 }, (_, i) => store.put(new Uint8Array([i]))))
    bucket.faults = { page: 3 }
    const names: string[] = []
    for await (const name of store.names()) names.push(name)
    expect(names).toEqual(put.toSorted())
  })

  it.each([
    [{ secretAccessKey: 'wrong' }, 'storage', /cannot look up, got status 403, check keys and their rights$/],
    [
      { bucket: 'unknown' },
      'storage',
      /cannot write, got status 404 \(NoSuchBucket\), check the name of the bucket$/,
    ],
    [
      { endpoint: 'pictures.example' },
      'option',
      /^endpoint: expected https:\/\/host:port, got "pictures.example"$/,
    ],
  ] as const)('says in one line what is wrong with %j', async (options, code, message) => {
    const put = openFileStore({ ...bucket, ...options }).then((store) => store.put(bytes))
    await expect(put).rejects.toMatchObject({ name: 'JobError', code })
    await expect(put).rejects.toThrow(message)
  })
})
