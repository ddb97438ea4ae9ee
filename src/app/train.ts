import { dirname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { checkWritable, defaultCache } from '../files/index.ts'
import { type Provider, writeTrace } from '../onnx/index.ts'
import {
  type PictureTrainingHooks,
  type PrepareProgress,
  profiledSteps,
  type StepMetrics,
  TrainError,
  trainOnPictures,
} from '../train/index.ts'
import { UsageError } from './failure.ts'
import { chooseModel } from './models.ts'
import { openingHooks } from './opening.ts'
import { memoryOf, numberOf, threadsOf } from './options.ts'
import { bytesText, duration, ProgressLine, type Terminal } from './terminal.ts'
import { readConfiguration, type TrainingConfiguration } from './training/configuration.ts'
import { addTrainingFlags, trainingFlags } from './training/flags.ts'
import { openTriplets } from './training/triplets.ts'

interface Flags {
  readonly data?: string
  readonly heldOut?: string
  readonly model?: string
  readonly base?: 'flux' | 'sd3'
  readonly languageModel?: string
  readonly autoencoder?: string
  readonly output?: string
  readonly size?: number
  readonly loraRank?: number
  readonly loraAlpha?: number
  readonly loraFrom?: string
  readonly loraFormat?: 'kohya' | 'peft'
  readonly precision?: 'fp32' | 'int8' | 'int4'
  readonly sampleEvery?: number
  readonly resume?: true
  readonly profile?: string
  readonly memory?: number
  readonly threads?: number
  readonly device: Provider | 'auto'
  readonly json?: true
}

/** `pentimento train run.json --steps 2000` */
export function trainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('train')
    .description('train a checkpoint or a LoRA on triplets of source, instruction and target')
    .argument('[configuration]', 'JSON file with the options; flags override it')
    .option('--data <file>', 'triplets: a list (.json of the official trainer, .jsonl), a shard or an export')
    .option('--held-out <file>', 'held-out triplets, for --evaluate-every')
    .option('--model <folder|name>', `checkpoint folder, or a name listed by 'pentimento models'`)
    .addOption(
      new Option(
        '--base <base>',
        'make an editor of a text-to-image model, whose weights --model names: FLUX.1 or Stable Diffusion 3',
      ).choices(['flux', 'sd3']),
    )
    .option(
      '--language-model <folder|name>',
      'with --base: Qwen2.5-VL, a folder or a pulled model (default: qwen2.5-vl-7b)',
    )
    .option('--autoencoder <path>', 'with --base: file or folder (default: next to the weights)')
    .option('--output <folder>', 'folder of states, samples, report and result')
    .option('--size <n>', 'resize pictures to about n × n pixels', numberOf)
    .option('--lora-rank <n>', 'train a LoRA of this rank instead of all weights', numberOf)
    .option(
      '--lora-alpha <x>',
      'alpha of the LoRA, which is scaled by alpha / rank (default: half the rank)',
      numberOf,
    )
    .option('--lora-from <path>', 'continue from this LoRA')
    .addOption(
      new Option('--lora-format <format>', 'format of the LoRA (default: kohya)').choices(['kohya', 'peft']),
    )
    .addOption(
      new Option('--precision <precision>', 'precision of the frozen weights').choices([
        'fp32',
        'int8',
        'int4',
      ]),
    )
  addTrainingFlags(command)
    .option('--sample-every <n>', 'steps between sample edits', numberOf)
    .option(
      '--profile <file.json>',
      `write a trace of the first ${profiledSteps} steps for chrome://tracing, and print time and memory by stage`,
    )
    .option('--resume', 'continue from the latest state in the output folder')
    .option('--memory <size>', 'memory limit, such as 6GB', memoryOf)
    .option('--threads <n>', 'CPU threads, at most one per core', threadsOf)
    .addOption(
      new Option('--device <device>', 'device to run on')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
        .default('auto'),
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string | undefined, flags: Flags & Readonly<Record<string, unknown>>) => {
      const configuration = withFlags(file === undefined ? {} : await readConfiguration(file), flags)
      await runTraining(configuration, flags, terminal)
    })
}

/** Flags override the file. */
function withFlags(
  file: TrainingConfiguration,
  flags: Flags & Readonly<Record<string, unknown>>,
): TrainingConfiguration {
  const { data, heldOut, model, base, languageModel, autoencoder } = flags
  const { output, size, precision, sampleEvery } = flags
  const lora = {
    rank: flags.loraRank,
    alpha: flags.loraAlpha,
    from: flags.loraFrom,
    format: flags.loraFormat,
  }
  const hasLora = file.lora || Object.values(lora).some((value) => value !== undefined)
  return {
    ...file,
    ...trainingFlags(flags),
    ...given({ data, heldOut, model, base, languageModel, autoencoder, output, size, precision }),
    ...(sampleEvery !== undefined && { samples: { ...file.samples, every: sampleEvery } }),
    ...(hasLora && { lora: { ...file.lora, ...given(lora) } }),
  }
}

const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>

async function runTraining(
  configuration: TrainingConfiguration,
  flags: Flags,
  terminal: Terminal,
): Promise<void> {
  const { data, output, language = 'both', heldOut, cache, ...options } = configuration
  if (data === undefined) throw new UsageError('data: expected --data with a list of triplets')
  if (output === undefined) throw new UsageError('output: expected --output with a folder to write to')
  if (options.base !== undefined && options.model === undefined)
    throw new UsageError('model: with --base expected --model with the weights of a text-to-image model')
  if (flags.profile !== undefined) await checkWritable(flags.profile)
  const triplets = await openTriplets(data, language)
  const line = new ProgressLine(terminal)
  const { onIdentify, onQuantize } = openingHooks(line)
  try {
    const result = await trainOnPictures(
      triplets,
      {
        ...options,
        output,
        model: options.base === undefined ? await chooseModel(options.model, terminal) : options.model!,
        heldOut: heldOut === undefined ? undefined : await openTriplets(heldOut, language),
        features: cache ?? join(dirname(resolve(data)), '.pentimento-cache'),
        cache: defaultCache(terminal.env),
        resume: flags.resume,
        memory: flags.memory,
        provider: flags.device,
        threads: flags.threads,
      },
      {
        signal: terminal.signal,
        onIdentify,
        onQuantize,
        onPrepare: (progress) => line.show(...preparingText(progress)),
        onPrepared: ({ count, equal }) => {
          line.end()
          if (equal.length > 0)
            terminal.error(
              `${equal.length} of ${count} triplets have the same picture as source and target, the first is ${equal[0]}\n`,
            )
        },
        onStep: (metrics) => line.show(stepText(metrics)),
        ...(flags.profile !== undefined && profiling(flags.profile, line, terminal)),
      },
    )
    line.end()
    const { path, step, loss, report } = result
    if (flags.json) terminal.out(`${JSON.stringify({ output: path, step, loss, report })}\n`)
    else terminal.out(`${path}  step ${step}, loss ${loss.toPrecision(4)}\n`)
  } catch (error) {
    throw error instanceof TrainError ? withFlag(error) : error
  } finally {
    line.end()
  }
}

/** Hooks that write a profile, and print what each stage took. */
function profiling(
  file: string,
  line: ProgressLine,
  terminal: Terminal,
): Pick<PictureTrainingHooks, 'onProfile' | 'onStage'> {
  return {
    onProfile: (profile) => writeTrace(file, { training: profile }),
    onStage: ({ stage, seconds, peakBytes }) => {
      line.end()
      terminal.error(`${stage}: ${duration(seconds)}, at most ${bytesText(peakBytes)} of memory\n`)
    },
  }
}

/** The error with the flag by which a run is resumed. */
function withFlag(error: TrainError): TrainError {
  const message = error.message.replace(/\bresume it\b/, 'resume it (--resume)')
  return new TrainError(error.code, message, { cause: error })
}

/** What is shown, and what has to change for another line where lines cannot be written over. */
function preparingText({ stage, done, total }: PrepareProgress): [text: string, key: string] {
  const what = stage === 'check' ? 'checking triplets' : 'encoding triplets'
  const tenth = Math.floor(total ? (10 * done) / total : done / 100)
  return [`${what} ${done}${total === undefined ? '' : `/${total}`}`, `${stage} ${tenth}`]
}

function stepText({
  step,
  steps,
  smoothedLoss,
  heldOutLoss,
  samplesPerSecond,
  secondsLeft,
}: StepMetrics): string {
  const heldOut = heldOutLoss === undefined ? '' : `, held out ${heldOutLoss.toPrecision(4)}`
  return `step ${step}/${steps}, loss ${smoothedLoss.toPrecision(4)}${heldOut}, ${samplesPerSecond.toPrecision(3)} triplets/s, about ${duration(secondsLeft)} left`
}
