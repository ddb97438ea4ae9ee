import type { Command } from 'commander'
import { defaultCache } from '../files/index.ts'
import { type AnswerOptions, type LanguageModel, type Message, openLanguageModel } from '../language/index.ts'
import { usualPixels } from '../tools/index.ts'
import { UsageError } from './failure.ts'
import { addOpeningFlags, type OpeningFlags } from './modelFlags.ts'
import { openingHooks } from './opening.ts'
import { numberOf, wholeOf } from './options.ts'
import { PictureReader } from './readJob.ts'
import { duration, ProgressLine, type Terminal } from './terminal.ts'

interface Flags extends OpeningFlags {
  readonly model: string
  readonly system?: string
  readonly maxTokens: number
  readonly maxPixels: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly repetitionPenalty?: number
  readonly seed?: number
  readonly json?: true
}

/** `pentimento ask photo.jpg "what is this?"` */
export function askCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('ask')
    .description('ask a language model about pictures, on this machine')
    .argument('<pictures and question...>', 'any number of pictures, then the question')
    .option('--model <folder|name>', 'a folder, or the name of a pulled model', 'qwen2.5-vl-7b')
    .option('--system <text>', 'the system message')
  addOpeningFlags(command)
    .option('--max-tokens <n>', 'longest answer', wholeOf(1, 1_000_000), 512)
    .option(
      '--max-pixels <n>',
      'reduce larger pictures to this number of pixels',
      wholeOf(784, 12_845_056),
      usualPixels,
    )
    .option(
      '--temperature <number>',
      "sampling temperature; 0 always takes the likeliest token (default: the model's own)",
      numberOf,
    )
    .option('--top-p <number>', 'sample from the likeliest tokens with this total probability', numberOf)
    .option('--top-k <n>', 'sample from this number of likeliest tokens', numberOf)
    .option('--repetition-penalty <number>', 'values above 1 reduce repetition', numberOf)
    .option('--seed <n>', 'seed of the sampling', numberOf)
    .option('--json', 'print the answer as JSON')
    .action((given: readonly string[], flags: Flags) => ask(given, flags, terminal))
}

async function ask(given: readonly string[], flags: Flags, terminal: Terminal): Promise<void> {
  const [question, ...files] = [...given].reverse() as [string, ...string[]]
  if (question.trim() === '') throw new UsageError('question: expected text as the last argument, got none')
  const reader = new PictureReader(terminal)
  const pictures = []
  for (const file of files.reverse()) pictures.push(await reader.read(file))
  const messages: Message[] = [
    ...(flags.system === undefined ? [] : [{ role: 'system' as const, parts: [flags.system] }]),
    { role: 'user', parts: [...pictures, question] },
  ]
  const line = new ProgressLine(terminal)
  const model = await openLanguageModel(flags.model, {
    ...openingHooks(line),
    precision: flags.precision,
    memory: flags.memory,
    plan: flags.weights === 'auto' ? undefined : flags.weights,
    provider: flags.device,
    threads: flags.threads,
    cache: defaultCache(terminal.env),
    signal: terminal.signal,
    env: terminal.env,
  })
  try {
    await answer(model, messages, flags, { terminal, line })
  } finally {
    line.end()
    await model.close()
  }
}

async function answer(
  model: LanguageModel,
  messages: readonly Message[],
  flags: Flags,
  { terminal, line }: { readonly terminal: Terminal; readonly line: ProgressLine },
): Promise<void> {
  const { maxTokens, maxPixels, temperature, topP, topK, repetitionPenalty, seed } = flags
  const options: AnswerOptions = { maxTokens, maxPixels, temperature, topP, topK, repetitionPenalty, seed }
  const started = performance.now()
  line.show('reading the question')
  const stream = model.stream(messages, options, {
    signal: terminal.signal,
    onRead: (share) =>
      line.show(`reading the question: ${Math.floor(100 * share)} %`, `${Math.floor(5 * share)}`),
  })
  let step = await stream.next()
  for (; !step.done; step = await stream.next()) {
    line.end()
    if (!flags.json) terminal.out(step.value)
  }
  const { text, ending, tokens, promptTokens } = step.value
  const seconds = (performance.now() - started) / 1000
  if (flags.json) {
    const { name, precision, plan } = model.facts
    const facts = { model: name, precision, plan, ending, promptTokens, tokens: tokens.length, seconds }
    terminal.out(`${JSON.stringify({ text, ...facts })}\n`)
    return
  }
  terminal.out('\n')
  if (ending === 'length')
    terminal.error(
      `the answer was cut off after ${tokens.length} tokens in ${duration(seconds)}; raise --max-tokens\n`,
    )
}
