import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readPicture } from 'pentimento/image'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeTinyCheckpoint } from './tinyCheckpoint.ts'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFile(new URL(path, root), 'utf8')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Runs an example as a user does, from the folder of this test. */
function runExample(path: string, env: NodeJS.ProcessEnv = {}): Promise<{ readonly stdout: string }> {
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=source']
  return promisify(execFile)(process.execPath, [...args, fileURLToPath(new URL(path, root))], {
    cwd: folder,
    env: { ...process.env, ...env },
  })
}

it('README.md shows the edit as it is, and it runs with the model that was pulled', async () => {
  const [page, code] = await Promise.all(['README.md', 'examples/edit.ts'].map(read))
  expect(page).toContain(`\`\`\`ts\n${code}\`\`\``)
  expect(page!.trimEnd().split('\n').length).toBeLessThanOrEqual(120)
  // In the place of the 42 GB: the tiny checkpoint, under the same name, with few steps.
  const model = join(folder, 'models', 'step1x-edit-v1.1')
  await writeTinyCheckpoint(model, 'step1x-edit-v1p1-official')
  const hints = JSON.parse(await readFile(join(model, 'pentimento.json'), 'utf8')) as object
  await writeFile(
    join(model, 'pentimento.json'),
    JSON.stringify({ ...hints, defaults: { steps: 2, size: 64 } }),
  )
  await copyFile(new URL('test/pictures/turned.jpg', root), join(folder, 'photo.jpg'))
  await runExample('examples/edit.ts', {
    PENTIMENTO_MODELS: join(folder, 'models'),
    PENTIMENTO_CACHE: join(folder, 'cache'),
  })
  expect(await readPicture(join(folder, 'winter.png'))).toMatchObject({ width: 56, height: 72 })
})

it('docs/first-network.md shows the example as it is, in forty lines, and what it prints', async () => {
  const [page, code] = await Promise.all(['docs/first-network.md', 'examples/first-network.ts'].map(read))
  expect(page).toContain(`\`\`\`ts\n${code}\`\`\``)
  expect(code!.trimEnd().split('\n').length).toBeLessThanOrEqual(40)

  const { stdout } = await runExample('examples/first-network.ts')
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
