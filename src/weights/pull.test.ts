import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hubCommit, openSmallHub, type SmallHub } from '../../test/hub.ts'
import { tryLock } from '../files/index.ts'
import { listHub } from './hub.ts'
import { type PullOptions, pullFiles } from './pull.ts'

const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251)
const small = new TextEncoder().encode('{"a": 1}\n')
const largeHash = createHash('sha256').update(large).digest('hex')

let hub: SmallHub
let folder: string
beforeEach(async () => {
  hub = await openSmallHub({ 'owner/model': { 'sub/large.safetensors': large, 'config.json': small } })
  folder = mkdtempSync(join(tmpdir(), 'pull-'))
})
afterEach(async () => {
  await hub.close()
  rmSync(folder, { recursive: true })
})

async function pull(options: PullOptions & { token?: string } = {}): Promise<void> {
  const { token } = options
  const listing = await listHub(
    { name: 'owner/model', endpoint: hub.endpoint, token },
    { retryDelay: 1, ...options },
  )
  const pulls = listing.files.map((file) => ({ listing, file, target: join(folder, file.path) }))
  await pullFiles(pulls, { retryDelay: 1, ...options })
}

const left = () => readdirSync(folder, { recursive: true }).map(String).sort()
const got = () => readFileSync(join(folder, 'sub/large.safetensors'))
const ranges = () => hub.asked.map(({ range }) => range).filter((range) => range && range !== 'bytes=0-0')

describe('pulling files from a hub', () => {
  it('brings every byte of the commit that the revision names', async () => {
    const told: number[] = []
    await pull({ onProgress: ({ done, total }) => told.push(done / total) })
    expect(left()).toEqual(['config.json', 'sub', 'sub/large.safetensors'])
    expect(Buffer.compare(got(), large)).toBe(0)
    expect(told.at(-1)).toBe(1)
    for (const { path } of hub.asked.slice(1)) expect(path).toContain(hubCommit)
  })

  it('reads datasets, which have addresses and a cache of their own', async () => {
    const repo = { name: 'owner/model', type: 'dataset', endpoint: hub.endpoint } as const
    const listing = await listHub(repo)
    const pulls = listing.files.map((file) => ({ listing, file, target: join(folder, file.path) }))
    await pullFiles(pulls)
    expect(Buffer.compare(got(), large)).toBe(0)
    for (const { path } of hub.asked) expect(path).toMatch(/^\/(api\/)?datasets\/owner\/model\//)
    rmSync(join(folder, 'sub'), { recursive: true })
    mkdirSync(join(folder, 'cache/datasets--owner--model/blobs'), { recursive: true })
    writeFileSync(join(folder, 'cache/datasets--owner--model/blobs', largeHash), large)
    const before = hub.asked.length
    await pullFiles(pulls, { hubCache: join(folder, 'cache') })
    expect(hub.asked).toHaveLength(before)
    expect(Buffer.compare(got(), large)).toBe(0)
  })

  it('goes on after connections that break', async () => {
    hub.faults = { breakAfter: 70_000, breaks: 3 }
    await pull()
    expect(Buffer.compare(got(), large)).toBe(0)
    expect(ranges()).toEqual(['bytes=70000-299999', 'bytes=140000-299999', 'bytes=210000-299999'])
  })

  it('gives up on a hub that never gets further, and goes on from there in another run', async () => {
    hub.faults = { breakAfter: 100_000, breaks: 1 }
    const broken = pull({ tries: 1 })
    await expect(broken).rejects.toMatchObject({ code: 'network' })
    await expect(broken).rejects.toThrow(/large\.safetensors.*run it again to continue$/)
    expect(left().find((name) => name.endsWith('.part'))).toBeDefined()
    expect(left()).not.toContain('sub/large.safetensors')
    hub.asked.length = 0
    await pull()
    expect(ranges()).toEqual(['bytes=100000-299999'])
    expect(Buffer.compare(got(), large)).toBe(0)
  })

  it('downloads nothing that is there already, and mends what is not right', async () => {
    await pull()
    hub.asked.length = 0
    await pull()
    expect(hub.asked.filter(({ path }) => path.includes('/resolve/'))).toEqual([])
    const spoilt = got()
    spoilt[5]! ^= 1
    writeFileSync(join(folder, 'sub/large.safetensors'), spoilt)
    await pull()
    expect(Buffer.compare(got(), large)).toBe(0)
  })

  it('begins anew when the part that was there is spoilt', async () => {
    mkdirSync(join(folder, 'sub'))
    const part = join(folder, `sub/large.safetensors.${largeHash.slice(0, 12)}.part`)
    writeFileSync(part, new Uint8Array(1000))
    await pull()
    expect(Buffer.compare(got(), large)).toBe(0)
    expect(left().filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it.each([
    [
      'another content of the same size',
      { content: large.map((byte) => byte ^ 1) },
      'checksum',
      /has the checksum/,
    ],
    ['another size', { toldSize: 299_999 }, 'checksum', /has 299999 bytes, expected 300000/],
    [
      'a longer content',
      { content: new Uint8Array(300_001), toldSize: 300_000 },
      'checksum',
      /checksum|is longer than/,
    ],
    ['ranges it does not heed', { breakAfter: 1000, breaks: 1, ignoresRanges: true }, 'network', /from 0 on/],
    [
      'more than the disk can hold',
      { listsSize: 1e16 },
      'io',
      /remain to be downloaded, but only .* are free; free some space/,
    ],
    ['401', { status: 401 }, 'access', /set HF_TOKEN/],
    ['403', { status: 403 }, 'access', /private or gated/],
    ['404', { status: 404 }, 'missing', /not found at http/],
    ['500', { status: 500 }, 'network', /status 500/],
    ['a name that leads out of the folder', { alsoLists: '../evil.json' }, 'network', /points outside/],
    ['an absolute name', { alsoLists: '/evil.json' }, 'network', /points outside/],
  ])('refuses a hub that gives %s, in one line, and leaves no file', async (_, faults, code, message) => {
    hub.faults = faults
    const error = await pull({ tries: 2 }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'WeightsError', code })
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toContain('\n')
    expect(left()).not.toContain('sub/large.safetensors')
  })

  it('shows the token to the hub alone', async () => {
    const other = await openSmallHub({
      'owner/model': { 'sub/large.safetensors': large, 'config.json': small },
    })
    hub.faults = { redirectTo: other.endpoint }
    await pull({ token: 'hf_secret' })
    expect(Buffer.compare(got(), large)).toBe(0)
    expect(new Set(hub.asked.map(({ token }) => token))).toEqual(new Set(['Bearer hf_secret']))
    expect(other.asked.length).toBeGreaterThan(0)
    expect(other.asked.map(({ token }) => token).filter(Boolean)).toEqual([])
    await other.close()
  })

  it('stops when it is cancelled, and keeps the part', async () => {
    const cancel = new AbortController()
    hub.faults = { breakAfter: 100_000, breaks: 100 }
    const pulling = pull({
      signal: cancel.signal,
      onProgress: ({ done }) => done > 50_000 && cancel.abort(),
    })
    await expect(pulling).rejects.toMatchObject({ code: 'aborted' })
    expect(left()).not.toContain('sub/large.safetensors')
  })

  it('asks a busy hub again, in the listing and in the files', async () => {
    hub.faults = { statuses: [429, 503, 429] }
    await pull()
    expect(hub.asked.filter(({ path }) => path.includes('/revision/'))).toHaveLength(4)
    hub.faults = { statuses: [429] }
    rmSync(join(folder, 'config.json'))
    const listing = await listHub({ name: 'owner/model', endpoint: hub.endpoint }, { retryDelay: 1 })
    hub.faults = { statuses: [429, 429] }
    await pullFiles(
      listing.files.map((file) => ({ listing, file, target: join(folder, file.path) })),
      { retryDelay: 1 },
    )
    expect(left()).toContain('config.json')
  })

  it('waits as long as a busy hub asks for', async () => {
    hub.faults = { statuses: [429], retryAfter: 1 }
    const started = performance.now()
    await pull()
    expect(performance.now() - started).toBeGreaterThan(990)
  })

  it('shares a download with another that is under way', async () => {
    hub.faults = { breakAfter: 100_000, breaks: 1 }
    await Promise.all([pull({ retryDelay: 50 }), pull({ retryDelay: 50 }), pull({ retryDelay: 50 })])
    expect(left()).toEqual(['config.json', 'sub', 'sub/large.safetensors'])
    expect(Buffer.compare(got(), large)).toBe(0)
    // One of them has downloaded everything: no byte was asked for twice.
    expect(ranges()).toEqual(['bytes=100000-299999'])
  })

  it('takes over from a download whose process has died', async () => {
    mkdirSync(join(folder, 'sub'))
    const part = join(folder, `sub/large.safetensors.${largeHash.slice(0, 12)}.part`)
    writeFileSync(part, large.subarray(0, 200_000))
    writeFileSync(`${part}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), ...ownNamespace() }))
    await pull()
    expect(ranges()).toEqual(['bytes=200000-299999'])
    expect(left()).toEqual(['config.json', 'sub', 'sub/large.safetensors'])
  })

  it('can be cancelled while it waits for another', async () => {
    const part = join(folder, `sub/large.safetensors.${largeHash.slice(0, 12)}.part`)
    const other = await tryLock(`${part}.lock`)
    const cancel = new AbortController()
    setTimeout(() => cancel.abort(), 50)
    await expect(pull({ signal: cancel.signal })).rejects.toMatchObject({ code: 'aborted' })
    if ('lock' in other) await other.lock.release()
    expect(left()).toEqual(['sub'])
  })

  it("takes files that Hugging Face's tools have downloaded", async () => {
    const cache = join(folder, 'cache')
    const blobs = join(cache, 'models--owner--model', 'blobs')
    mkdirSync(blobs, { recursive: true })
    writeFileSync(join(blobs, largeHash), large)
    await pull({ hubCache: cache })
    expect(hub.asked.filter(({ path }) => path.endsWith('.safetensors'))).toEqual([])
    expect(ranges()).toEqual([])
    expect(Buffer.compare(got(), large)).toBe(0)
  })
})

/** The namespace of process ids as a lock file names it. */
function ownNamespace(): object {
  try {
    return { namespace: readlinkSync('/proc/self/ns/pid') }
  } catch {
    return { namespace: '' }
  }
}
