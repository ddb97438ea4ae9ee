import { randomInt } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type EditOption, type EditOptions, type EditSettings, editOptions } from '../edit/index.ts'
import { UsageError } from './failure.ts'
import { helpText } from './help.ts'
import type { Terminal } from './terminal.ts'

/** Options of one edit, as flags and as columns of a list, from the table of the edit layer. */
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
  choice: ' <name>',
  interval: ' <from,to>',
  switch: '',
}

/** `guidanceInterval` as `--guidance-interval <from,to>`. */
export function flagOf(name: Name): string {
  if (name === 'detail') return '--detail <when>'
  const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return `--${kebab}${placeholders[editOptions[name].kind]}`
}

/** The flag against a switch that a model may have on: `--no-reflect`. */
const offOf = (name: Name): string => flagOf(name).replace(/^--/, '--no-')

/** An option's description with its default, as in the documentation. */
export function docOf(name: Name): string {
  const { doc, default: value, kind, ofModel } = editOptions[name] as EditOption<unknown>
  if (name === 'detail') return `${doc} Default: auto, which is on except with --precision fp32.`
  if (kind === 'switch') return ofModel ? `${doc} ${offOf(name)} turns it off.` : doc
  const text = name === 'seed' ? doc.replace(/\.$/, '; random draws one and prints it.') : doc
  const shown = value === '' ? 'empty' : String(value)
  return `${text} Default: ${shown}${ofModel ? ", or the model's own" : ''}.`
}

/** Adds a flag for every option of an edit. */
export function addEditFlags(command: Command): Command {
  for (const name of names) {
    const option = new Option(flagOf(name), helpText(docOf(name)))
    if (name === 'detail') option.choices(['auto', 'on', 'off'])
    else if (editOptions[name].choices) option.choices(editOptions[name].choices)
    else if (editOptions[name].kind !== 'switch') option.argParser((text) => parseFlag(name, text))
    command.addOption(option)
    const { kind, ofModel } = editOptions[name]
    if (kind === 'switch' && ofModel)
      command.addOption(new Option(offOf(name), `the opposite of ${flagOf(name)}`))
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

/** The options of an edit that the flags give, except a random seed, which is drawn later. */
export function editChoice({ seed, detail, ...flags }: EditFlags): EditOptions {
  const given = names.filter((name) => name in flags)
  return {
    ...Object.fromEntries(given.map((name) => [name, flags[name as keyof typeof flags]])),
    seed: seed === 'random' ? undefined : seed,
    detail: detail === undefined || detail === 'auto' ? undefined : detail === 'on',
  }
}

/**
 * Reads the value of an option from a text (a flag, a cell of a table) or from JSON.
 * @throws UsageError `expected …, got …`
 */
export function readOption<T extends Name>(name: T, value: unknown): EditSettings[T] {
  const option = editOptions[name] as EditOption<EditSettings[T]>
  const read = typeof value === 'string' ? parseText(option.kind, value) : value
  if (option.accepts(read)) return read
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  const advice = isInexact ? '; in JSON write it as a string' : ''
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
    case 'choice':
      return text
  }
}

/** Parses a number; returns the text itself, which no option accepts, if it is not one. */
function numberIn(text: string): number | bigint | string {
  const trimmed = text.trim()
  if (/^\d+$/.test(trimmed) && !Number.isSafeInteger(Number(trimmed))) return BigInt(trimmed)
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text
}

/**
 * Consecutive seeds for a number of edits; a random first seed is drawn and printed.
 * @throws UsageError if the last is too large
 */
export function seedsOf(seed: EditFlags['seed'], count: number, terminal: Terminal): EditSettings['seed'][] {
  const first = seed === 'random' ? randomInt(2 ** 32) : (seed ?? editOptions.seed.default)
  if (seed === 'random') terminal.error(`seed ${first}\n`)
  const seeds = Array.from({ length: count }, (_, i) => BigInt(first) + BigInt(i))
  if (!editOptions.seed.accepts(seeds.at(-1)))
    throw new UsageError(
      `--seed: expected ${count} consecutive seeds from ${first} on, each ${editOptions.seed.expected}`,
    )
  return seeds.map((each) => (each <= Number.MAX_SAFE_INTEGER ? Number(each) : each))
}
