import { Command, CommanderError } from 'commander'
import { listedCommands } from './commands.ts'
import { describeFailure } from './failure.ts'
import { helpStyle } from './help.ts'
import type { Streams, Terminal } from './terminal.ts'
import { packageVersion } from './version.ts'

/**
 * Runs a command line (without node and script).
 * @returns the exit code: 0 done, 2 invalid input, 130 cancelled, 1 a bug in Pentimento
 */
export async function runCommandLine(args: readonly string[], streams: Streams): Promise<number> {
  let exitCode = 0
  const terminal: Terminal = {
    ...streams,
    fail: (code) => {
      exitCode = code
    },
  }
  try {
    const program = await buildProgram(terminal, commandOf(args))
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return reportFailure(error, args, terminal)
  }
}

/**
 * The program with all its commands.
 * @param loaded the command that is loaded with its options and action; the others have only name and description.
 * undefined loads all of them
 */
async function buildProgram(terminal: Terminal, loaded: string | undefined): Promise<Command> {
  const program = new Command('pentimento')
    .description('edit pictures by instruction, on any machine')
    .version(packageVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp(helpStyle)
    .exitOverride()
    .showHelpAfterError("(see 'pentimento help')")
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
    })
  for (const { name, description, load } of listedCommands)
    if (loaded === undefined || loaded === name) (await load())(program, terminal)
    else program.command(name).description(description)
  return program
}

/** The command to load: the one that is named, also as `help <command>`; undefined for all of them. */
function commandOf(args: readonly string[]): string | undefined {
  const [first = '', second = ''] = args
  const name = first === 'help' ? second : first
  return listedCommands.find((command) => command.name === name)?.needsAll ? undefined : name
}

/** Prints why a command line failed. @returns the exit code */
function reportFailure(error: unknown, args: readonly string[], terminal: Terminal): number {
  if (error instanceof CommanderError) {
    // Commander has printed the message.
    if (error.exitCode === 0) return 0
    if (error.code === 'commander.unknownOption' && looksLikeText(error.message))
      terminal.error("(put an instruction that begins with '-' after '--': edit photo.jpg -- '-2 stops')\n")
    const message = error.message.replace(/^error: /, '')
    reportAsJson(args, terminal, 'usage', message)
    return 2
  }
  const { code, line, exitCode } = describeFailure(error)
  if (terminal.isScreen) terminal.error('\r\u001b[K')
  reportAsJson(args, terminal, code, line)
  terminal.error(`pentimento: ${line}\n`)
  if (terminal.env.PENTIMENTO_DEBUG && error instanceof Error) terminal.error(`${error.stack}\n`)
  return exitCode
}

/** Prints an error as JSON with `--json`: on standard error if standard output is for a picture. */
function reportAsJson(args: readonly string[], terminal: Terminal, code: string, message: string): void {
  if (!wantsJson(args)) return
  const isForPicture = args.some((arg, i) => ['-o', '--output'].includes(arg) && args[i + 1] === '-')
  const say = isForPicture ? terminal.error : terminal.out
  say(`${JSON.stringify({ error: { code, message } })}\n`)
}

/** Whether `--json` is among the options, also where the command line as a whole cannot be read. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? undefined : end).includes('--json')
}

/** Whether an unknown option does not look like an option, but like text. */
function looksLikeText(message: string): boolean {
  const [, option = ''] = /'(.*)'/s.exec(message) ?? []
  return !/^--?[a-z][a-z-]*(=.*)?$/i.test(option)
}
