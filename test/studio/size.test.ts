import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { buildStudio } from '../studio.ts'

const most = 300_000

const folder = fileURLToPath(new URL('../../dist/studio', import.meta.url))
beforeAll(() => buildStudio())

/** What a page asks for before it shows something: scripts, those that they import at once, styles. */
function firstLoad(page: string): readonly string[] {
  const html = readFileSync(join(folder, page), 'utf8')
  return [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => path!)
}

it.each(['index', 'review', 'study', 'arena'])(
  `the page %s needs less than ${most / 1000} kB of gzipped files, all of its own server`,
  (page) => {
    const files = firstLoad(`${page}.html`)
    expect(files.length).toBeGreaterThan(1)
    expect(files.filter((path) => !path.startsWith('/assets/'))).toEqual([])
    const bytes = files.map((path) => gzipSync(readFileSync(join(folder, path))).length)
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(most)
  },
)
