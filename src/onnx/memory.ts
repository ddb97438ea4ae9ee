import { readFileSync, writeFileSync } from 'node:fs'

/** Memory of this process in bytes. */
export interface Memory {
  /** In RAM now, file pages among it. */
  readonly resident: number
  /** In RAM now and not backed by a file, which the system could drop and read again. Known on Linux only. */
  readonly anonymous: number | undefined
  /** The most that was in RAM since the process started, or since {@link resetPeak}. */
  readonly peak: number
}

/** What this process has in memory. */
export function memory(): Memory {
  const status = linuxStatus()
  if (!status) {
    // maxRSS is in KiB on every platform.
    return {
      resident: process.memoryUsage.rss(),
      anonymous: undefined,
      peak: process.resourceUsage().maxRSS * 1024,
    }
  }
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
  return { resident: field('VmRSS'), anonymous: field('RssAnon'), peak: field('VmHWM') }
}

/** Resets {@link Memory.peak} where the system supports it (Linux); returns whether it did. */
export function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
    return true
  } catch {
    return false
  }
}

/** Runs something and measures the most memory that the process had meanwhile, and its growth. */
export async function measurePeak<T>(
  run: () => Promise<T>,
): Promise<{ result: T; peak: number; growth: number }> {
  resetPeak()
  const before = memory().resident
  const result = await run()
  const { peak } = memory()
  return { result, peak, growth: Math.max(0, peak - before) }
}

function linuxStatus(): string | undefined {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return undefined
  }
}
