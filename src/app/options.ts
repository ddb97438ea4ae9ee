import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  defaultCache,
  type EditOptions,
  type LoraChoice,
  type Plan,
  type Precision,
  parseBytes,
  type Quotes,
} from '../edit/index.ts'
import type { Variant } from '../models/index.ts'
import type { Provider } from '../onnx/index.ts'
import type { ModelChoice } from './editing.ts'
import { chooseModel } from './models.ts'
import type { Terminal } from './terminal.ts'

/** Flags that choose a model and how it runs. */
export interface ModelFlags {
  readonly model?: string
  readonly variant?: Variant
  readonly lora: readonly LoraChoice[]
  readonly precision: Precision | 'auto'
  readonly memory?: number
  readonly plan: Plan | 'auto'
  readonly device: Provider | 'auto'
  readonly threads?: number
  readonly quotes: Quotes
}

/** Flags of one edit. */
export interface EditFlags {
  readonly seed: number
  readonly steps?: number
  readonly guidance?: number
  readonly size?: number
  readonly negative?: string
  readonly dampAbove?: number
  readonly guidanceInterval?: readonly [number, number]
  readonly vaeSample?: true
  readonly keepEditSize?: true
  readonly detail: 'auto' | 'on' | 'off'
}

export function addModelFlags(command: Command): Command {
  return command
    .option('--model <folder|name>', `checkpoint folder, or a name of 'pentimento models'`)
    .addOption(
      new Option('--variant <variant>', 'version of the weights, where the files do not tell').choices([
        'v1.0',
        'v1.1',
      ]),
    )
    .option('--lora <file[:strength]>', 'LoRA to apply; may be given several times', collectLora, [])
    .addOption(
      new Option('--precision <precision>', 'of the weights')
        .choices(['auto', 'fp32', 'int8', 'int4'])
        .default('auto'),
    )
    .option('--memory <size>', 'memory that may be used, such as 6GB', memoryOf)
    .addOption(
      new Option('--plan <plan>', 'all weights in memory, or streamed from disk')
        .choices(['auto', 'whole', 'streamed'])
        .default('auto'),
    )
    .addOption(
      new Option('--device <device>', 'where to compute')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
        .default('auto'),
    )
    .option('--threads <n>', 'threads of the CPU', numberOf)
    .addOption(
      new Option('--quotes <rule>', 'which quotes mark text to draw: closed ones, or as the original has it')
        .choices(['paired', 'faithful'])
        .default('paired'),
    )
}

export function addEditFlags(command: Command): Command {
  return command
    .option('--seed <n>', 'of the noise', numberOf, 0)
    .option('--steps <n>', "denoising steps; 28, or the model's own number", numberOf)
    .option('--guidance <x>', "strength of guidance, 1 is none; 6, or the model's own", numberOf)
    .option('--size <n>', "edit at about n × n pixels; 512, or the model's own size", numberOf)
    .option('--negative <text>', 'what to lead away from')
    .option('--damp-above <t>', 'damp guidance at times above this', numberOf)
    .option('--guidance-interval <from,to>', 'times between which there is guidance', intervalOf)
    .option('--vae-sample', "sample the autoencoder's distribution instead of its mean")
    .option('--keep-edit-size', 'write the picture at the size of the edit, not of the input')
    .addOption(
      new Option(
        '--detail <when>',
        "keep the picture's own pixels and detail where the edit allows it; auto is on, but off where --precision fp32 asks for the original's result",
      )
        .choices(['auto', 'on', 'off'])
        .default('auto'),
    )
}

export function modelChoice(flags: ModelFlags, terminal: Terminal): ModelChoice {
  return {
    folder: chooseModel(flags.model, terminal),
    variant: flags.variant,
    loras: flags.lora,
    precision: flags.precision,
    memory: flags.memory,
    plan: flags.plan === 'auto' ? undefined : flags.plan,
    provider: flags.device,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    quotes: flags.quotes,
    cache: defaultCache(terminal.env),
  }
}

export function editOptions(flags: EditFlags): Omit<EditOptions, 'init'> {
  const { seed, steps, guidance, size, negative, dampAbove, guidanceInterval, vaeSample, keepEditSize } =
    flags
  return {
    seed,
    ...(steps !== undefined && { steps }),
    ...(guidance !== undefined && { guidance }),
    ...(size !== undefined && { size }),
    ...(negative !== undefined && { negative }),
    ...(dampAbove !== undefined && { dampAbove }),
    ...(guidanceInterval !== undefined && { guidanceInterval }),
    ...(vaeSample && { vaeSample }),
    ...(keepEditSize && { keepEditSize }),
    ...(flags.detail !== 'auto' && { detail: flags.detail === 'on' }),
  }
}

export function numberOf(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number))
    throw new InvalidArgumentError(`expected a number, got '${text}'`)
  return number
}

function intervalOf(text: string): readonly [number, number] {
  const [from, to, ...more] = text.split(',').map(numberOf)
  if (from === undefined || to === undefined || more.length > 0)
    throw new InvalidArgumentError(`expected two times such as 0.1,0.9, got '${text}'`)
  return [from, to]
}

function memoryOf(text: string): number {
  try {
    return parseBytes(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

/** `file` or `file:strength`; a colon that no number follows belongs to the name. */
function collectLora(text: string, before: readonly LoraChoice[]): readonly LoraChoice[] {
  const [, file, strength] = /^(.+):(-?\d+(?:\.\d+)?)$/s.exec(text) ?? []
  const choice = file === undefined ? { file: text, strength: 1 } : { file, strength: Number(strength) }
  return [...before, choice]
}
