import { type Command, InvalidArgumentError, Option } from 'commander'
import type { LoraChoice, Plan, Precision, Quotes } from '../edit/index.ts'
import { defaultCache } from '../files/index.ts'
import type { Variant } from '../models/index.ts'
import type { Provider } from '../onnx/index.ts'
import type { ModelChoice } from './editing.ts'
import { UsageError } from './failure.ts'
import { chooseModel } from './models.ts'
import { memoryOf, threadsOf } from './options.ts'
import { exists } from './outputs.ts'
import type { Terminal } from './terminal.ts'

/** Flags that choose a model and its execution. */
export interface ModelFlags {
  readonly model?: string
  readonly variant?: Variant
  readonly lora?: readonly LoraChoice[]
  readonly precision: Precision | 'auto'
  readonly memory?: number
  readonly plan: Plan | 'auto'
  readonly device: Provider | 'auto'
  readonly threads?: number
  readonly quotes: Quotes
}

export function addModelFlags(command: Command): Command {
  return command
    .option('--model <folder|name>', `checkpoint folder, or a name listed by 'pentimento models'`)
    .addOption(
      new Option('--variant <variant>', 'version of the weights, if the files leave it open').choices([
        'v1.0',
        'v1.1',
      ]),
    )
    .option('--lora <file[:strength]>', 'LoRA to apply; repeatable', collectLora)
    .addOption(
      new Option('--precision <precision>', 'precision of the linear layers')
        .choices(['auto', 'fp32', 'int8', 'int4'])
        .default('auto'),
    )
    .option(
      '--memory <size>',
      'memory limit, such as 6GB (default: four fifths of the free memory)',
      memoryOf,
    )
    .addOption(
      new Option('--plan <plan>', 'hold all weights in memory, or stream them from disk')
        .choices(['auto', 'whole', 'streamed'])
        .default('auto'),
    )
    .addOption(
      new Option('--device <device>', 'device to run on')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
        .default('auto'),
    )
    .option('--threads <n>', 'CPU threads, at most one per core (default: all cores)', threadsOf)
    .addOption(
      new Option(
        '--quotes <rule>',
        'which quotes mark text to draw: matching pairs, or every quote as in the original',
      )
        .choices(['paired', 'faithful'])
        .default('paired'),
    )
}

/** The model that the flags choose. LoRA files are checked before anything is loaded. @throws UsageError */
export async function modelChoice(flags: ModelFlags, terminal: Terminal): Promise<ModelChoice> {
  const { lora: loras = [] } = flags
  for (const { file } of loras)
    if (!(await exists(file))) throw new UsageError(`--lora: ${file}: no such file or folder`)
  return {
    folder: await chooseModel(flags.model, terminal),
    variant: flags.variant,
    loras,
    precision: flags.precision,
    memory: flags.memory,
    plan: flags.plan === 'auto' ? undefined : flags.plan,
    provider: flags.device,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    quotes: flags.quotes,
    cache: defaultCache(terminal.env),
  }
}

/** `file` or `file:strength`; a colon without a number after it belongs to the name. */
function collectLora(text: string, before: readonly LoraChoice[] = []): readonly LoraChoice[] {
  const [, file, strength] = /^(.+):([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/is.exec(text) ?? []
  if (file === undefined && /:\d+,\d+$/.test(text))
    throw new InvalidArgumentError(
      `expected a strength with a point, such as ${text.replace(/,(\d+)$/, '.$1')}`,
    )
  const choice = { file: file ?? text, strength: Number(strength ?? 1) }
  if (!Number.isFinite(choice.strength) || Math.abs(choice.strength) > 1000)
    throw new InvalidArgumentError(`expected a strength from -1000 to 1000, got ${strength}`)
  return [...before, choice]
}
