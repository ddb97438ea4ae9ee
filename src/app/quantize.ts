import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { familyOf, findModelFolder } from '../edit/index.ts'
import { writeFolderWhole } from '../files/index.ts'
import { quantizeCheckpoint } from '../weights/index.ts'
import { UsageError } from './failure.ts'
import { resolveModel } from './models.ts'
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
    .description('write a checkpoint with 8- or 4-bit weights, a quarter or an eighth of fp32')
    .argument('<checkpoint>', 'checkpoint folder or name, or one .safetensors file')
    .addOption(
      new Option('--precision <precision>', 'precision of the linear layers')
        .choices(['int8', 'int4'])
        .default('int8'),
    )
    .option(
      '-o, --output <path>',
      'output folder or file (default: <checkpoint>-int8; for a model name, in the working folder)',
    )
    .option('--json', 'print the result as JSON')
    .action(async (given: string, flags: Flags) => {
      const path = resolveModel(given, terminal.env)
      const found = await stat(path).catch(() => undefined)
      if (!found) throw new UsageError(`${path}: no such file or folder`)
      const output = flags.output ?? targetOf(given, found.isDirectory(), flags.precision)
      if (await stat(output).catch(() => undefined))
        throw new UsageError(`${output}: exists already; remove it or choose another --output`)
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
  try {
    await quantizeCheckpoint(path, output, {
      bits: precision === 'int8' ? 8 : 4,
      signal: terminal.signal,
      onProgress: ({ done, total }) =>
        line.show(
          `${basename(path)}: ${bytesText(done)} of ${bytesText(total)}`,
          `${path} ${Math.floor((10 * done) / total)}`,
        ),
    })
  } finally {
    line.end()
  }
  return (await stat(output)).size
}

/**
 * The parts that a family quantises, and the others as they are: the autoencoder's convolutions are small. The folder is
 * written atomically.
 */
async function quantizeFolder(
  folder: string,
  output: string,
  precision: Flags['precision'],
  terminal: Terminal,
): Promise<number> {
  const found = await findModelFolder(folder)
  const { quantized } = familyOf(found)
  const fill = async (target: string): Promise<number> => {
    const within = (path: string) => join(target, relative(folder, path))
    await copySmall(folder, target)
    let bytes = 0
    for (const [part, path] of Object.entries(found.parts)) {
      const isFile = (await stat(path)).isFile()
      if (!isFile) await copySmall(path, within(path))
      if (quantized.includes(part)) {
        const name = weightsName(await readdir(isFile ? folder : path))
        bytes += await quantizeFile(
          path,
          isFile ? within(path) : join(within(path), name),
          precision,
          terminal,
        )
      } else if (isFile) await cp(path, within(path), asFiles)
      else await copyWeights(path, within(path))
    }
    return bytes
  }
  return writeFolderWhole(output, fill, { overwrite: false })
}

/** The name that a folder's weights have when they are one file. */
function weightsName(names: readonly string[]): string {
  return names.some((name) => name.startsWith('diffusion_pytorch_model'))
    ? 'diffusion_pytorch_model.safetensors'
    : 'model.safetensors'
}

/** Weights as they are, with what says how they were cut into shards. */
async function copyWeights(from: string, to: string): Promise<void> {
  for (const name of await readdir(from))
    if (/\.safetensors(\.index\.json)?$/.test(name)) await cp(join(from, name), join(to, name), asFiles)
}

/** Caches of downloads are links: the files themselves are copied. */
const asFiles = { recursive: true, dereference: true }

/** Configuration, vocabulary and hints: all that is neither weights nor says how those were cut into shards. */
async function copySmall(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const name of await readdir(from))
    if (/\.(json|txt|jinja)$/.test(name) && !name.endsWith('.index.json'))
      await cp(join(from, name), join(to, name), asFiles)
}
