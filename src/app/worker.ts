import { setPriority } from 'node:os'
import type { Command } from 'commander'
import { untilAborted } from '../jobs/index.ts'
import type { EndedEdit } from '../service/index.ts'
import {
  addServiceFlags,
  addWorkFlags,
  openServiceOf,
  type ServiceFlags,
  type WorkFlags,
  workOptions,
} from './service.ts'
import { duration, type Terminal } from './terminal.ts'

/** Below what a process usually has, 0, and above what runs at nobody's cost, 19. */
const priority = 5

interface Flags extends ServiceFlags, WorkFlags {}

/** `pentimento worker` */
export function workerCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('worker')
    .description('make edits for servers that share a Postgres database; Ctrl-C stops')
  addWorkFlags(addServiceFlags(command)).action(async (flags: Flags) => {
    // A server on the same machine keeps answering while all cores are busy.
    setPriority(priority)
    const opened = await openServiceOf(flags, terminal, 'worker')
    try {
      const onEnded = ({ model, state, seconds }: EndedEdit): void =>
        terminal.out(`${model}  ${state}, ${duration(seconds)}\n`)
      await opened.service.work({ ...workOptions(flags), onEnded })
      const models = (await opened.models.models()).filter(
        ({ name, state }) => state === 'ready' && (flags.model?.includes(name) ?? true),
      )
      terminal.error(`making edits of ${models.map(({ name }) => name).join(', ') || 'no model yet'}\n`)
      await untilAborted(terminal.signal)
      terminal.error('stopping: running edits return to the queue\n')
    } finally {
      await opened.close()
    }
  })
}
