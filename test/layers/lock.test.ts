import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

interface Locked {
  readonly resolved?: string
  readonly license?: string
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const lock: { packages: Record<string, Locked> } = JSON.parse(read('package-lock.json'))

/** The packages of the lock file, without Pentimento itself. */
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, locked]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), ...locked }))

describe('the lock file', () => {
  it('names no address, so that it serves behind any registry', () => {
    expect(packages.filter(({ resolved }) => resolved !== undefined).map(({ name }) => name)).toEqual([])
  })

  // `npm ci` stops at a lock file that leaves out a native package of some platform. npm writes such a one where the
  // registry lacks that version for a platform: take a version that it has for all.
  it('is complete for every platform', () => {
    const names = new Set(packages.map(({ name }) => name))
    const missing = packages.flatMap(({ name, optionalDependencies = {} }) =>
      Object.keys(optionalDependencies)
        .filter((optional) => !names.has(optional))
        .map((optional) => `${name} needs ${optional}`),
    )
    expect(missing).toEqual([])
  })

  it('has no install script that nobody has judged, in allowScripts of package.json', () => {
    const scripts = packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name)
    expect(scripts.filter((name) => !(name in manifest.allowScripts))).toEqual([])
  })
})

it('docs/licences.md has a row for each package that is installed, and for each dev dependency', () => {
  const listed = read('docs/licences.md').matchAll(/^\| (\S+) \| (.+) \|$/gm)
  const rows = [...listed]
    .map(([, name, licence]) => `${name}: ${licence}`)
    .filter((row) => !row.startsWith('Package:'))
  const expected = packages
    .filter(({ name, dev }) => !dev || name in manifest.devDependencies)
    .map(({ name, license }) => `${name}: ${license?.replace(/^\((.*)\)$/, '$1')}`)
  expect(rows.sort()).toEqual([...new Set(expected)].sort())
})
