import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
function unpacked({ name, folder }: PhotoPackage): string | undefined {
  const place = join(cache, name)
  if (!existsSync(join(place, folder))) {
    const part = join(cache, `.${name}.part`)
    try {
      rmSync(part, { recursive: true, force: true })
      mkdirSync(part, { recursive: true })
      console.log(`downloading ${name}`)
      execFileSync('apt-get', ['download', '-qq', name], { cwd: part, stdio: ['ignore', 'ignore', 'pipe'] })
      const archive = readdirSync(part).find((file) => file.endsWith('.deb'))
      if (archive === undefined) throw new Error('apt-get brought no package')
      execFileSync('dpkg-deb', ['-x', archive, 'content'], { cwd: part, stdio: ['ignore', 'ignore', 'pipe'] })
      rmSync(place, { recursive: true, force: true })
      renameSync(join(part, 'content'), place)
    } catch (error) {
      const said = String((error as { stderr?: unknown }).stderr ?? '')
        .trim()
        .split('\n')[0]
      console.log(`${name}: left out (${said || (error as Error).message.split('\n')[0]})`)
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
  }
  return existsSync(join(place, folder)) ? join(place, folder) : undefined
}

/** A place of pictures, as a dataset's configuration names it. */
export interface PhotoPlace {
  readonly path: string
  readonly licence: string
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

const placesOf = (packages: readonly PhotoPackage[]): readonly PhotoPlace[] =>
  packages.flatMap((each) => {
    const path = unpacked(each)
    const { licence, include, exclude = [] } = each
    return path === undefined ? [] : [{ path, licence, include, exclude }]
  })

/** The photographs of Debian packages, downloaded with apt-get and unpacked without root; none where that does not work. */
export const packagedPhotos = (): readonly PhotoPlace[] => placesOf(photoPackages)

/** Cut-outs with alpha of a Debian package; none where apt-get does not work. */
export const packagedCutouts = (): readonly PhotoPlace[] => placesOf([stampPackage])

/** The photographs that come with the repository. */
export const ownPhotos: PhotoPlace = {
  path: join(root, 'examples/photos'),
  licence: 'CC0-1.0 or public domain',
}
