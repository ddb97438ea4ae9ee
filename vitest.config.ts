import { existsSync } from 'node:fs'
import { configDefaults, defineConfig } from 'vitest/config'
import { slowTests } from './test/slow.ts'

/** Lets `pentimento/graph` in a test mean src/graph/index.ts, so that tests need no build. */
const conditions = ['source', 'module', 'node', 'development|production']

const moved = slowTests.filter((file) => !existsSync(new URL(file, import.meta.url)))
if (moved.length > 0)
  throw new Error(`test/slow.ts: expected files that exist, got ${moved.join(', ')}; correct their paths`)

/** `npm test` is the mode `fast`. */
export default defineConfig(({ mode }) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'src/**/*.test.ts',
      'studio/src/**/*.test.ts',
      'test/**/*.test.ts',
      'nano/**/*.test.ts',
      'perf/**/*.test.ts',
    ],
    ...(mode === 'fast' && {
      exclude: [...configDefaults.exclude, ...slowTests],
      env: { PENTIMENTO_TEST_FAST: '1' },
    }),
    globalSetup: ['test/programs/setup.ts'],
    setupFiles: ['test/setup.ts'],
    // They import a package whose condition `source` means TypeScript, which Node does not run.
    server: { deps: { inline: [/@modelcontextprotocol\/(client|sdk)/, /\/eventsource\//] } },
    // onnxruntime-node is native code: in a process of its own, it reads the environment that a test sets
    // (threads see a copy), and a crash fails one file. Two processes, because each uses every core by itself.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Waiting for a page or a server asserts no time: a second of default fails on a busy machine.
    expect: { poll: { timeout: 120_000, interval: 50 } },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.test.ts', 'src/**/*.contract.ts'],
      reporter: ['text', 'html'],
    },
  },
}))
