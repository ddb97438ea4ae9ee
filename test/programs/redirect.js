/*
 * Imported by every Node process of the tests (`--import`, from NODE_OPTIONS): where a process runs a program that was
 * built, its sources are exchanged for the built file, and the loader of TypeScript is left out. The loader of modules
 * calls the same file, in a thread of its own, for its hook.
 */
import { existsSync } from 'node:fs'
import { register } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const built = new URL(import.meta.url).searchParams.get('built')
const [, main] = process.argv
if (isMainThread && built !== null && main?.endsWith('.ts')) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const file = join(built, relative(root, main).replace(/\.ts$/, '.js'))
  if (existsSync(file))
    register(import.meta.url, { data: { main: pathToFileURL(main).href, program: pathToFileURL(file).href } })
}

let places
export function initialize(data) {
  places = data
}

/** Of the entry and `--import tsx` alone; whatever the program imports, Node finds. */
export async function resolve(specifier, context, next) {
  if (specifier === places.main) return { url: places.program, format: 'module', shortCircuit: true }
  if (specifier === 'tsx' || /\/node_modules\/tsx\/dist\/loader\.mjs$/.test(specifier))
    return { url: 'data:text/javascript,', shortCircuit: true }
  return next(specifier, context)
}
