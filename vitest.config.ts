import { existsSync } from 'node:fs'
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { groupTests, ownProcess } from './test/processes.ts'
import { slowTests } from './test/slow.ts'

/** Lets `pentimento/graph` in a test mean src/graph/index.ts, so that tests need no build. */
const conditions = ['source', 'module', 'node', 'development|production']

for (const [list, files] of Object.entries({ 'test/slow.ts': slowTests, 'test/processes.ts': ownProcess })) {
  const moved = files.filter((file) => !existsSync(new URL(file, import.meta.url)))
  if (moved.length > 0)
    throw new Error(`${list}: expected files that exist, got ${moved.join(', ')}; correct their paths`)
}

const { alone, gpu, shared } = groupTests(slowTests)

/** `npm test` is the mode `fast`. */
export default defineConfig(({ mode }) => {
  /**
   * A group of files, with all settings of the files: `extends` would put the number of workers below into each group,
   * where `--maxWorkers` does not reach. Groups run in the order of their names.
   */
  const group = (name: string, include: readonly string[], test: TestProjectInlineConfiguration['test']) => ({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include: [...include],
      exclude: [...configDefaults.exclude, ...(mode === 'fast' ? slowTests : [])],
      ...(mode === 'fast' && { env: { PENTIMENTO_TEST_FAST: '1' } }),
      setupFiles: ['test/setup.ts'],
      // They import a package whose condition `source` means TypeScript, which Node does not run.
      server: { deps: { inline: [/@modelcontextprotocol\/(client|sdk)/, /\/eventsource\//] } },
      // onnxruntime-node is native code: in a process, it reads the environment that a test sets (threads see a copy).
      pool: 'forks' as const,
      testTimeout: 300_000,
      hookTimeout: 300_000,
      // Waiting for a page or a server asserts no time: a second of default fails on a busy machine.
      expect: { poll: { timeout: 120_000, interval: 50 } },
      ...test,
    },
  })
  return {
    test: {
      projects: [
        group('alone', alone, {}),
        group('gpu', gpu, { setupFiles: ['test/setup.ts', 'test/gpuSetup.ts'] }),
        group('shared', shared, { isolate: false }),
      ],
      globalSetup: ['test/programs/setup.ts'],
      // Because each uses every core by itself.
      maxWorkers: 2,
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        exclude: ['src/**/*.test.ts', 'src/**/*.contract.ts'],
        reporter: ['text', 'html'],
      },
    },
  }
})
