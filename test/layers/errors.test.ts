import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** Quoted words of a union type, comments left out. */
const wordsOf = (union: string): string[] =>
  [...union.replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '').matchAll(/'([\w-]+)'/g)].map(([, word]) => word!)

/** `GraphError.shape` and so on: every code of every error class in the sources. */
function codesOfSources(): string[] {
  const files = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return sources.flatMap((file) => {
    const source = read(`src/${file}`)
    return [...source.matchAll(/class (\w+) extends PentimentoError<([^>]+)>/g)].flatMap(([, name, code]) => {
      const union = code!.includes("'") ? code! : typeNamed(code!, source)
      return wordsOf(union).map((word) => `${name}.${word}`)
    })
  })
}

/** What stands behind `type name =`, to the next empty line. */
function typeNamed(name: string, source: string): string {
  const start = source.indexOf(`type ${name} =`)
  expect(start, `type ${name}`).toBeGreaterThan(-1)
  return source.slice(start).split('\n\n')[0]!
}

function codesOfDocument(): string[] {
  return read('docs/errors.md')
    .split('\n## ')
    .slice(1)
    .flatMap((section) => {
      const [name] = section.split('\n')
      return [...section.matchAll(/^\| `([\w-]+)` \| .+ \|$/gm)].map(([, code]) => `${name}.${code}`)
    })
}

it('docs/errors.md has a row for each code of each error class, and no other', () => {
  const found = codesOfSources()
  expect(found.length).toBeGreaterThan(50)
  expect(codesOfDocument().sort()).toEqual(found.sort())
})
