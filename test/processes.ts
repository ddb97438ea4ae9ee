import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Test files that run in a process of their own, because they change what a process has once or measure the process
 * itself. All others share processes, which saves each the time of loading Node and the sources (1 to 2 core seconds).
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
]

/**
 * Test files that call `hasGpu`. They share processes with each other only: the first one compiles a shader for all, and
 * the driver that it chooses for Vulkan would reach the files after it.
 */
export function gpuTests(): string[] {
  const root = fileURLToPath(new URL('..', import.meta.url))
  return ['src', 'test', 'nano'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((name) => readFileSync(join(root, name), 'utf8').includes('hasGpu()')),
  )
}
