import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Mutant, mutantsOf } from './mutants.ts'
import { type ImportGraph, readImportGraph, testsOf } from './tests.ts'

/*
 * Mutation testing: puts one small fault at a time into a copy of the sources, runs the tests nearest to the file, and
 * lists the faults that none of them sees.
 * npm run mutation -- [--files src/edit,src/weights/lora.ts] [--most 60] [--seed 1] [--tests 4]
 */

const { values: flags } = parseArgs({
  options: {
    /** Folders and files whose sources are mutated, separated by commas. */
    files: { type: 'string', default: 'src/edit,src/app,src/weights' },
    /** Mutants that are tried, drawn evenly from the files. */
    most: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    /** Test files that are run for each mutant, the nearest to its file. */
    tests: { type: 'string', default: '4' },
  },
})

const root = new URL('../../', import.meta.url).pathname
const folders = ['src', 'test', 'nano', 'perf', 'examples']

interface Candidate extends Mutant {
  readonly file: string
}

/** Numbers that are the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Some mutants of each file in turn, so that a long file has no more than its share. */
function draw(sources: ReadonlyMap<string, string>, most: number, random: () => number): Candidate[] {
  const pools = [...sources].map(([file, source]) =>
    mutantsOf(file, source).map((mutant) => ({ ...mutant, file })),
  )
  const drawn: Candidate[] = []
  while (drawn.length < most && pools.some((pool) => pool.length > 0))
    for (const pool of pools) {
      const [taken] = pool.splice(Math.floor(random() * pool.length), 1)
      if (taken && drawn.length < most) drawn.push(taken)
    }
  return drawn
}

/** Runs a file of tests in the copy. @returns whether it passes, or undefined where it does not end */
function pass(copy: string, test: string, milliseconds: number): Promise<boolean | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', test], {
      cwd: copy,
      stdio: 'ignore',
      detached: true,
    })
    let late = false
    const timer = setTimeout(() => {
      late = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, milliseconds)
    child.on('error', reject)
    child.on('exit', (code) => {
      clearTimeout(timer)
      resolve(late ? undefined : code === 0)
    })
  })
}

async function main(): Promise<void> {
  const graph: ImportGraph = readImportGraph(root, folders)
  const chosen = flags.files.split(',')
  const files = [...graph.keys()]
    .filter((file) => chosen.some((path) => file === path || file.startsWith(`${path}/`)))
    .filter((file) => !/\.(test|contract)\.ts$/.test(file))
  const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  const candidates = draw(sources, Number(flags.most), generator(Number(flags.seed)))
  const testsFor = (file: string) => testsOf(file, graph).slice(0, Number(flags.tests))
  const copy = mkdtempSync(join(tmpdir(), 'pentimento-mutation-'))
  try {
    for (const path of [...folders, 'models', 'docs', 'package.json', 'vitest.config.ts', 'README.md'])
      cpSync(join(root, path), join(copy, path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const limits = new Map<string, number>()
    /** Milliseconds that a file of tests may take; 0 where it fails without any mutant. */
    const limitOf = async (test: string): Promise<number> => {
      const began = performance.now()
      if (!limits.has(test)) {
        const passes = (await pass(copy, test, 1_200_000)) === true
        limits.set(test, passes ? 30_000 + 3 * (performance.now() - began) : 0)
      }
      return limits.get(test)!
    }
    const counts = { caught: 0, lived: 0, untested: 0, failing: 0 }
    for (const [i, mutant] of candidates.entries()) {
      const { file, line, change, start, end, replacement } = mutant
      const tests = testsFor(file)
      const say = (result: string) =>
        console.log(`${i + 1}/${candidates.length} ${result} ${file}:${line} ${change}`)
      if (tests.length === 0) {
        counts.untested++
        say('UNTESTED')
        continue
      }
      const source = sources.get(file)!
      const mutated = source.slice(0, start) + replacement + source.slice(end)
      // Nearest first: most mutants need one file of tests.
      let state: 'caught' | 'lived' | 'failing' = 'failing'
      for (const test of tests) {
        const limit = await limitOf(test)
        if (limit === 0) continue
        state = 'lived'
        writeFileSync(join(copy, file), mutated)
        const passes = await pass(copy, test, limit)
        writeFileSync(join(copy, file), source)
        // A test that does not end has caught it.
        if (passes !== true) state = 'caught'
        if (state === 'caught') break
      }
      counts[state]++
      say(
        {
          caught: 'caught',
          lived: `LIVES through ${tests.join(', ')}:`,
          failing: 'skipped, its tests fail without it:',
        }[state],
      )
    }
    const tried = counts.caught + counts.lived
    console.log(
      JSON.stringify({ ...flags, ...counts, share: Math.round((100 * counts.caught) / tried) / 100 }),
    )
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

await main()
