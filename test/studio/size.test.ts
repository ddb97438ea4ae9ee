import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'studio-'))
  await build({
    root: fileURLToPath(new URL('../../studio', import.meta.url)),
    logLevel: 'silent',
    build: { outDir: folder, emptyOutDir: true },
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What a page asks for before it shows something: scripts, those that they import at once, styles. */
function firstLoad(page: string): readonly string[] {
  const html = readFileSync(join(folder, page), 'utf8')
  return [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => path!)
}

describe.each([
  ['index.html', 300],
  ['review.html', 300],
])('%s', (page, most) => {
  it(`needs less than ${most} kB of gzipped files, all of its own server`, () => {
    const files = firstLoad(page)
    expect(files.length).toBeGreaterThan(1)
    expect(files.filter((path) => !path.startsWith('/assets/'))).toEqual([])
    const bytes = files.map((path) => gzipSync(readFileSync(join(folder, path))).length)
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(1000 * most)
  })
})
