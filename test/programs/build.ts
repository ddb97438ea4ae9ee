import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { FileError, writeFolderWhole } from '../../src/files/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, 'node_modules/.cache')

/** Programs that tests run in processes of their own. */
const programs = [
  'src/app/main.ts',
  'src/tools/embedded/process.ts',
  'src/tools/adapters/onnxProcess.ts',
  'src/tools/adapters/transformersProcess.ts',
  'src/tools/faulty.contract.ts',
  'test/bench/worker.ts',
  'test/dataset/apart.ts',
  'test/dataset/worker.ts',
  'test/jobs/fullDisk.ts',
  'test/jobs/worker.ts',
  'test/serviceWorker.ts',
  'test/useTools.ts',
  'examples/jobs.ts',
  'examples/train-lora.ts',
]

const conditions = ['source', 'module', 'node', 'development|production']

/**
 * Builds the programs that tests start, unless they are built from these sources already. Started from its sources, each
 * takes two seconds to load some hundred files; built, half a second. @returns the folder of the built files
 */
export async function buildPrograms(): Promise<string> {
  const folder = join(cache, `programs-${hashOfSources()}`)
  if (existsSync(folder)) return folder
  removeOld()
  await writeFolderWhole(folder, write, { overwrite: false }).catch((error: unknown) => {
    // Another run of the tests was first.
    if (!(error instanceof FileError && error.code === 'exists')) throw error
  })
  return folder
}

/** Each change of a source makes another build; one that is three hours old is used by no run any more. */
function removeOld(): void {
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const folder = join(cache, name)
    if (name.startsWith('programs-') && statSync(folder).mtimeMs < Date.now() - 3 * 3_600_000)
      rmSync(folder, { recursive: true, force: true })
  }
}

/** Of sources and packages: what changes it may change a program, which names the files beside its sources by their place. */
function hashOfSources(): string {
  const hash = createHash('sha256')
    .update(root)
    .update(readFileSync(join(root, 'package-lock.json')))
  for (const part of ['src', 'test', 'examples', 'nano'])
    for (const name of readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.(ts|json)$/.test(name) || name.endsWith('.test.ts') || name.startsWith('golden')) continue
      const { size, mtimeMs } = statSync(join(root, part, name))
      hash.update(`${part}/${name} ${size} ${mtimeMs}\n`)
    }
  return hash.digest('hex').slice(0, 12)
}

async function write(folder: string): Promise<void> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    resolve: { conditions },
    ssr: { resolve: { conditions }, noExternal: [/^pentimento\//] },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      target: 'node20',
      rolldownOptions: {
        input: Object.fromEntries(programs.map((name) => [name.replace(/\.ts$/, ''), join(root, name)])),
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
    plugins: [
      {
        // A module finds files beside it, so each goes on being where its source is.
        name: 'places',
        transform(code, id) {
          if (!code.includes('import.meta.url') || id.includes('/node_modules/')) return
          return {
            code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
            map: null,
          }
        },
      },
    ],
  })
}
