import { Command, CommanderError } from 'commander'
import { batchCommand } from './batch.ts'
import { datasetCommand } from './dataset.ts'
import { editCommand } from './edit.ts'
import { packageVersion } from './editing.ts'
import { describeFailure } from './failure.ts'
import { inspectCommand } from './inspect.ts'
import { modelsCommand } from './modelList.ts'
import { pullCommand } from './pull.ts'
import { quantizeCommand } from './quantize.ts'
import { replayCommand } from './replay.ts'
import type { Terminal } from './terminal.ts'
import { toolsCommand } from './tools.ts'
import { trainCommand } from './train.ts'

/** Runs a command line (without node and script). @returns the exit code: 0, 1 a fault of ours, 2 bad input, 130 cancelled */
export async function runCommandLine(
  args: readonly string[],
  terminal: Omit<Terminal, 'fail'>,
): Promise<number> {
  const program = new Command('pentimento')
    .description('Edit pictures by instruction, on any machine.')
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError("(see 'pentimento help')")
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
    })
  let exitCode = 0
  const context: Terminal = {
    ...terminal,
    fail: (code) => {
      exitCode = code
    },
  }
  const commands = [
    editCommand,
    batchCommand,
    replayCommand,
    modelsCommand,
    pullCommand,
    inspectCommand,
    quantizeCommand,
    trainCommand,
    toolsCommand,
    datasetCommand,
  ]
  for (const add of commands) add(program, context)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const failure = describeFailure(error)
    if (terminal.isScreen) terminal.error('\r\u001b[K')
    terminal.error(`pentimento: ${failure.line}\n`)
    if (terminal.env.PENTIMENTO_DEBUG && error instanceof Error) terminal.error(`${error.stack}\n`)
    return failure.exitCode
  }
}
