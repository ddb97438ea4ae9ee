import { type DarkroomEditor, openDarkroom } from '../edit/index.ts'
import { installPack, type Pack, toolsFolder } from '../tools/index.ts'
import { UsageError } from './failure.ts'
import type { DarkroomChoice } from './modelFlags.ts'
import { bytesText, ProgressLine, type Terminal } from './terminal.ts'

/** Opens the darkroom for a command; tools that are missing it offers to install. */
export function openDarkroomFor(choice: DarkroomChoice, terminal: Terminal): Promise<DarkroomEditor> {
  return openDarkroom({
    env: terminal.env,
    adapters: choice.adapters,
    folder: choice.adaptersFolder,
    planner: choice.planner,
    onMissing: (packs) => offerInstall(packs, choice.yes, terminal),
  })
}

/** Installs packs with --yes, or when the user says so. @throws UsageError that names them, their size and the command */
export async function offerInstall(
  packs: readonly Pack[],
  yes: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const names = packs.map(({ name, downloadBytes }) => `${name} (${bytesText(downloadBytes)})`).join(' and ')
  const command = `pentimento tools install ${packs.map(({ name }) => name).join(' ')}`
  const answer = yes ? 'y' : await terminal.ask?.(`this edit needs the tools ${names}; install now? [y/N] `)
  if (!/^\s*y(es)?\s*$/i.test(answer ?? ''))
    throw new UsageError(
      `this edit needs the tools ${names}; install them with '${command}', or give --yes to install what an edit needs`,
    )
  const line = new ProgressLine(terminal)
  try {
    for (const pack of packs) {
      line.show(`installing ${pack.name}, ${bytesText(pack.downloadBytes)}`)
      await installPack(pack, { folder: toolsFolder(terminal.env), signal: terminal.signal })
    }
  } finally {
    line.end()
  }
  return true
}
