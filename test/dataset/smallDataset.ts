import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Parts, type Plan, runDataset, startWorking, type Workspace } from 'pentimento/dataset'
import { readPicture, resizePicture, writePicture } from 'pentimento/image'

const photos = fileURLToPath(new URL('../pictures/photos', import.meta.url))

/** Some of the photographs for tests, made small, in a folder. */
export async function writeSmallPhotos(folder: string, count: number, width = 144): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const names = readdirSync(photos).filter((name) => name.endsWith('.jpg'))
  for (const name of names.sort().slice(0, count)) {
    const photo = await readPicture(join(photos, name))
    const height = Math.round((photo.height * width) / photo.width)
    const file = join(folder, name.replace('.jpg', '.png'))
    await writePicture(resizePicture(photo, { width, height }), file)
  }
}

/** A workspace's configuration file. */
export function writeConfiguration(folder: string, content: object): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'pentimento.dataset.json'), JSON.stringify(content))
}

/** Runs a dataset with the workers of this process to its end, or until the signal. */
export async function runHere(
  workspace: Workspace,
  parts: Parts,
  {
    signal = new AbortController().signal,
    concurrency = 1,
    onUnit = () => {},
  }: {
    signal?: AbortSignal
    concurrency?: number
    onUnit?: () => void
  } = {},
): Promise<Plan> {
  const working = await startWorking(workspace, parts, { signal, concurrency, onUnit })
  try {
    return await runDataset(workspace, parts, { signal, failed: working.failed })
  } finally {
    await working.stop({ abort: true })
  }
}

/** The SHA-256 of every file below a folder. */
export function hashesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    entries
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [
        relative(folder, join(folder, path)),
        createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
      ]),
  )
}
