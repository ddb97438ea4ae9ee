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
function draw(files: readonly string[], most: number, random: () => number): Candidate[] {
  const pools = files.map((file) =>
    mutantsOf(file, readFileSync(join(root, file), 'utf8')).map((mutant) => ({ ...mutant, file })),
  )
  const drawn: Candidate[] = []
  while (drawn.length < most && pools.some((pool) => pool.length > 0))
    for (const pool of pools) {
      const [taken] = pool.splice(Math.floor(random() * pool.length), 1)
      if (taken && drawn.length < most) drawn.push(taken)
    }
  return drawn
}

/** Runs test files in the copy. @returns whether they pass, or undefined where they do not end */
function pass(copy: string, tests: readonly string[], milliseconds: number): Promise<boolean | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', '--no-file-parallelism', ...tests],
      { cwd: copy, stdio: 'ignore', detached: true },
    )
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
  const candidates = draw(files, Number(flags.most), generator(Number(flags.seed)))
  const testsFor = (file: string) => testsOf(file, graph).slice(0, Number(flags.tests))
  const copy = mkdtempSync(join(tmpdir(), 'pentimento-mutation-'))
  try {
    for (const path of [...folders, 'models', 'docs', 'package.json', 'vitest.config.ts', 'README.md'])
      cpSync(join(root, path), join(copy, path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    /** Milliseconds for the tests of a mutant; 0 where they fail without any. */
    const allowed = new Map<string, number>()
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
      const key = tests.join()
      if (!allowed.has(key)) {
        const began = performance.now()
        const passes = (await pass(copy, tests, 1_200_000)) === true
        allowed.set(key, passes ? 30_000 + 3 * (performance.now() - began) : 0)
      }
      if (allowed.get(key) === 0) {
        counts.failing++
        say(`skipped, ${key} fail without it:`)
        continue
      }
      const source = readFileSync(join(root, file), 'utf8')
      writeFileSync(join(copy, file), source.slice(0, start) + replacement + source.slice(end))
      // A test that does not end has caught it.
      const lives = (await pass(copy, tests, allowed.get(key)!)) === true
      writeFileSync(join(copy, file), source)
      counts[lives ? 'lived' : 'caught']++
      say(lives ? 'LIVES' : 'caught')
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
