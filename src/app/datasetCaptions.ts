import type { Command } from 'commander'
import { captionsText, type Dossier, type Workspace } from '../dataset/index.ts'
import { withWorkspace } from './datasetWorkspace.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** `pentimento dataset captions <folder> [pairs...]` */
export function captionsCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('captions')
    .description('show the captions of pairs with their rounds, beliefs and dropped instructions')
    .argument('<folder>', 'workspace folder')
    .argument('[pairs...]', 'ids of pairs, or prefixes of ids; none: the first ten')
    .option('--json', 'print the pairs in full, as lines of JSON')
    .action(async (folder: string, pairs: readonly string[], { json }: { readonly json?: true }) => {
      await withWorkspace(folder, terminal, async (workspace) => {
        let found = 0
        for await (const dossier of wanted(workspace, pairs)) {
          terminal.out(
            json ? `${JSON.stringify(dossier)}\n` : `${found > 0 ? '\n' : ''}${captionsText(dossier)}`,
          )
          found++
        }
        if (found === 0)
          throw new UsageError(
            `${folder}: no pair${pairs.length > 0 ? ` '${pairs.join("', '")}'` : ''}; expected ids from an export or the report, after 'pentimento dataset run ${folder}'`,
          )
      })
    })
}

/** Those that begin so, whose place in the order of ids is known; without any the first ten. */
async function* wanted({ pairs }: Workspace, beginnings: readonly string[]): AsyncIterable<Dossier> {
  if (beginnings.length === 0) {
    let left = 10
    for await (const dossier of pairs.dossiers()) {
      if (left-- === 0) return
      yield dossier
    }
  }
  for (const beginning of beginnings) {
    const whole = await pairs.get(beginning)
    if (whole) {
      yield whole
      continue
    }
    for await (const dossier of pairs.dossiers({ after: beginning })) {
      if (!dossier.pair.id.startsWith(beginning)) break
      yield dossier
    }
  }
}
