import { readdir, readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context, Handler } from 'hono'
import { UsageError } from '../failure.ts'
import { refuse } from './guards.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** The built pages (`index` is the studio) and their files. */
export interface Pages {
  /** A page by its name, without ending; never kept by browsers. @throws Error where there is none */
  page(name: string): Handler
  /** Files of `/assets/…`, whose names tell their content; kept by browsers for ever. */
  readonly assets: Handler
}

/**
 * Reads the built pages into memory: several hundred kB.
 * @throws UsageError where it was not built
 */
export async function readPages(
  folder: string = fileURLToPath(new URL('../../../dist/studio', import.meta.url)),
): Promise<Pages> {
  const pages = new Map<string, Buffer<ArrayBuffer>>()
  for (const name of await pageNames(folder))
    pages.set(basename(name, '.html'), await readFile(`${folder}/${name}`))
  const files = new Map<string, Buffer<ArrayBuffer>>()
  for (const name of await readdir(`${folder}/assets`))
    files.set(name, await readFile(`${folder}/assets/${name}`))
  return {
    page: (name) => {
      const html = pages.get(name)
      if (!html) throw new Error(`internal: no page '${name}' in ${folder}`)
      return (c: Context) =>
        c.body(html, 200, { 'content-type': types['.html']!, 'cache-control': 'no-store' })
    },
    assets: (c: Context) => {
      const name = c.req.path.slice('/assets/'.length)
      const file = files.get(name)
      if (!file) return refuse(c, 404, 'missing', `no file ${name}`)
      return c.body(file, 200, {
        'content-type': types[extname(name)] ?? 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
      })
    },
  }
}

async function pageNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw notBuilt(folder, error.code, error)
  })
  const pages = names.filter((name) => extname(name) === '.html')
  if (pages.length === 0) throw notBuilt(folder, 'no page')
  return pages
}

const notBuilt = (folder: string, why: string | undefined, cause?: Error): UsageError =>
  new UsageError(
    `${folder}: the pages are not built (${why}); run 'npm run build:studio' in a clone of Pentimento`,
    { cause },
  )
