import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { type Import, readImports } from './imports.ts'

/** A folder of source files and what these may import. */
export interface Layer {
  readonly folder: string
  /** Names of layers further up in the table, by their `index.ts`; `app/schemas.ts` means that one file instead. */
  readonly layers: readonly string[]
  readonly packages: readonly string[]
  /** Whether Node's own modules may be imported. */
  readonly node: boolean
  /** Data outside the layer that may be read by `new URL('…', import.meta.url)`; a test may read any. */
  readonly reads?: readonly string[]
  /** The few files that may load a module whose path is computed, with what makes that safe. */
  readonly loaders?: readonly { readonly file: string; readonly why: string }[]
  /** Only the files right in the folder belong to the layer, not those in folders below it. */
  readonly flat?: true
  /** Not part of what is published: may import dev dependencies, and layers by `pentimento/<layer>` too. */
  readonly outside?: true
}

/** Layers by name, lowest first. */
export type LayerTable = Readonly<Record<string, Layer>>

/** What the rules need to know of package.json. */
export interface Manifest {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** What a test beside the code may import, above what its layer may. */
const testPackages: readonly string[] = ['vitest', 'fast-check']

/** Whether a path is that of a module; all other files are data. */
export const isCode = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path)

const isTest = (file: string): boolean => /\.(test|contract)\.tsx?$/.test(file)

/** The rules that the imports of one file break, a line each: `file:line imports 'x': rule`. `file` is relative to the root. */
export function brokenRules(file: string, source: string, table: LayerTable, manifest: Manifest): string[] {
  const name = layerOf(file, table)
  if (name === undefined) return [`${file}:1 is in no layer: add its folder to the table or move the file`]
  return readImports(file, source).flatMap((each) => {
    const rule = brokenRule({ file, name, each, table, manifest })
    const what = each.specifier === undefined ? 'computes an import' : `imports '${each.specifier}'`
    return rule === undefined ? [] : [`${file}:${each.line} ${what}: ${rule}`]
  })
}

/** The packages of a source file, by name: `['onnxruntime-node']`. */
export function importedPackages(file: string, source: string): string[] {
  return readImports(file, source).flatMap(({ specifier, kind }) =>
    specifier === undefined || kind === 'url' || isBuiltin(specifier) || /^[./#]/.test(specifier)
      ? []
      : [packageName(specifier)],
  )
}

/** Rows of the table that name a layer which does not stand above them. */
export function upwardRows(table: LayerTable): string[] {
  const names = Object.keys(table)
  return names.flatMap((name, at) =>
    table[name]!.layers.map((target) => target.split('/')[0]!)
      .filter((target) => !names.slice(0, at).includes(target))
      .map((target) => `${name} may not name ${target}: it does not stand above it in the table`),
  )
}

interface Question {
  readonly file: string
  readonly name: string
  readonly each: Import
  readonly table: LayerTable
  readonly manifest: Manifest
}

function brokenRule(question: Question): string | undefined {
  const { file, name, each, table, manifest } = question
  const layer = table[name]!
  const { specifier } = each
  if (specifier === undefined) {
    const allowed =
      each.kind === 'url'
        ? isTest(file) || layer.outside
        : layer.loaders?.some((loader) => loader.file === file)
    return allowed ? undefined : 'write the path out, so that this test can read it'
  }
  if (each.kind === 'url')
    return /^[a-z][a-z\d+.-]+:/i.test(specifier) ? undefined : pathRule(question, specifier)
  if (specifier.startsWith('.')) return pathRule(question, specifier)
  if (/^[/#]|^file:/.test(specifier)) return 'a module is imported by a relative path or a package name'
  if (isBuiltin(specifier)) return builtinRule(question, specifier)
  if (packageName(specifier) !== manifest.name) return packageRule(question, packageName(specifier))
  if (!layer.outside) return 'within src a layer is imported by its relative path'
  const target = Object.keys(table).find((other) => specifier === `${manifest.name}/${other}`)
  if (target === undefined) return `no layer is called so, there are ${Object.keys(table).join(', ')}`
  return layerRule(question, target, 'index.ts')
}

/** Of a relative path: stays in the layer, goes to a layer below through its index, or is data that may be read. */
function pathRule(question: Question, specifier: string): string | undefined {
  const { file, name, each, table } = question
  const layer = table[name]!
  const path = posix.join(posix.dirname(file), specifier)
  const target = layerOf(path, table)
  if (target === name) {
    const throughIndex = path === posix.join(layer.folder, 'index.ts') && !isTest(file) && !layer.outside
    return throughIndex
      ? `${name} imports itself through its own index: name the file that declares it`
      : undefined
  }
  if (!isCode(path) && (isTest(file) || layer.outside)) return undefined
  if (each.kind === 'url' && layer.reads?.some((read) => path === read || path.startsWith(`${read}/`)))
    return undefined
  if (target === undefined) return `'${path}' is in no layer`
  if (isTest(file) && table[target]!.folder === 'test') return undefined
  return layerRule(question, target, posix.relative(table[target]!.folder, path))
}

/** Of a file of another layer. */
function layerRule({ file, name, table }: Question, target: string, path: string): string | undefined {
  const names = Object.keys(table)
  const { layers, outside } = table[name]!
  if (layers.includes(`${target}/${path}`)) return undefined
  const below = names.indexOf(target) < names.indexOf(name)
  const allowed = layers.includes(target) || (isTest(file) && below && !outside)
  if (!allowed) {
    const may = layers.length === 0 ? 'no other layer' : layers.join(', ')
    return `${below ? '' : 'imports go downward only, and '}${name} may import ${may}`
  }
  return path === 'index.ts' ? undefined : `of another layer only its index.ts is imported, this is ${path}`
}

function builtinRule({ file, name, table }: Question, specifier: string): string | undefined {
  if (isTest(file)) return undefined
  const { node, outside } = table[name]!
  if (!node) return `${name} runs anywhere and may not import Node's modules`
  if (!specifier.startsWith('node:')) return `write 'node:${specifier}'`
  const loader = specifier === 'node:module' && !outside
  return loader ? 'createRequire() would load modules past this test' : undefined
}

function packageRule({ file, name, table, manifest }: Question, specifier: string): string | undefined {
  const { packages, outside } = table[name]!
  const test = isTest(file)
  if (!packages.includes(specifier) && !(test && testPackages.includes(specifier))) {
    const owners = Object.keys(table).filter((other) => table[other]!.packages.includes(specifier))
    return owners.length === 0
      ? 'no layer may import this package'
      : `only ${owners.join(', ')} may import it`
  }
  if (specifier in manifest.dependencies) return undefined
  if (!(specifier in manifest.devDependencies)) return 'the package is not in package.json'
  return test || outside ? undefined : 'a dev dependency is not there once the package is installed'
}

function layerOf(path: string, table: LayerTable): string | undefined {
  return Object.keys(table).find((name) => {
    const { folder, flat } = table[name]!
    if (flat) return isCode(path) && posix.dirname(path) === folder
    return path === folder || path.startsWith(`${folder}/`)
  })
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

/** `@scope/name/path` → `@scope/name`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
