import type { Command } from 'commander'
import {
  findPrograms,
  installPack,
  isInstalled,
  type Pack,
  packFolder,
  packs,
  toolsFolder,
  verifyPack,
} from '../tools/index.ts'
import { UsageError } from './failure.ts'
import { bytesText, ProgressLine, type Terminal } from './terminal.ts'

/** `pentimento tools list | install | verify` */
export function toolsCommand(program: Command, terminal: Terminal): void {
  const tools = program
    .command('tools')
    .description('list, install and verify vision tools')
    .addHelpText('after', '\nEnvironment: PENTIMENTO_TOOLS, the folder of the tools.')
  tools
    .command('list')
    .description('list packs and programs, and whether they are installed')
    .option('--json', 'print the result as JSON')
    .action(({ json }: { json?: true }) => list(terminal, json === true))
  tools
    .command('install')
    .description('download packs with npm; installed ones are verified')
    .argument('[packs...]', Object.keys(packs).join(', '))
    .option('--all', 'install all packs')
    .action((names: readonly string[], { all }: { all?: true }) => install(terminal, names, all === true))
  tools
    .command('verify')
    .description('verify the checksums of installed packs')
    .action(() => verify(terminal))
}

async function list(terminal: Terminal, json: boolean): Promise<void> {
  const programs = Object.values(await findPrograms())
  const folder = toolsFolder(terminal.env)
  const rows = Object.values(packs).map((pack) => ({
    name: pack.name,
    installed: isInstalled(folder, pack),
    purpose: pack.purpose,
    download: pack.downloadBytes,
    size: pack.files.reduce((sum, { bytes }) => sum + bytes, 0),
    licence: pack.licence,
    from: `${pack.package}@${pack.version}`,
    folder: packFolder(folder, pack),
  }))
  if (json) {
    terminal.out(`${JSON.stringify({ folder, packs: rows, programs }, null, 2)}\n`)
    return
  }
  for (const { name, installed, purpose, download, size, licence } of rows)
    terminal.out(
      `${name.padEnd(22)}${(installed ? 'installed' : 'missing').padEnd(11)}${bytesText(size).padStart(9)} (${bytesText(download)} to download)  ${licence.padEnd(12)}${purpose}\n`,
    )
  for (const { name, purpose, version } of programs)
    terminal.out(
      `${name.padEnd(22)}${version === undefined ? `missing    apt-get install ${name}` : `installed  ${version}`}  ${purpose}\n`,
    )
  terminal.out(`${folder}\n`)
}

async function install(terminal: Terminal, names: readonly string[], all: boolean): Promise<void> {
  const chosen = all ? Object.values(packs) : names.map(packNamed)
  if (chosen.length === 0)
    throw new UsageError(
      `tools install: expected names of packs (${Object.keys(packs).join(', ')}), or --all`,
    )
  const folder = toolsFolder(terminal.env)
  const line = new ProgressLine(terminal)
  const words = { check: 'checking', download: 'downloading', extract: 'unpacking' }
  try {
    for (const pack of chosen) {
      const { downloaded, folder: place } = await installPack(pack, {
        folder,
        signal: terminal.signal,
        onProgress: (stage) => {
          const size = stage === 'download' ? `, ${bytesText(pack.downloadBytes)}` : ''
          line.show(`${pack.name}: ${words[stage]}${size}`)
        },
      })
      line.end()
      terminal.out(`${place}  ${downloaded ? 'installed' : 'already installed and intact'}\n`)
    }
  } finally {
    line.end()
  }
}

async function verify(terminal: Terminal): Promise<void> {
  const folder = toolsFolder(terminal.env)
  let damaged = 0
  for (const pack of Object.values(packs)) {
    if (!isInstalled(folder, pack)) {
      terminal.out(`${pack.name.padEnd(22)}missing\n`)
      continue
    }
    const wrong = await verifyPack(folder, pack)
    terminal.out(`${pack.name.padEnd(22)}${wrong.length === 0 ? 'whole' : 'damaged'}\n`)
    for (const line of wrong) terminal.error(`${line}; run 'pentimento tools install ${pack.name}'\n`)
    if (wrong.length > 0) damaged++
  }
  if (damaged > 0) terminal.fail(2)
}

function packNamed(name: string): Pack {
  const pack = Object.hasOwn(packs, name) ? packs[name as keyof typeof packs] : undefined
  if (!pack) throw new UsageError(`${name}: expected a pack, one of ${Object.keys(packs).join(', ')}`)
  return pack
}
