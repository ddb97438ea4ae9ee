import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { defaultCache, openParts, parseBytes } from '../edit/index.ts'
import type { Provider } from '../onnx/index.ts'
import type { LoraOptions } from '../train/index.ts'
import { UsageError } from './failure.ts'
import { chooseModel } from './models.ts'
import { numberOf } from './options.ts'
import { ProgressLine, type Terminal } from './terminal.ts'
import { readConfiguration, type TrainingConfiguration } from './training/configuration.ts'
import { cacheBeside, prepare } from './training/prepare.ts'
import { type TrainingResult, TrainingRun } from './training/run.ts'
import { openTriplets } from './training/triplets.ts'

interface Flags {
  readonly data?: string
  readonly model?: string
  readonly output?: string
  readonly size?: number
  readonly steps?: number
  readonly batch?: number
  readonly accumulate?: number
  readonly lr?: number
  readonly seed?: number
  readonly loraRank?: number
  readonly loraAlpha?: number
  readonly loraFrom?: string
  readonly loraFormat?: 'kohya' | 'peft'
  readonly precision?: 'fp32' | 'int8' | 'int4'
  readonly checkpointing?: true
  readonly saveEvery?: number
  readonly sampleEvery?: number
  readonly resume?: true
  readonly memory?: number
  readonly threads?: number
  readonly device: Provider | 'auto'
  readonly json?: true
}

/** `pentimento train run.json --steps 2000` */
export function trainCommand(program: Command, terminal: Terminal): void {
  program
    .command('train')
    .description('train a checkpoint, or a LoRA on it, on triplets of source, instruction and target')
    .argument('[configuration]', 'JSON file of the run; flags go before it')
    .option(
      '--data <file>',
      'triplets: a list (.json of the official trainer, .jsonl), a shard, or an export',
    )
    .option('--model <folder|name>', `checkpoint folder, or a name of 'pentimento models'`)
    .option('--output <folder>', 'where states, samples, report and result go')
    .option('--size <n>', 'train at about n × n pixels', numberOf)
    .option('--steps <n>', 'steps in all', numberOf)
    .option('--batch <n>', 'triplets at a time', numberOf)
    .option('--accumulate <n>', 'batches that make a step', numberOf)
    .option('--lr <rate>', 'learning rate', numberOf)
    .option('--seed <n>', 'of order, noise and times', numberOf)
    .option('--lora-rank <n>', 'train a LoRA of this rank, and leave the weights as they are', numberOf)
    .option('--lora-alpha <x>', 'the LoRA counts alpha / rank times; half the rank unless given', numberOf)
    .option('--lora-from <path>', 'go on from this LoRA')
    .addOption(new Option('--lora-format <format>', 'of the LoRA that is written').choices(['kohya', 'peft']))
    .addOption(
      new Option('--precision <precision>', 'of the frozen weights').choices(['fp32', 'int8', 'int4']),
    )
    .option('--checkpointing', 'compute segments again in the backward pass: less memory, more time')
    .option('--save-every <n>', 'steps from state to state', numberOf)
    .option('--sample-every <n>', 'steps from grid to grid of sample edits', numberOf)
    .option('--resume', 'go on from the newest state in the output folder')
    .option('--memory <size>', 'memory that may be used, such as 6GB', parseBytes)
    .option('--threads <n>', 'threads of the CPU', numberOf)
    .addOption(
      new Option('--device <device>', 'where to compute')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
        .default('auto'),
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string | undefined, flags: Flags) => {
      const wish = withFlags(file === undefined ? {} : await readConfiguration(file), flags)
      const result = await runTraining(wish, flags, terminal)
      if (flags.json) terminal.out(`${JSON.stringify(result)}\n`)
      else terminal.out(`${result.output}  step ${result.step}, loss ${result.loss.toPrecision(4)}\n`)
    })
}

/** Flags go before the file. */
function withFlags(file: TrainingConfiguration, flags: Flags): TrainingConfiguration {
  const { loraRank, loraAlpha, loraFrom, loraFormat } = flags
  const asked = [loraRank, loraAlpha, loraFrom, loraFormat].some((each) => each !== undefined)
  const lora =
    file.lora || asked
      ? {
          ...file.lora,
          ...(loraRank !== undefined && { rank: loraRank }),
          ...(loraAlpha !== undefined && { alpha: loraAlpha }),
          ...(loraFrom !== undefined && { from: loraFrom }),
          ...(loraFormat !== undefined && { format: loraFormat }),
        }
      : undefined
  const given = {
    data: flags.data,
    model: flags.model,
    output: flags.output,
    size: flags.size,
    steps: flags.steps,
    batch: flags.batch,
    accumulate: flags.accumulate,
    learningRate: flags.lr,
    seed: flags.seed,
    precision: flags.precision,
    checkpointing: flags.checkpointing,
    saveEvery: flags.saveEvery,
    ...(flags.sampleEvery !== undefined && { samples: { ...file.samples, every: flags.sampleEvery } }),
    lora,
  }
  return { ...file, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}

async function runTraining(
  wish: TrainingConfiguration,
  flags: Flags,
  terminal: Terminal,
): Promise<TrainingResult> {
  const { data, output, precision = 'fp32' } = wish
  if (data === undefined) throw new UsageError('data: expected --data with a list of triplets')
  if (output === undefined) throw new UsageError('output: expected --output with a folder to write to')
  const lora = loraOf(wish)
  if (!lora && precision !== 'fp32')
    throw new UsageError(
      `precision: expected fp32 for weights that are trained, got ${precision}; give --lora-rank to train beside them`,
    )
  const triplets = await openTriplets(data, wish.language ?? 'both')
  await mkdir(output, { recursive: true })
  const line = new ProgressLine(terminal)
  const parts = await openParts(await chooseModel(wish.model, terminal), {
    precision,
    variant: wish.variant,
    memory: flags.memory,
    provider: flags.device,
    cache: defaultCache(terminal.env),
    signal: terminal.signal,
    ...(flags.threads !== undefined && { threads: flags.threads }),
  })
  try {
    const prepared = await prepare(data, triplets, parts, {
      size: wish.size ?? parts.defaults.size,
      cache: wish.cache ?? cacheBeside(resolve(data)),
      kinds: wish.kinds ?? {},
      shown: (wish.samples?.every ?? 0) > 0 ? (wish.samples?.count ?? 4) : 0,
      signal: terminal.signal,
      onProgress: (done, total) =>
        line.show(readingText(done, total), `${Math.floor(total ? (10 * done) / total : done / 100)}`),
    })
    const made = { wish, lora, parts, prepared, output, terminal, line, resume: flags.resume === true }
    return await new TrainingRun(made).run()
  } finally {
    line.end()
    await parts.close()
  }
}

const readingText = (done: number, total: number | undefined): string =>
  total === undefined ? `reading triplets ${done}` : `reading triplets ${done}/${total}`

/** As the original's scripts: alpha is half the rank. */
function loraOf({ lora }: TrainingConfiguration): LoraOptions | undefined {
  if (!lora) return undefined
  const rank = lora.rank ?? 64
  return { rank, alpha: lora.alpha ?? rank / 2, ...(lora.targets && { targets: lora.targets }) }
}
