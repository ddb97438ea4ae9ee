import { existsSync } from 'node:fs'
import { isFast } from './slow.ts'

/** Where Debian's chromium keeps SwiftShader, a GPU in software. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'

/**
 * Whether WebGPU is to be tested: not by `npm test`, else where SwiftShader stands in for a GPU, or where the environment says that there
 * has to be one. To be called before the first runtime is opened, because the loader of Vulkan reads the place of
 * its driver then.
 */
export function hasGpu(): boolean {
  if (isFast) return false
  if (existsSync(swiftShader)) {
    process.env.VK_DRIVER_FILES ??= swiftShader
    process.env.VK_ICD_FILENAMES ??= swiftShader
  }
  return existsSync(swiftShader) || process.env.PENTIMENTO_REQUIRE_WEBGPU === '1'
}
