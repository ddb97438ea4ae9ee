import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tryLock } from 'pentimento/files'
import { expect, it } from 'vitest'

it('a lock dies with its process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'))
  const path = join(folder, '.lock')
  const code = `
    import { tryLock } from ${JSON.stringify(new URL('../src/files/index.ts', import.meta.url).href)}
    await tryLock(${JSON.stringify(path)})
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', code],
    { cwd: fileURLToPath(new URL('..', import.meta.url)) },
  )
  await once(child.stdout, 'data')
  expect(await tryLock(path)).toMatchObject({ holder: { pid: child.pid } })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const attempt = await tryLock(path)
  if ('lock' in attempt) await attempt.lock.release()
  expect(attempt).toHaveProperty('lock')
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})
