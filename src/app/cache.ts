import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Argument, type Command } from 'commander'
import { modelsFolder } from '../edit/index.ts'
import { defaultCache, FileError, fileError } from '../files/index.ts'
import { bytesText, type Terminal } from './terminal.ts'

/** Folders of the cache that are rebuilt automatically, with their purpose. */
const rebuilt = {
  quantized: 'copies of models in int8 and int4',
  merged: 'weights with merged LoRAs',
  identities: 'checksums of large files',
} as const

type Kind = keyof typeof rebuilt

/** Downloads, which `cache clear` never removes. */
const downloaded: Readonly<Record<string, string>> = {
  models: "downloaded models, see 'pentimento models'",
  tools: "vision tools, see 'pentimento tools list'",
}

interface CachedKind {
  readonly kind: string
  readonly why: string
  readonly folder: string
  readonly files: number
  readonly bytes: number
  /** Whether `cache clear` removes it. */
  readonly clears: boolean
}

/** `pentimento cache list | size | clear` */
export function cacheCommand(program: Command, terminal: Terminal): void {
  const cache = program
    .command('cache')
    .description('list, measure or clear the cache')
    .addHelpText('after', '\nEnvironment: PENTIMENTO_CACHE, the cache folder.')
  cache
    .command('list', { isDefault: true })
    .description('list the contents of the cache, their size and purpose')
    .option('--json', 'print the list as JSON')
    .action(async ({ json }: { json?: true }) => {
      const folder = defaultCache(terminal.env)
      const kinds = await cachedKinds(terminal.env)
      if (json) terminal.out(`${JSON.stringify({ folder, bytes: bytesOf(kinds), kinds })}\n`)
      else {
        for (const kind of kinds) terminal.out(kindText(kind))
        terminal.out(`${folder}  ${bytesText(bytesOf(kinds))}\n`)
      }
    })
  cache
    .command('size')
    .description('print the size of the cache in bytes')
    .action(async () => terminal.out(`${bytesOf(await cachedKinds(terminal.env))}\n`))
  cache
    .command('clear')
    .description('remove everything that can be recomputed; models and tools are kept')
    .addArgument(new Argument('[kinds...]', 'what to remove (default: all)').choices(Object.keys(rebuilt)))
    .action((kinds: readonly Kind[]) => clear(kinds, terminal))
}

async function clear(kinds: readonly Kind[], terminal: Terminal): Promise<void> {
  const chosen = (await cachedKinds(terminal.env)).filter(
    ({ kind, clears }) => clears && (kinds.length === 0 || kinds.some((each) => each === kind)),
  )
  for (const { folder } of chosen)
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      throw fileError(folder, 'remove it', error)
    })
  terminal.out(
    `${bytesText(bytesOf(chosen))} in ${chosen.reduce((sum, { files }) => sum + files, 0)} files removed\n`,
  )
}

const bytesOf = (kinds: readonly CachedKind[]): number => kinds.reduce((sum, { bytes }) => sum + bytes, 0)

function kindText({ kind, why, files, bytes, clears }: CachedKind): string {
  const stays = clears ? '' : ', not cleared'
  return `${kind.padEnd(12)}${bytesText(bytes).padStart(10)} in ${files} files${stays}  ${why}\n`
}

/** The existing folders of the cache with their sizes. */
export async function cachedKinds(env: NodeJS.ProcessEnv): Promise<readonly CachedKind[]> {
  const root = defaultCache(env)
  const kinds: CachedKind[] = []
  for (const name of await foldersIn(root)) {
    const why = rebuilt[name as Kind] ?? downloaded[name] ?? 'not from Pentimento'
    const folder = join(root, name)
    kinds.push({ kind: name, why, folder, clears: name in rebuilt, ...(await sizeOf(folder)) })
  }
  // Models may be stored elsewhere.
  const models = modelsFolder(env)
  if (models !== join(root, 'models') && (await foldersIn(models)).length > 0)
    kinds.push({
      kind: 'models',
      why: downloaded.models!,
      folder: models,
      clears: false,
      ...(await sizeOf(models)),
    })
  return kinds
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const failure = fileError(folder, 'read it', error)
    if (failure instanceof FileError && failure.code === 'missing') return []
    throw failure
  })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

async function sizeOf(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(
      async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(() => undefined))?.size ?? 0,
    ),
  )
  return { files: files.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
