import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFile(new URL(path, root), 'utf8')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('docs/first-network.md shows the example as it is, in forty lines, and what it prints', async () => {
  const [page, code] = await Promise.all(['docs/first-network.md', 'examples/first-network.ts'].map(read))
  expect(page).toContain(`\`\`\`ts\n${code}\`\`\``)
  expect(code!.trimEnd().split('\n').length).toBeLessThanOrEqual(40)

  const example = fileURLToPath(new URL('examples/first-network.ts', root))
  const tsx = import.meta.resolve('tsx')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', tsx, '--conditions=source', example],
    {
      cwd: folder,
    },
  )
  const lines = stdout.trim().split('\n')
  const printed = page!
    .split('```\n')
    .find((block) => block.startsWith('step 0'))!
    .trim()
    .split('\n')
  // Losses may differ in their last digits between machines: the words and three digits are held.
  const short = (line: string) => line.replace(/\d+\.\d+/g, (number) => Number(number).toPrecision(2))
  expect(lines.map(short)).toEqual(printed.map(short))
})
