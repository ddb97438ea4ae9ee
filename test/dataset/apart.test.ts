import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { exportDataset, openWorkspace, runDataset, startWorking } from 'pentimento/dataset'
import { expect, it } from 'vitest'
import { openTestBucket } from '../bucket.ts'
import { placeDatabase } from '../database.ts'
import { hasPostgres, startPostgres } from '../postgres.ts'
import { tsx } from '../tsx.ts'
import { smallParts } from './recipes.ts'
import { hashesOf, runHere, writeConfiguration, writeSmallPhotos } from './smallDataset.ts'

/* Machines that share nothing but Postgres and a bucket: processes in network namespaces of their own, each with an empty folder. */

/** A network namespace of its own, in which loopback works. */
const user = process.getuid?.() === 0 ? [] : ['--map-root-user']
const alone = [...user, '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
const canBeAlone = spawnSync('unshare', [...alone, 'true']).status === 0

/** Lets a Unix socket lead to a port of this machine. */
function relay(socket: string, port: number): Promise<Server> {
  const server = createServer((inside) => {
    const outside = connect(port, '127.0.0.1')
    inside.pipe(outside).pipe(inside)
    for (const side of [inside, outside]) side.on('error', () => inside.destroy())
  })
  return new Promise((done) => server.listen(socket, () => done(server)))
}

it.skipIf(!hasPostgres() || !canBeAlone)(
  'machines apart make the same dataset',
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apart-'))
    const postgres = startPostgres()
    const bucket = await openTestBucket()
    const port = Number(new URL(bucket.endpoint).port)
    const socket = join(folder, 'bucket.socket')
    const leading = await relay(socket, port)
    const workers: ChildProcess[] = []
    try {
      await writeSmallPhotos(join(folder, 'photos'), 5)
      const configuration = {
        name: 'apart',
        sources: [{ path: '../photos', licence: 'CC0-1.0' }],
        size: 96,
      }
      const exported = async (workspace: Parameters<typeof exportDataset>[0]) => {
        const output = join(workspace.folder, 'out')
        await exportDataset(workspace, { format: 'parquet', output })
        return hashesOf(output)
      }
      writeConfiguration(join(folder, 'here'), configuration)
      await placeDatabase(join(folder, 'here', 'database'))
      const here = await openWorkspace(join(folder, 'here'), { env: {} })
      await runHere(here, smallParts())
      const expected = await exported(here)
      await here.close()

      const env = {
        ...process.env,
        DATABASE_URL: postgres.url,
        AWS_ACCESS_KEY_ID: bucket.accessKeyId,
        AWS_SECRET_ACCESS_KEY: bucket.secretAccessKey,
      }
      const shared = {
        ...configuration,
        store: { bucket: { bucket: bucket.bucket, endpoint: bucket.endpoint, region: 'us-east-1' } },
      }
      const script = fileURLToPath(new URL('apart.ts', import.meta.url))
      const lines: Promise<IteratorResult<string>>[] = []
      const outputs: AsyncIterator<string>[] = []
      for (const name of ['one', 'two']) {
        // Its own folder, in which `../photos` is not.
        const place = join(folder, name, 'workspace')
        writeConfiguration(place, shared)
        const run = [process.execPath, '--import', tsx, '--conditions=source', script]
        const child = spawn('unshare', [...alone, ...run, place, String(port), socket], {
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        workers.push(child)
        const output = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
        outputs.push(output)
        lines.push(output.next())
      }
      for (const line of lines) expect(JSON.parse((await line).value)).toEqual({ networks: ['lo'] })

      writeConfiguration(join(folder, 'coordinator'), shared)
      const workspace = await openWorkspace(join(folder, 'coordinator'), { env })
      const { signal } = new AbortController()
      const reading = await startWorking(workspace, smallParts(), { stages: ['sources'], signal })
      await runDataset(workspace, smallParts(), { signal, failed: reading.failed })
      await reading.stop()
      expect(await exported(workspace)).toEqual(expected)
      await workspace.close()
      let units = 0
      for (const [i, worker] of workers.entries()) {
        const ended = once(worker, 'exit')
        worker.kill('SIGTERM')
        units += JSON.parse((await outputs[i]!.next()).value).units
        await ended
      }
      expect(units).toBeGreaterThan(10)
    } finally {
      for (const worker of workers) worker.kill('SIGKILL')
      leading.close()
      await bucket.close()
      postgres.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
