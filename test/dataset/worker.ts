/** A worker process for tests: works on a workspace's queues with the small recipes until it is told to stop. */
import { openWorkspace, startWorking } from '../../src/dataset/index.ts'
import { smallParts } from './recipes.ts'

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const workspace = await openWorkspace(process.argv[2]!, { env: process.env })
const working = await startWorking(workspace, smallParts(), { signal: stop.signal })
process.stdout.write('ready\n')
await new Promise((done) => stop.signal.addEventListener('abort', done))
await working.stop()
await workspace.close()
