import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Command, Option } from 'commander'
import { findCheckpoint } from '../edit/index.ts'
import { quantizeCheckpoint } from '../weights/index.ts'
import { UsageError } from './failure.ts'
import { bytesText, ProgressLine, type Terminal } from './terminal.ts'

interface Flags {
  readonly precision: 'int8' | 'int4'
  readonly output?: string
  readonly json?: true
}

/** `pentimento quantize <checkpoint> --precision int8` */
export function quantizeCommand(program: Command, terminal: Terminal): void {
  program
    .command('quantize')
    .description('write a checkpoint with 8- or 4-bit weights: a quarter or an eighth of the memory')
    .argument('<checkpoint>', 'checkpoint folder, or one .safetensors file')
    .addOption(
      new Option('--precision <precision>', 'of the linear layers').choices(['int8', 'int4']).default('int8'),
    )
    .option('-o, --output <path>', 'folder or file to write; <checkpoint>-int8 unless given')
    .option('--json', 'print the result as JSON')
    .action(async (path: string, flags: Flags) => {
      const found = await stat(path).catch(() => undefined)
      if (!found) throw new UsageError(`${path}: no such file or folder`)
      const output = flags.output ?? targetOf(path, found.isDirectory(), flags.precision)
      if (await stat(output).catch(() => undefined))
        throw new UsageError(`${output}: is there already; remove it or give another --output`)
      const bytes = found.isDirectory()
        ? await quantizeFolder(path, output, flags.precision, terminal)
        : await quantizeFile(path, output, flags.precision, terminal)
      if (flags.json) terminal.out(`${JSON.stringify({ output, bytes, precision: flags.precision })}\n`)
      else terminal.out(`${output}  ${bytesText(bytes)}\n`)
    })
}

function targetOf(path: string, isFolder: boolean, precision: string): string {
  const plain = path.replace(/[\\/]+$/, '')
  return isFolder ? `${plain}-${precision}` : plain.replace(/(\.safetensors)?$/, `.${precision}.safetensors`)
}

async function quantizeFile(
  path: string,
  output: string,
  precision: Flags['precision'],
  terminal: Terminal,
): Promise<number> {
  const line = new ProgressLine(terminal)
  await quantizeCheckpoint(path, output, {
    bits: precision === 'int8' ? 8 : 4,
    signal: terminal.signal,
    onProgress: ({ done, total }) =>
      line.show(
        `${basename(path)}: ${bytesText(done)} of ${bytesText(total)}`,
        `${path} ${Math.floor((10 * done) / total)}`,
      ),
  })
  line.end()
  return (await stat(output)).size
}

/** The autoencoder stays as it is: its convolutions are small and seen directly. The folder appears whole or not at all. */
async function quantizeFolder(
  folder: string,
  output: string,
  precision: Flags['precision'],
  terminal: Terminal,
): Promise<number> {
  const found = await findCheckpoint(folder)
  const part = `${output}.part`
  await rm(part, { recursive: true, force: true })
  try {
    const mllm = join(part, basename(found.mllm))
    await mkdir(mllm, { recursive: true })
    let bytes = await quantizeFile(found.dit, join(part, basename(found.dit)), precision, terminal)
    bytes += await quantizeFile(found.mllm, join(mllm, 'model.safetensors'), precision, terminal)
    for (const name of await readdir(found.mllm))
      if (/\.(json|txt|jinja)$/.test(name) && !name.endsWith('.index.json'))
        await cp(join(found.mllm, name), join(mllm, name))
    await cp(found.vae, join(part, basename(found.vae)))
    await cp(join(folder, 'pentimento.json'), join(part, 'pentimento.json')).catch(ignoreMissing)
    await rename(part, output)
    return bytes + (await stat(found.vae)).size
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
