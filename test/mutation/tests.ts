import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readImports } from '../layers/imports.ts'

/** The files that a file imports, relative to the root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** Reads the imports between the TypeScript files of some folders. */
export function readImportGraph(root: string, folders: readonly string[]): ImportGraph {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
      .map((path) => join(folder, path)),
  )
  return new Map(
    files.map((file) => {
      const imports = readImports(file, readFileSync(join(root, file), 'utf8'))
      const targets = imports.flatMap(({ specifier, kind }) =>
        kind === 'module' && specifier !== undefined ? [targetOf(file, specifier)] : [],
      )
      return [file, targets.filter((target) => target !== undefined)]
    }),
  )
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(file), specifier)
  return specifier.startsWith('pentimento/') ? `src/${specifier.slice(11)}/index.ts` : undefined
}

/** The tests that import a file, directly or through others: its own, those beside it, then the nearest first. */
export function testsOf(file: string, graph: ImportGraph): string[] {
  const users = new Map<string, string[]>()
  for (const [user, targets] of graph)
    for (const target of targets) users.set(target, [...(users.get(target) ?? []), user])
  const found = new Set([file])
  // A set is walked in the order in which it grows: by distance.
  for (const each of found) for (const user of users.get(each) ?? []) found.add(user)
  const far = (test: string) => {
    if (test === file.replace(/\.ts$/, '.test.ts')) return 0
    return dirname(test) === dirname(file) ? 1 : 2
  }
  return [...found].filter((each) => each.endsWith('.test.ts')).sort((a, b) => far(a) - far(b))
}
