import { randomInt } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type EditOption, type EditOptions, type EditSettings, editOptions } from '../edit/index.ts'
import { UsageError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** Options of one edit, as flags and as columns of a list; both are read from the table of the edit layer. */
export type EditFlags = Partial<Omit<EditSettings, 'detail' | 'seed'>> & {
  readonly seed?: EditSettings['seed'] | 'random'
  readonly detail?: Detail
}

type Detail = 'auto' | 'on' | 'off'
type Name = keyof EditSettings

const names = Object.keys(editOptions) as Name[]
const placeholders: Readonly<Record<EditOption<unknown>['kind'], string>> = {
  whole: ' <n>',
  number: ' <x>',
  text: ' <text>',
  interval: ' <from,to>',
  switch: '',
}

/** `guidanceInterval` as `--guidance-interval <from,to>`. */
export function flagOf(name: Name): string {
  if (name === 'detail') return '--detail <when>'
  const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return `--${kebab}${placeholders[editOptions[name].kind]}`
}

/** What an option does and its default, as the documents have it. */
export function docOf(name: Name): string {
  const { doc, default: value, kind, ofModel } = editOptions[name] as EditOption<unknown>
  if (name === 'detail')
    return `${doc} Default: auto, which is on, but off where --precision fp32 asks for the original's result.`
  if (kind === 'switch') return doc
  const random = name === 'seed' ? ' The word random draws one and prints it.' : ''
  const shown = value === '' ? 'empty' : String(value)
  return `${doc}${random} Default: ${shown}${ofModel ? ", or the model's own" : ''}.`
}

/** The same as the help has it: `denoising steps (default: 28, or the model's own)`. */
function helpOf(name: Name): string {
  const text = docOf(name).replace(/\. Default: (.*)\.$/s, ' (default: $1)')
  return text[0]!.toLowerCase() + text.slice(1).replace(/\.$/, '')
}

/** Adds a flag for every option of an edit. */
export function addEditFlags(command: Command): Command {
  for (const name of names) {
    const option = new Option(flagOf(name), helpOf(name))
    if (name === 'detail') option.choices(['auto', 'on', 'off'])
    else if (editOptions[name].kind !== 'switch') option.argParser((text) => parseFlag(name, text))
    command.addOption(option)
  }
  return command
}

function parseFlag(name: Name, text: string): unknown {
  if (name === 'seed' && text === 'random') return text
  try {
    return readOption(name, text)
  } catch {
    throw new InvalidArgumentError(`expected ${editOptions[name].expected}`)
  }
}

/** The options of an edit that flags ask for, but for a seed that is still to be drawn. */
export function editChoice({ seed, detail, ...flags }: EditFlags): EditOptions {
  const given = names.filter((name) => name in flags)
  return {
    ...Object.fromEntries(given.map((name) => [name, flags[name as keyof typeof flags]])),
    seed: seed === 'random' ? undefined : seed,
    detail: detail === undefined || detail === 'auto' ? undefined : detail === 'on',
  }
}

/**
 * A value of an option, from a text (a flag, a cell of a table) or as JSON has it.
 * @throws UsageError `expected …, got …`
 */
export function readOption<T extends Name>(name: T, value: unknown): EditSettings[T] {
  const option = editOptions[name] as EditOption<EditSettings[T]>
  const read = typeof value === 'string' ? parseText(option.kind, value) : value
  if (option.accepts(read)) return read
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  const advice = isInexact ? '; JSON holds it as a text' : ''
  throw new UsageError(`expected ${option.expected}, got ${JSON.stringify(value)}${advice}`)
}

function parseText(kind: EditOption<unknown>['kind'], text: string): unknown {
  switch (kind) {
    case 'whole':
    case 'number':
      return numberIn(text)
    case 'interval':
      return text.split(/[,;]/).map(numberIn)
    case 'switch':
      return /^(true|yes|on|1)$/i.test(text) ? true : /^(false|no|off|0)$/i.test(text) ? false : text
    case 'text':
      return text
  }
}

/** The number that a text is; the text itself, which no option accepts, where it is none. */
function numberIn(text: string): number | bigint | string {
  const trimmed = text.trim()
  if (/^\d+$/.test(trimmed) && !Number.isSafeInteger(Number(trimmed))) return BigInt(trimmed)
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text
}

/**
 * The seeds of a number of edits, which follow each other; a random first one is drawn and printed.
 * @throws UsageError where the last would be too large
 */
export function seedsOf(seed: EditFlags['seed'], count: number, terminal: Terminal): EditSettings['seed'][] {
  const first = seed === 'random' ? randomInt(2 ** 32) : (seed ?? editOptions.seed.default)
  if (seed === 'random') terminal.error(`seed ${first}\n`)
  const seeds = Array.from({ length: count }, (_, i) => BigInt(first) + BigInt(i))
  if (!editOptions.seed.accepts(seeds.at(-1)))
    throw new UsageError(
      `--seed: expected room for ${count} seeds from ${first} on; ${editOptions.seed.expected}`,
    )
  return seeds.map((each) => (each <= Number.MAX_SAFE_INTEGER ? Number(each) : each))
}
