import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { checkEditors, type EditorsConfig } from '../edit/index.ts'
import { readTextFile } from '../files/index.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** The user's own configuration: one JSON file. */
export interface UserConfiguration {
  /** The file, where there is one. */
  readonly file: string | undefined
  /** Paths in it are relative to this folder. */
  readonly folder: string
  /** Remote editors, workflows and commands, by name. */
  readonly editors: EditorsConfig
  /** Judges of the benchmark, by name; `openJudge` checks them. */
  readonly judges: Readonly<Record<string, unknown>>
}

const usualFile = 'pentimento.json'

const parts = z.strictObject({
  editors: z.unknown().optional(),
  judges: z.record(z.string(), z.unknown()).optional(),
})

/**
 * Reads the file of --config, else of PENTIMENTO_CONFIG, else pentimento.json of the working folder if it is there.
 * @throws UsageError, EditError that names file and place
 */
export async function readConfiguration(
  given: string | undefined,
  { env }: Pick<Terminal, 'env'>,
): Promise<UserConfiguration> {
  const named = given ?? (env.PENTIMENTO_CONFIG || undefined)
  const file = named ?? ((await isThere(usualFile)) ? usualFile : undefined)
  if (file === undefined) return { file, folder: process.cwd(), editors: {}, judges: {} }
  const value = parsed(file, await readTextFile(file))
  // A checkpoint's folder may have a pentimento.json of another kind.
  if (named === undefined && isOfCheckpoint(value))
    return { file: undefined, folder: process.cwd(), editors: {}, judges: {} }
  const found = parts.safeParse(value)
  if (!found.success) {
    const [issue] = found.error.issues
    throw new UsageError(
      `${file}: ${[...(issue?.path ?? []), ''].join('.').replace(/\.$/, ': ')}${issue?.message}; expected { "editors": { … }, "judges": { … } }`,
    )
  }
  const { editors = {}, judges = {} } = found.data
  return { file, folder: dirname(file), editors: checked(file, editors), judges }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The message of JSON.parse quotes the text, in which somebody may have put a key.
    const [place = ''] = /at position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message) ?? []
    throw new UsageError(`${file}: expected JSON, got something else ${place}`.trimEnd())
  }
}

function isOfCheckpoint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return (
    !('editors' in value || 'judges' in value) &&
    ['variant', 'dit', 'vae', 'defaults'].some((name) => name in value)
  )
}

function checked(file: string, editors: unknown): EditorsConfig {
  try {
    return checkEditors(editors)
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`, { cause: error })
  }
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
