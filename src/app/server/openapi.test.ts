import { expect, it } from 'vitest'
import { openApiFaults } from '../../../test/openapi.ts'
import { createApp } from './app.ts'
import { doorsOf } from './guards.ts'
import { ApiKeys } from './keys.ts'
import { defaultLimits } from './limits.ts'
import { Metrics } from './metrics.ts'
import type { AppParts } from './parts.ts'

// Nothing of the service is asked: only what is routed counts.
const app = createApp({
  pages: { page: () => (c) => c.text('page'), assets: (c) => c.text('asset') },
  keys: new ApiKeys('', new Uint8Array(32)),
  limits: defaultLimits,
  doors: () => doorsOf('127.0.0.1', 4810),
  allowed: [],
  metrics: new Metrics(async () => ({ queues: [] })),
  stopping: new AbortController().signal,
} as Partial<AppParts> as AppParts)
const ask = (path: string) => app.request(path, { headers: { host: '127.0.0.1:4810' } })

interface Document {
  readonly paths: Record<string, Record<string, { tags?: string[]; summary?: string; responses: object }>>
  readonly tags: { name: string }[]
}

const document = (await (await ask('/openapi.json')).json()) as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    operation,
  })),
)

it('the document is valid OpenAPI 3.1', async () => {
  expect(await openApiFaults({ ...document })).toEqual([])
})

it('has every route of the server, and no other', () => {
  // The other addresses are pages.
  const isOfApi = (path: string): boolean => /^\/(v1|files|healthz|metrics)\b/.test(path)
  const routes = app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*') && isOfApi(path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`)
  expect([...new Set(routes)].sort()).toEqual(operations.map(({ route }) => route).sort())
  expect(operations.length).toBeGreaterThan(15)
})

it('says of every route what it does, under a known heading', () => {
  const tags = new Set(document.tags.map(({ name }) => name))
  for (const { route, operation } of operations)
    expect([
      route,
      operation.tags?.length,
      tags.has(operation.tags?.[0] ?? ''),
      Boolean(operation.summary),
    ]).toEqual([route, 1, true, true])
})

it('the reference page names every route, and loads nothing but its own style', async () => {
  const page = await (await ask('/docs')).text()
  for (const path of Object.keys(document.paths)) expect(page).toContain(`<code>${path}</code>`)
  expect(page).not.toContain('<script')
  expect([...page.matchAll(/(?:src|href)="([^"#][^"]*)"/g)].map(([, to]) => to)).toEqual([
    'data:,',
    '/docs/style.css',
    '/openapi.json',
  ])
  expect((await ask('/docs/style.css')).headers.get('content-type')).toContain('text/css')
})
