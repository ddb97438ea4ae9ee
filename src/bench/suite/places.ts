import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultCache } from '../../files/index.ts'
import { BenchError } from '../error.ts'

/** The name of the suite that comes with the package. */
export const embeddedSuite = 'embedded'

/** Names of the files of a suite. */
export const factsFile = 'suite.json'
export const itemsFile = 'items.jsonl'

/** The location of a suite. */
export interface SuitePlace {
  readonly folder: string
  /** The folder that the paths of its items belong to: the suite's own; of the embedded one, that of the package. */
  readonly pictures: string
}

/** The folder that pulled suites lie in, by name: `PENTIMENTO_SUITES`, or a folder of the cache. */
export function suitesFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.PENTIMENTO_SUITES || join(defaultCache(env), 'suites')
}

/**
 * The place of a suite: `embedded`, a folder, or the name of a pulled one.
 * @throws BenchError `suite` that lists the installed ones
 */
export async function findSuite(nameOrFolder: string, suites: string): Promise<SuitePlace> {
  if (nameOrFolder === embeddedSuite) {
    const folder = fileURLToPath(new URL('../../../suites/embedded', import.meta.url))
    return { folder, pictures: join(folder, '..', '..') }
  }
  for (const folder of [nameOrFolder, join(suites, nameOrFolder)]) {
    const file = await stat(join(folder, factsFile)).catch(() => undefined)
    if (file) return { folder, pictures: folder }
  }
  const there = await stat(nameOrFolder).catch(() => undefined)
  if (there?.isDirectory())
    throw new BenchError(
      'suite',
      `${nameOrFolder}: expected a suite's folder, got one without ${factsFile}; 'pentimento bench pull <suite> --from ${nameOrFolder}' makes one of published files`,
    )
  const names = [embeddedSuite, ...(await installedSuites(suites))]
  throw new BenchError(
    'suite',
    `${nameOrFolder}: no such suite; expected a suite's folder, or one of ${names.join(', ')} (of ${suites}); 'pentimento bench pull' lists those that can be pulled`,
  )
}

/** The names of the pulled suites. */
export async function installedSuites(suites: string): Promise<readonly string[]> {
  const names = await readdir(suites).catch(() => [])
  const found = await Promise.all(
    names.map(
      async (name) =>
        !name.startsWith('.') && (await stat(join(suites, name, factsFile)).catch(() => undefined)),
    ),
  )
  return names.filter((_, i) => found[i]).sort()
}
