import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FileLock, tryLock } from './index.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
  path = join(folder, 'deep', '.lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function taken(): Promise<FileLock> {
  const attempt = await tryLock(path)
  if ('holder' in attempt) throw new Error(`held by ${attempt.holder.pid}`)
  return attempt.lock
}

describe('tryLock', () => {
  it('is held once, says by whom, and can be taken again after its release', async () => {
    const lock = await taken()
    expect(await tryLock(path)).toMatchObject({ holder: { pid: process.pid } })
    await lock.release()
    await lock.release()
    expect(existsSync(path)).toBe(false)
    await (await taken()).release()
  })

  it('goes to one of many that ask at once', async () => {
    const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(path)))
    const locks = attempts.flatMap((attempt) => ('lock' in attempt ? [attempt.lock] : []))
    expect(locks).toHaveLength(1)
    await locks[0]!.release()
  })

  it('is stale when another process has got its id', async () => {
    const lock = await taken()
    const record = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    await lock.release()
    // Without the start of the process only the signs of life count.
    writeFileSync(path, JSON.stringify({ ...record, started: record.started && '1' }))
    if (!record.started) utimesSync(path, 0, 0)
    await (await taken()).release()
  })

  it('of another machine is held as long as there are signs of life', async () => {
    const lock = await taken()
    const record = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    await lock.release()
    writeFileSync(path, JSON.stringify({ ...record, pid: 1, host: 'elsewhere' }))
    expect(await tryLock(path)).toMatchObject({ holder: { pid: 1, host: 'elsewhere' } })
    utimesSync(path, 0, 0)
    await (await taken()).release()
  })

  it('is stale when it is damaged, but not while it is being written', async () => {
    await (await taken()).release()
    writeFileSync(path, '')
    expect(await tryLock(path)).toHaveProperty('holder')
    utimesSync(path, 0, 0)
    await (await taken()).release()
  })
})
