/**
 * A worker process for tests in a network namespace of its own: of the network it has an empty loopback, on which it
 * listens in place of the bucket and passes on what comes through a Unix socket. Postgres is a Unix socket already.
 *
 * Arguments: the workspace, the bucket's port, and the socket that leads to it.
 */
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { openWorkspace, stages, startWorking } from '../../src/dataset/index.ts'
import { smallParts } from './recipes.ts'

const [, , folder = '', port = '', socket = ''] = process.argv
await new Promise<void>((done) =>
  createServer((inside) => {
    const outside = connect(socket)
    inside.pipe(outside).pipe(inside)
    const end = (): void => {
      inside.destroy()
      outside.destroy()
    }
    for (const side of [inside, outside]) side.on('error', end).on('close', end)
  }).listen(Number(port), '127.0.0.1', done),
)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const workspace = await openWorkspace(folder, { env: process.env })
let units = 0
const working = await startWorking(workspace, smallParts(), {
  // The photographs are elsewhere.
  stages: stages.filter((stage) => stage !== 'sources'),
  signal: stop.signal,
  onUnit: () => units++,
})
process.stdout.write(`${JSON.stringify({ networks: Object.keys(networkInterfaces()) })}\n`)
await new Promise((done) => stop.signal.addEventListener('abort', done))
await working.stop()
await workspace.close()
process.stdout.write(`${JSON.stringify({ units })}\n`)
process.exit()
