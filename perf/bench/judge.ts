/** A judge in a process of its own, so that it takes no time from who asks it: tells its address, then what it counts. */
import { startJudgeServer } from '../../test/bench/judgeServer.ts'

const server = await startJudgeServer(Number(process.argv[2]))
process.send?.(server.url)
process.on('message', () => {
  const { total, asked, busyMilliseconds } = server
  const { user, system } = process.cpuUsage()
  process.send?.({ total, different: asked.size, busyMilliseconds, cpuSeconds: (user + system) / 1e6 })
})
process.on('disconnect', () => process.exit())
