import type { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { arenaCommand } from './arena.ts'
import { buildCommand } from './build.ts'
import { compareCommand } from './compare.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { judgeCommand } from './judge.ts'
import { pullCommand } from './pull.ts'
import { reportCommand } from './report.ts'
import { runCommand } from './run.ts'
import { statusCommand } from './status.ts'
import { studyCommand } from './study.ts'

/** Adds one subcommand of `bench`. */
type AddSubcommand = (bench: Command, terminal: Terminal) => void

/** In the order of the help; each stands in a file of its own in this folder. */
const subcommands: readonly AddSubcommand[] = [
  runCommand,
  judgeCommand,
  statusCommand,
  reportCommand,
  compareCommand,
  importCommand,
  exportCommand,
  pullCommand,
  buildCommand,
  studyCommand,
  arenaCommand,
]

/** `pentimento bench run | judge | report | compare | import | export | pull | build | status | study | arena` */
export function benchCommand(program: Command, terminal: Terminal): void {
  const bench = program
    .command('bench')
    .description('measure editors: GEdit-Bench and other suites, judges, checks, reports, user studies')
  for (const add of subcommands) add(bench, terminal)
}
