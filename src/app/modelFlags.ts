import { dirname } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  darkroomName,
  EditError,
  type LoraChoice,
  type ModelEditorOptions,
  type Plan,
  type Precision,
  type Quotes,
  remoteConfig,
} from '../edit/index.ts'
import { defaultCache } from '../files/index.ts'
import type { Provider } from '../onnx/index.ts'
import { readConfiguration } from './configuration.ts'
import { UsageError } from './failure.ts'
import { chooseEditor } from './models.ts'
import { memoryOf, threadsOf } from './options.ts'
import { exists } from './outputs.ts'
import { readText } from './readJob.ts'
import type { RemoteChoice } from './remote.ts'
import type { Terminal } from './terminal.ts'

/** How the model of a command is opened. */
export interface ModelChoice extends ModelEditorOptions {
  readonly type: 'model'
  readonly folder: string
  readonly quotes: Quotes
  readonly loras: readonly LoraChoice[]
}

/** How the darkroom of a command is opened. */
export interface DarkroomChoice {
  readonly type: 'darkroom'
  readonly planner: 'embedded' | 'vision'
  /** What the file of --adapters holds. */
  readonly adapters?: unknown
  /** The folder of that file. */
  readonly adaptersFolder?: string | undefined
  /** Whether tools that are missing are installed without asking. */
  readonly yes: boolean
}

/** The editor of a command. */
export type EditorChoice = ModelChoice | DarkroomChoice | RemoteChoice

/** How models of this machine are opened: the flags of {@link addOpeningFlags}. */
export interface OpeningFlags {
  readonly precision: Precision | 'auto'
  readonly memory?: number
  readonly weights: Plan | 'auto'
  readonly device: Provider | 'auto'
  readonly threads?: number
}

/** Flags that choose a model and its execution. */
export interface ModelFlags extends OpeningFlags {
  readonly planner?: 'embedded' | 'vision'
  readonly adapters?: string
  readonly yes?: true
  readonly model?: string
  readonly config?: string
  readonly variant?: string
  readonly lora?: readonly LoraChoice[]
  readonly quotes: Quotes
}

/** Flags of where remote editors stand. */
export function addConfigFlag(command: Command): Command {
  return command.option(
    '--config <file.json>',
    'configuration with remote editors (default: PENTIMENTO_CONFIG, or pentimento.json if it exists)',
  )
}

/** Flags of how models of this machine are opened. */
export function addOpeningFlags(command: Command): Command {
  return command
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
      new Option('--weights <plan>', 'hold all weights in memory, or stream them from disk')
        .choices(['auto', 'whole', 'streamed'])
        .default('auto'),
    )
    .addOption(
      new Option('--device <device>', 'device to run on')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'])
        .default('auto'),
    )
    .option('--threads <n>', 'CPU threads, at most one per core (default: all cores)', threadsOf)
}

export function addModelFlags(command: Command): Command {
  command.option(
    '--model <folder|name>',
    `darkroom, a checkpoint folder, a name listed by 'pentimento models', or a remote editor such as openai:gpt-image-1.5`,
  )
  addConfigFlag(command)
  command
    .addOption(
      new Option('--planner <planner>', "the darkroom's planner (default: embedded)").choices([
        'embedded',
        'vision',
      ]),
    )
    .option('--adapters <file.json>', 'models and servers that the darkroom uses as tools')
    .option('--yes', 'install the tools that an edit of the darkroom needs, without asking')
    .option(
      '--variant <variant>',
      'version of the weights, if the files do not determine it, such as v1.1 or v1.2-preview',
    )
    .option('--lora <file[:strength]>', 'LoRA to apply; repeatable', collectLora)
  return addOpeningFlags(command).addOption(
    new Option(
      '--quotes <rule>',
      'which quotes mark text to draw: matching pairs, or every quote as in the original',
    )
      .choices(['paired', 'faithful'])
      .default('paired'),
  )
}

/** The editor that the flags choose. LoRA files are checked before anything is loaded. @throws UsageError */
export async function modelChoice(flags: ModelFlags, terminal: Terminal): Promise<EditorChoice> {
  const { lora: loras = [] } = flags
  for (const { file } of loras)
    if (!(await exists(file))) throw new UsageError(`--lora: ${file}: no such file or folder`)
  const remote = await remoteChoice(flags, terminal)
  if (remote) return remote
  const model = await chosenEditor(flags, terminal)
  if (model === darkroomName) return darkroomChoice(flags, terminal)
  for (const name of ['planner', 'adapters', 'yes'] as const)
    if (flags[name] !== undefined)
      throw new UsageError(
        `--${name}: expected the darkroom (--model darkroom), got the model ${flags.model ?? model}`,
      )
  return {
    type: 'model',
    folder: model,
    variant: flags.variant,
    loras,
    precision: flags.precision,
    memory: flags.memory,
    plan: flags.weights === 'auto' ? undefined : flags.weights,
    provider: flags.device,
    ...(flags.threads !== undefined && { threads: flags.threads }),
    quotes: flags.quotes,
    cache: defaultCache(terminal.env),
  }
}

/** @throws EditError, UsageError; where there is no such model, it also names the editors of the configuration */
async function chosenEditor(flags: ModelFlags, terminal: Terminal): Promise<string> {
  try {
    return await chooseEditor(flags.model, terminal)
  } catch (error) {
    const { editors, file } = await readConfiguration(flags.config, terminal)
    const names = Object.keys(editors)
    if (!(error instanceof EditError) || names.length === 0) throw error
    throw new EditError(error.code, `${error.message}; ${file} has the editors ${names.join(', ')}`, {
      cause: error,
    })
  }
}

/** The remote editor that the flags choose, if they choose one. @throws UsageError for flags of other editors */
async function remoteChoice(flags: ModelFlags, terminal: Terminal): Promise<RemoteChoice | undefined> {
  const { env } = terminal
  const name = flags.model ?? (env.PENTIMENTO_MODEL || undefined)
  const { editors, folder } = await readConfiguration(flags.config, terminal)
  if (name === undefined || !remoteConfig(name, { editors, env })) return undefined
  for (const flag of ['lora', 'variant', 'memory', 'threads', 'planner', 'adapters', 'yes'] as const)
    if (flags[flag] !== undefined)
      throw new UsageError(`--${flag}: ${name} is a remote editor and takes none; leave it out`)
  return { type: 'remote', name, editors, folder }
}

/** @throws UsageError for flags of models */
async function darkroomChoice(flags: ModelFlags, terminal: Terminal): Promise<DarkroomChoice> {
  const { planner = 'embedded', adapters, yes = false } = flags
  const isSet = { '--lora': flags.lora, '--variant': flags.variant, '--memory': flags.memory }
  for (const [name, value] of Object.entries(isSet))
    if (value !== undefined)
      throw new UsageError(
        `${name}: the darkroom has no weights; choose a model with --model, or leave it out`,
      )
  return {
    type: 'darkroom',
    planner,
    yes,
    ...(adapters !== undefined && {
      adapters: jsonOf(adapters, await readText(adapters, terminal)),
      adaptersFolder: dirname(adapters),
    }),
  }
}

/** @throws UsageError for text that is not JSON */
export function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${name}: expected JSON, got something else (${(error as Error).message})`)
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
