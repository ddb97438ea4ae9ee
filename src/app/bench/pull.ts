import type { Command } from 'commander'
import { embeddedSuite, knownSuites, openSuite, pullSuite, suitesFolder } from '../../bench/index.ts'
import { hubSettings } from '../../weights/index.ts'
import { wholeOf } from '../options.ts'
import { bytesText, ProgressLine, type Terminal } from '../terminal.ts'

interface Flags {
  readonly from?: readonly string[]
  readonly revision?: string
  readonly limit?: number
  readonly json?: true
}

/** `pentimento bench pull [suite]` */
export function pullCommand(bench: Command, terminal: Terminal): void {
  bench
    .command('pull')
    .description('download a published suite; without a name, list the known ones')
    .argument('[suite]', 'its name')
    .option('--from <files...>', 'read it from local files or a folder instead of the hub')
    .option('--revision <revision>', 'branch, tag or commit on the hub')
    .option('--limit <n>', 'at most this many items, the first ones', wholeOf(1, 1e9))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nEnvironment: PENTIMENTO_SUITES, HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_OFFLINE, HTTPS_PROXY, HTTP_PROXY, NO_PROXY.',
    )
    .action((suite: string | undefined, flags: Flags) =>
      suite === undefined ? list(terminal, flags) : pull(terminal, suite, flags),
    )
}

async function list(terminal: Terminal, { json }: Flags): Promise<void> {
  const suites = suitesFolder(terminal.env)
  const known = await knownSuites(suites)
  if (json) {
    terminal.out(`${JSON.stringify({ folder: suites, suites: known })}\n`)
    return
  }
  const rows = known.map(({ name, size, licence, isInstalled, byHand }) => [
    name,
    size,
    licence,
    isInstalled ? 'installed' : byHand === undefined ? 'on the hub' : 'by hand, --from',
  ])
  rows.unshift(
    ['suite', 'size', 'licence', 'where'],
    [embeddedSuite, 'in the package', 'see its photographs', 'installed'],
  )
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  for (const row of rows)
    terminal.out(
      `${row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
  terminal.out(`Pulled suites are in ${suites}.\n`)
}

async function pull(terminal: Terminal, suite: string, flags: Flags): Promise<void> {
  const line = new ProgressLine(terminal)
  try {
    const suites = suitesFolder(terminal.env)
    const pulled = await pullSuite(suite, {
      suites,
      ...(flags.from && { from: flags.from }),
      ...(flags.revision !== undefined && { revision: flags.revision }),
      ...(flags.limit !== undefined && { limit: flags.limit }),
      hub: hubSettings(terminal.env),
      signal: terminal.signal,
      onDownload: ({ file, done, total }) =>
        line.show(
          `${file}: ${bytesText(done)} of ${bytesText(total)}`,
          `${file} ${Math.floor((20 * done) / total)}`,
        ),
      onItem: (count) => line.show(`${count} items`, `items ${Math.floor(count / 500)}`),
    })
    line.end()
    const { identity, facts } = await openSuite(pulled.folder, { suites })
    if (flags.json) {
      terminal.out(`${JSON.stringify({ ...pulled, identity, kinds: facts.kinds })}\n`)
      return
    }
    for (const [reason, count] of Object.entries(pulled.leftOut))
      terminal.error(`left out ${count}: ${reason}\n`)
    terminal.out(
      `${pulled.folder}  ${pulled.items} items in ${facts.kinds.length} kinds, licence ${pulled.licence}, identity ${identity.slice(0, 12)}\n`,
    )
  } finally {
    line.end()
  }
}
