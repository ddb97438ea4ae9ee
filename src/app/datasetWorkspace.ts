import { openWorkspace, type Workspace } from '../dataset/index.ts'
import type { Terminal } from './terminal.ts'

/** Opens a workspace for a command and always closes it. */
export async function withWorkspace<T>(
  folder: string,
  terminal: Terminal,
  run: (workspace: Workspace) => Promise<T>,
  options: { readonly readOnly?: boolean } = {},
): Promise<T> {
  const log = (line: string): void => terminal.error(`${line}\n`)
  const workspace = await openWorkspace(folder, { env: terminal.env, log, ...options })
  try {
    return await run(workspace)
  } finally {
    await workspace.close()
  }
}

/** The same for a command that only reads: another process may be making the dataset. */
export function readWorkspace<T>(
  folder: string,
  terminal: Terminal,
  run: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  return withWorkspace(folder, terminal, run, { readOnly: true })
}
