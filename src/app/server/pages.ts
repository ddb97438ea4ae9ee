import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
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

/** The built studio: its start page and its files. */
export interface Pages {
  /** The start page; never kept by browsers. */
  readonly start: Handler
  /** Files of `/assets/…`, whose names tell their content; kept by browsers for ever. */
  readonly assets: Handler
}

/**
 * Reads the built studio into memory: a few hundred kB.
 * @throws UsageError where it was not built
 */
export async function readPages(
  folder: string = fileURLToPath(new URL('../../../dist/studio', import.meta.url)),
): Promise<Pages> {
  const html = await readFile(`${folder}/index.html`).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${folder}: the pages are not built (${error.code}); run 'npm run build:studio' in a clone of Pentimento`,
      { cause: error },
    )
  })
  const names = await readdir(`${folder}/assets`)
  const files = new Map<string, Buffer<ArrayBuffer>>()
  for (const name of names) files.set(name, await readFile(`${folder}/assets/${name}`))
  return {
    start: (c: Context) =>
      c.body(html, 200, { 'content-type': types['.html']!, 'cache-control': 'no-store' }),
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
