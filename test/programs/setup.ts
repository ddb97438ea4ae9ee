import type { TestProject } from 'vitest/node'
import { buildPrograms } from './build.ts'

/**
 * Builds the programs once for a run of the tests, and lets every process of the tests exchange them for their sources.
 * Not while watching, when sources change and the programs would not.
 */
export async function setup({ config }: TestProject): Promise<void> {
  if (config.watch) return
  const redirect = new URL('./redirect.js', import.meta.url)
  redirect.searchParams.set('built', await buildPrograms())
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${redirect.href}`.trim()
}
