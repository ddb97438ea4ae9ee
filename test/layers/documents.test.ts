import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (page: string): string => readFileSync(new URL(page, root), 'utf8')
const under = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  )
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'nano/NOTES.md',
  ...under('docs/')
    .filter((path) => path.endsWith('.md') && !/^(api|reference)\//.test(path))
    .map((path) => `docs/${path}`),
]

it('documents name only source files that exist', () => {
  const folders = ['src/', 'studio/src/', 'test/', 'perf/', 'nano/', 'examples/']
  const files = folders.flatMap((folder) => under(folder).map((path) => `/${folder}${path}`))
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/`([\w./-]*\w\.(?:ts|tsx|as))`/g)].map(([, file]) => ({ page, file })),
  )
  expect(named.length).toBeGreaterThan(100)
  expect(named.filter(({ file }) => !files.some((path) => path.endsWith(`/${file}`)))).toEqual([])
})

it('links of documents lead to files that exist', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s]+)/g)]
      .map(([, link]) => ({ page, link: link! }))
      .filter(({ link }) => !/^[a-z]+:/.test(link)),
  )
  expect(links.length).toBeGreaterThan(100)
  expect(links.filter(({ page, link }) => !existsSync(new URL(link, new URL(page, root))))).toEqual([])
})
