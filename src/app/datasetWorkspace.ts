import { openWorkspace, type Workspace } from '../dataset/index.ts'
import type { Terminal } from './terminal.ts'

/** Opens a workspace for a command and always closes it. */
export async function withWorkspace<T>(
  folder: string,
  terminal: Terminal,
  run: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const log = (line: string): void => terminal.error(`${line}\n`)
  const workspace = await openWorkspace(folder, { env: terminal.env, log })
  try {
    return await run(workspace)
  } finally {
    await workspace.close()
  }
}
