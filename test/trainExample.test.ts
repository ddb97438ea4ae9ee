import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openEditor } from 'pentimento/edit'
import { monochrome, readPicture, resizePicture, writePicture } from 'pentimento/image'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = new URL('../', import.meta.url)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-example-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('docs/training.md shows the example of a LoRA, which trains one that an editor takes', {
  timeout: 300_000,
}, async () => {
  const [page, code] = await Promise.all(
    ['docs/training.md', 'examples/train-lora.ts'].map((path) => readFile(new URL(path, root), 'utf8')),
  )
  expect(page).toContain(`\`\`\`ts\n${code!.slice(code!.indexOf('import'))}\`\`\``)

  const photos = new URL('examples/photos/', root)
  for (const [name, file] of [
    ['street', 'galen-crout-175291.jpg'],
    ['garden', 'jad-limcaco-183877.jpg'],
  ] as const) {
    const photo = resizePicture(await readPicture(fileURLToPath(new URL(file, photos))), {
      width: 160,
      height: 120,
    })
    await writePicture(photo, join(folder, 'photos', `${name}.png`))
    await writePicture(monochrome(photo), join(folder, 'photos', `${name}-grey.png`))
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--import', import.meta.resolve('tsx'), '--conditions=source'],
      fileURLToPath(new URL('examples/train-lora.ts', root)),
    ],
    { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') } },
  )
  const lines = stdout.trim().split('\n')
  expect(lines).toHaveLength(21)
  expect(lines.at(-1)).toMatch(/lora\.safetensors {2}loss \d+\.\d{3}$/)
  const losses = lines.slice(0, 20).map((line) => Number(/loss (.*)$/.exec(line)?.[1]))
  expect(losses.at(-1)).toBeLessThan(losses[0]!)

  const editor = await openEditor('nano', {
    loras: [{ file: join(folder, 'runs/grey/lora.safetensors'), strength: 1 }],
    provider: 'cpu',
    cache: join(folder, 'cache'),
  })
  await editor.close()
})
