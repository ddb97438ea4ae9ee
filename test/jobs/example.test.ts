import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'example-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function run(): Promise<string> {
  const file = fileURLToPath(new URL('examples/jobs.ts', root))
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=source', file]
  return promisify(execFile)(process.execPath, args, { cwd: folder }).then(({ stdout }) => stdout)
}

it('docs/jobs.md shows the example as it is, and what it prints the first time and the second', async () => {
  const page = readFileSync(new URL('docs/jobs.md', root), 'utf8')
  const code = readFileSync(new URL('examples/jobs.ts', root), 'utf8')
  expect(page).toContain(`\`\`\`ts\n${code}\`\`\``)
  const first = await run()
  expect(page).toContain(`It prints\n\n\`\`\`\n${first}\`\`\``)
  expect(await run()).toBe(first.replace('added: 4, known: 0', 'added: 0, known: 4'))
})
