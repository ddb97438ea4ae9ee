import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isComplete } from 'pentimento/weights'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hubCertificate, openSmallHub, type SmallHub } from './hub.ts'
import { openSmallProxy, throughProxy } from './proxy.ts'

/* `pentimento pull` in processes of its own: through a proxy to a hub that speaks HTTPS, twice at once, and killed. */

const root = fileURLToPath(new URL('..', import.meta.url))
const weights = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) % 251)

let hub: SmallHub
let folder: string
beforeEach(async () => {
  hub = await openSmallHub({ 'owner/model': { 'model.safetensors': weights } }, true)
  folder = mkdtempSync(join(tmpdir(), 'pull-command-'))
})
afterEach(async () => {
  await hub.close()
  rmSync(folder, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

function pulling(env: NodeJS.ProcessEnv = {}): {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
} {
  const child = spawn(
    process.execPath,
    [
      ...['--import', import.meta.resolve('tsx'), '--conditions=source'],
      ...[join(root, 'src/app/main.ts'), 'pull', 'owner/model', '-o', join(folder, 'model')],
    ],
    {
      env: {
        PATH: process.env.PATH,
        HF_ENDPOINT: hub.endpoint,
        HF_HOME: join(folder, 'hf'),
        NODE_EXTRA_CA_CERTS: fileURLToPath(hubCertificate),
        ...env,
      },
    },
  )
  let [out, error] = ['', '']
  child.stdout.on('data', (text) => {
    out += text
  })
  child.stderr.on('data', (text) => {
    error += text
  })
  return {
    child,
    ended: new Promise((done) => {
      child.on('close', (code) => done({ code, out, error }))
    }),
  }
}

const got = () => readFileSync(join(folder, 'model', 'model.safetensors'))

describe('pentimento pull', () => {
  it('goes through the tunnel of HTTPS_PROXY', async () => {
    const proxy = await openSmallProxy()
    const { code, error } = await pulling({
      HTTPS_PROXY: proxy.address,
      HF_ENDPOINT: throughProxy(hub.endpoint),
    }).ended
    expect(code, error).toBe(0)
    expect(got().equals(weights)).toBe(true)
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${new URL(throughProxy(hub.endpoint)).host}`]))
    await proxy.close()
  })

  it('ends well twice at once, one after a kill', async () => {
    hub.faults = { breakAfter: 1_000_000, breaks: 1 }
    const first = pulling()
    while (!hub.asked.some(({ range }) => range === 'bytes=1000000-2999999'))
      await new Promise((done) => setTimeout(done, 20))
    first.child.kill('SIGKILL')
    await first.ended
    hub.faults = { breakAfter: 500_000, breaks: 2 }
    const both = await Promise.all([pulling().ended, pulling().ended])
    for (const { code, error } of both) expect(code, error).toBe(0)
    expect(got().equals(weights)).toBe(true)
    expect(await isComplete(join(folder, 'model'))).toBe(true)
    expect(readdirSync(join(folder, 'model')).sort()).toEqual(['.pentimento-pull.json', 'model.safetensors'])
  })
})
