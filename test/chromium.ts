import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { isFast } from './slow.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const program = places.find(existsSync)

/** The installed Chromium. */
export const chromiumProgram: string = program ?? 'chromium'

/** Whether pages are tested in a browser, which `npm test` does not; .ci/run installs one, as it is needed for WebGPU too. */
export const hasChromium: boolean =
  !isFast && (program !== undefined || process.env.PENTIMENTO_REQUIRE_WEBGPU === '1')

/** The document of an address as it stands after its scripts have run. */
export async function pageInChromium(address: string, profile: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    chromiumProgram,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-extensions',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      '--virtual-time-budget=2000',
      '--dump-dom',
      address,
    ],
    { maxBuffer: 64 * 1024 * 1024, timeout: 120_000 },
  )
  return stdout
}
