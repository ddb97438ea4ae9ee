import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { chromiumProgram } from './chromium.ts'

export type { Browser, Page }

/** Builds the studio into a folder, by default dist/studio, as `npm run build` does; a second. */
export async function buildStudio(folder?: string): Promise<void> {
  // Vitest's own would have React built for development.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    await build({
      root: fileURLToPath(new URL('../studio', import.meta.url)),
      logLevel: 'silent',
      ...(folder !== undefined && { build: { outDir: folder, emptyOutDir: true } }),
    })
  } finally {
    process.env.NODE_ENV = NODE_ENV
  }
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
