import { spawnSync } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { judgeAudit } from './judgeAudit.ts'

// Audits what is installed with Pentimento; tools of development are not.
for (let attempt = 1; ; attempt++) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const { verdict, lines } = judgeAudit(stdout ?? '')
  if (verdict === 'again' && attempt < 3) {
    await setTimeout(attempt * 5000)
    continue
  }
  for (const line of lines) console.log(line)
  process.exitCode = verdict === 'ok' || verdict === 'not audited' ? 0 : 1
  break
}
