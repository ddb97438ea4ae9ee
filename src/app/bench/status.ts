import type { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { withBench } from './opening.ts'
import { printResults, type ResultFlags } from './results.ts'

/** `pentimento bench status <folder>` */
export function statusCommand(bench: Command, terminal: Terminal): void {
  bench
    .command('status')
    .description('show the state of a bench: edits, checks, scores, failures')
    .argument('<folder>', "the bench's folder")
    .option('--allow-missing', 'give overall scores although edits or scores are missing')
    .option('--with-published', 'also print published scores')
    .option('--json', 'print the result as JSON')
    .action((folder: string, flags: ResultFlags) =>
      withBench(folder, terminal, async (workspace) => {
        if (!flags.json) {
          const { suite, systems, judges, choice } = workspace.facts
          const limits = [
            ...(choice.limit === undefined ? [] : [`at most ${choice.limit} items`]),
            ...(choice.kinds ?? []),
            choice.languages.join(' and '),
          ]
          terminal.out(
            `${folder}: ${suite.title} ${suite.version}, ${limits.join(', ')}, seed ${choice.seed}\n`,
          )
          terminal.out(`systems: ${systems.map(({ name }) => name).join(', ') || 'none'}\n`)
          const told = judges.map(
            ({ name, repeats, pairs }) =>
              `${name}${repeats > 1 ? ` ×${repeats}` : ''}${pairs ? ' in pairs too' : ''}`,
          )
          terminal.out(`judges: ${told.join(', ') || 'none'}\n\n`)
        }
        await printResults(workspace, flags, terminal)
      }),
    )
}
