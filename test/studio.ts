import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type FileLock, tryLock } from 'pentimento/files'
import { type Browser, chromium, type Page } from 'playwright-core'
import { chromiumProgram } from './chromium.ts'

export type { Browser, Page }

const root = fileURLToPath(new URL('..', import.meta.url))
const built = join(root, 'dist/studio')
const cache = join(root, 'node_modules/.cache')

/**
 * Builds the studio into dist/studio, as `npm run build` does, unless it is built from these sources already: files of
 * tests that run at once would replace it below each other.
 */
export async function buildStudio(): Promise<void> {
  const mark = join(cache, 'studio')
  const lock = await waitForLock(join(cache, 'studio.lock'))
  try {
    if (existsSync(mark) && readFileSync(mark, 'utf8') === stateOfStudio()) return
    await buildForProduction()
    rmSync(mark, { force: true })
    writeFileSync(mark, stateOfStudio())
  } finally {
    await lock.release()
  }
}

async function buildForProduction(): Promise<void> {
  const { build } = await import('vite')
  // Vitest's own would have React built for development.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    await build({ root: join(root, 'studio'), logLevel: 'silent' })
  } finally {
    process.env.NODE_ENV = NODE_ENV
  }
}

async function waitForLock(path: string): Promise<FileLock> {
  for (;;) {
    const taken = await tryLock(path)
    if ('lock' in taken) return taken.lock
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Changes where a source or package of the studio, or a built file, does. */
function stateOfStudio(): string {
  const hash = createHash('sha256')
    .update(root)
    .update(readFileSync(join(root, 'package-lock.json')))
  for (const folder of [join(root, 'studio'), built])
    for (const name of existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
      : []) {
      const { size, mtimeMs } = statSync(join(folder, name))
      hash.update(`${name} ${size} ${mtimeMs}\n`)
    }
  return hash.digest('hex')
}

/** The installed Chromium, without a window. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumProgram, args: ['--no-sandbox', '--disable-gpu'] })
}

/** What keeps people out of a page, as axe finds it: the serious and the critical. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  // As an expression: the pages' policy lets no other script in.
  await page.evaluate(`${axe.source}; undefined`)
  const found = await page.evaluate(async () => {
    interface Result {
      readonly violations: readonly {
        readonly id: string
        readonly impact: string
        readonly nodes: readonly { readonly html: string }[]
      }[]
    }
    const { axe: own } = globalThis as unknown as { axe: { run(): Promise<Result> } }
    return (await own.run()).violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0]?.html }))
  })
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html }) => `${id}: ${html}`)
}
