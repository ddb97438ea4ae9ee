import { type ExecFileSyncOptions, execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeFolderWhole } from 'pentimento/files'
import { type PhotoPackage, photoPackages, stampPackage } from './dataset-photos.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache =
  process.env.PENTIMENTO_PHOTOS ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pentimento', 'photos')

const command = (...args: readonly string[]): string[] => [
  ...process.execArgv,
  join(root, 'src/app/main.ts'),
  ...args,
]

/** Runs the command line of this package. @returns its exit code */
export function pentimento(...args: readonly string[]): number {
  const { status, signal } = spawnSync(process.execPath, command(...args), { stdio: 'inherit' })
  return status ?? (signal ? 130 : 1)
}

/** What the command line of this package prints, read as JSON. */
export function pentimentoJson(...args: readonly string[]): unknown {
  const { stdout } = spawnSync(process.execPath, command(...args, '--json'), { maxBuffer: 2 ** 30 })
  return JSON.parse(String(stdout))
}

/** The folder of an unpacked package, downloaded where it is missing; nothing where that does not work. */
async function unpacked({ name, folder, sidecar }: PhotoPackage): Promise<string | undefined> {
  const place = join(cache, name)
  if (!existsSync(join(place, folder))) {
    const download = mkdtempSync(join(tmpdir(), 'pentimento-'))
    const quiet: ExecFileSyncOptions = { cwd: download, stdio: ['ignore', 'ignore', 'pipe'] }
    try {
      console.log(`downloading ${name}`)
      execFileSync('apt-get', ['download', '-qq', name], quiet)
      const archive = readdirSync(download).find((file) => file.endsWith('.deb'))
      if (archive === undefined) throw new Error('apt-get brought no package')
      await writeFolderWhole(
        place,
        async (part) => void execFileSync('dpkg-deb', ['-x', archive, part], quiet),
      )
    } catch (error) {
      const said = String((error as { stderr?: unknown }).stderr ?? '')
        .trim()
        .split('\n')[0]
      console.log(`${name}: left out (${said || (error as Error).message.split('\n')[0]})`)
    } finally {
      rmSync(download, { recursive: true, force: true })
    }
  }
  if (!existsSync(join(place, folder))) return undefined
  if (sidecar !== undefined)
    copyFileSync(join(root, 'examples/sidecars', sidecar), join(place, folder, 'scene.json'))
  return join(place, folder)
}

/** A place of pictures, as a dataset's configuration names it. */
export interface PhotoPlace {
  readonly path: string
  readonly licence: string
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

async function placesOf(packages: readonly PhotoPackage[]): Promise<readonly PhotoPlace[]> {
  const places: PhotoPlace[] = []
  for (const each of packages) {
    const path = await unpacked(each)
    const { licence, include, exclude = [] } = each
    if (path !== undefined) places.push({ path, licence, include, exclude })
  }
  return places
}

/** The photographs of Debian packages, downloaded with apt-get and unpacked without root; none where that does not work. */
export const packagedPhotos = (): Promise<readonly PhotoPlace[]> => placesOf(photoPackages)

/** Cut-outs with alpha of a Debian package; none where apt-get does not work. */
export const packagedCutouts = (): Promise<readonly PhotoPlace[]> => placesOf([stampPackage])

/** The photographs that come with the repository. */
export const ownPhotos: PhotoPlace = {
  path: join(root, 'examples/photos'),
  licence: 'CC0-1.0 or public domain',
}
