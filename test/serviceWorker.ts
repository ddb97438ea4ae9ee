import { openTestService } from './service.ts'

/** A worker in a process of its own, for tests that kill it: `serviceWorker.ts <folder> <url>`; it says when it works. */
const [folder = '', url] = process.argv.slice(2)
const service = await openTestService({ folder, url, leaseSeconds: 1 })
await service.work()
process.send?.('ready')
