import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Test files, or folders of them, that run in processes of their own, because they change what a process has once or
 * measure the process itself. Others share processes, which saves each the time of loading Node and the sources: 0.4 to
 * 2 core seconds.
 */
export const ownProcess: readonly string[] = [
  // The environment that ONNX Runtime reads when it is loaded.
  'src/onnx/session.test.ts',
  // The working folder.
  'src/app/datasetUser.test.ts',
  'src/app/models.test.ts',
  'src/app/newUser.test.ts',
  'src/app/outputs.test.ts',
  'src/app/trainCommand.test.ts',
  // The memory and the open files of the process.
  'src/app/server/uploads.test.ts',
  'src/edit/modelEditor.test.ts',
  'src/image/hostile.test.ts',
  'test/identity.test.ts',
  // Browsers and servers, which would live on where a test fails.
  'test/bench/postgres.test.ts',
  'test/studio/',
]

/** The groups of test files by their processes, as paths from the root. */
export interface Groups {
  /** Each in a process of its own. */
  readonly alone: readonly string[]
  /**
   * Files that call `hasGpu`. They share processes with each other only: one compiles a shader for all, and the driver
   * that it chooses for Vulkan would reach the files after it.
   */
  readonly gpu: readonly string[]
  /** Those that share processes. */
  readonly shared: readonly string[]
}

/** @param long files that run for long, and share no process: one that ends badly takes none of the others along */
export function groupTests(long: readonly string[]): Groups {
  const groups = { alone: [] as string[], gpu: [] as string[], shared: [] as string[] }
  for (const file of testFiles()) {
    const isOwn = long.includes(file) || ownProcess.some((path) => file.startsWith(path))
    if (readFileSync(join(root, file), 'utf8').includes('hasGpu()')) groups.gpu.push(file)
    else if (isOwn) groups.alone.push(file)
    else groups.shared.push(file)
  }
  return groups
}

const root = fileURLToPath(new URL('..', import.meta.url))

function testFiles(): string[] {
  return ['src', 'studio/src', 'test', 'nano', 'perf']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
    )
}
