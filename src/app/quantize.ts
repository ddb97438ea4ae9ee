import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { findCheckpoint } from '../edit/index.ts'
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

/** The autoencoder is not quantised: its convolutions are small. The folder is written atomically. */
async function quantizeFolder(
  folder: string,
  output: string,
  precision: Flags['precision'],
  terminal: Terminal,
): Promise<number> {
  const { dit, vae, mllm, tokenizer } = await findCheckpoint(folder)
  const fill = async (part: string): Promise<number> => {
    const within = (path: string) => join(part, relative(folder, path))
    for (const each of new Set([folder, mllm, tokenizer])) await copySmall(each, within(each))
    const isFile = (await stat(dit)).isFile()
    if (!isFile) await copySmall(dit, within(dit))
    const ditTarget = isFile ? within(dit) : join(within(dit), 'diffusion_pytorch_model.safetensors')
    const mllmTarget = join(within(mllm), 'model.safetensors')
    const bytes =
      (await quantizeFile(dit, ditTarget, precision, terminal)) +
      (await quantizeFile(mllm, mllmTarget, precision, terminal))
    await cp(vae, within(vae), asFiles)
    return bytes
  }
  return writeFolderWhole(output, fill, { overwrite: false })
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
