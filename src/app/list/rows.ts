import { basename, dirname, extname, isAbsolute, join, normalize, resolve } from 'node:path'
import {
  checkEdit,
  type EditOptions,
  type EditSettings,
  editOptions,
  initStrength,
  parseBox,
} from '../../edit/index.ts'
import { readOption } from '../editFlags.ts'
import { UsageError } from '../failure.ts'
import type { EditJob } from '../job.ts'
import type { ListedJob } from '../jobs.ts'
import type { KnownNames, ListEntry } from './readList.ts'

const required = ['picture', 'instruction'] as const
const optionNames = Object.keys(editOptions) as (keyof EditSettings)[]
const all: readonly string[] = [
  ...required,
  'output',
  'with',
  'init',
  'initStrength',
  'box',
  'mask',
  ...optionNames,
]

/** Headings are compared without case, blanks, hyphens and underscores: `Guidance interval` is guidanceInterval. */
const plain = (heading: string): string => heading.replaceAll(/[\s_-]/g, '').toLowerCase()
const byPlainName = new Map(all.map((name) => [plain(name), name]))

/** The columns that a list of edits may have. */
export const columns: KnownNames = {
  all,
  required,
  find: (heading) => byPlainName.get(plain(heading)),
}

/** What entries of a list take from the command line. */
export interface ListSettings {
  /** The list; picture paths are relative to it. */
  readonly list: string
  readonly output: string
  /** Of outputs that have no name, with its point. */
  readonly ending: string
  readonly options: EditOptions
  /** Whether the seed in `options` is the usual one, which nobody asked for. */
  readonly isUsualSeed?: boolean | undefined
}

/** The edit of an entry, or what is wrong with it. */
export function jobOf(entry: ListEntry, index: number, settings: ListSettings): ListedJob {
  const label = `line ${entry.line}`
  try {
    if (entry.problem !== undefined) throw new UsageError(entry.problem)
    return { label, line: entry.line, job: editOf(entry, index, settings) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { label, line: entry.line, problem: error.message }
  }
}

function editOf({ values }: ListEntry, index: number, settings: ListSettings): EditJob {
  const given = known(values)
  const picture = textOf(given, 'picture')
  const instruction = textOf(given, 'instruction')
  if (picture === undefined || instruction === undefined)
    throw new UsageError(`${picture === undefined ? 'picture' : 'instruction'}: expected a text, got nothing`)
  const beside = (path: string) => resolve(dirname(settings.list), path)
  const own = optionNames.filter((name) => given[name] !== undefined)
  const options = {
    ...settings.options,
    ...Object.fromEntries(own.map((name) => [name, named(name, () => readOption(name, given[name]))])),
  }
  checkEdit({ width: 512, height: 512 }, instruction, options)
  const name = `${String(index + 1).padStart(4, '0')}-${basename(picture, extname(picture))}${settings.ending}`
  return {
    picture: beside(picture),
    instruction,
    output: join(settings.output, outputOf(textOf(given, 'output') ?? name)),
    options,
    isUsualSeed: settings.isUsualSeed === true && !own.includes('seed'),
    init: initOf(given, beside),
    more: furtherOf(given).map(beside),
    ...regionOf(given, beside),
  }
}

/** Values under the known names; empty ones are left out. @throws UsageError for a name that is not known */
function known(values: ListEntry['values']): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const [heading, value] of Object.entries(values)) {
    const name = columns.find(heading)
    if (name === undefined)
      throw new UsageError(`'${heading}' is not known, expected ${columns.all.join(', ')}`)
    if (name in found) throw new UsageError(`${name}: expected it once, got it twice`)
    if (value !== '' && value !== null && value !== undefined) found[name] = value
  }
  return found
}

function textOf(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = values[name]
  if (value === undefined || (typeof value === 'string' && value.trim() !== '')) return value
  throw new UsageError(`${name}: expected a text, got ${JSON.stringify(value)}`)
}

/** An output's name: within the folder of the outputs, since lists are untrusted. @throws UsageError */
function outputOf(name: string): string {
  const plainName = normalize(name)
  if (isAbsolute(name) || /^[a-z]:/i.test(name) || plainName === '..' || /^\.\.[\\/]/.test(plainName))
    throw new UsageError(`output: expected a name within the folder of the outputs (-o), got '${name}'`)
  return plainName
}

/** Further pictures: one file, several with semicolons between them, or in JSON a list. @throws UsageError */
function furtherOf({ with: value }: Readonly<Record<string, unknown>>): readonly string[] {
  if (value === undefined) return []
  const files: readonly unknown[] = typeof value === 'string' ? value.split(';') : [value].flat()
  if (files.every((file): file is string => typeof file === 'string' && file.trim() !== ''))
    return files.map((file) => file.trim())
  throw new UsageError(`with: expected a file, or several as a.jpg;b.jpg, got ${JSON.stringify(value)}`)
}

function initOf(given: Readonly<Record<string, unknown>>, beside: (path: string) => string): EditJob['init'] {
  const picture = textOf(given, 'init')
  if (picture === undefined) {
    if (given.initStrength === undefined) return undefined
    throw new UsageError('initStrength: expected a picture in init')
  }
  const strength = Number(given.initStrength ?? initStrength.default)
  if (!initStrength.accepts(strength))
    throw new UsageError(
      `initStrength: expected ${initStrength.expected}, got ${JSON.stringify(given.initStrength)}`,
    )
  return { picture: beside(picture), strength }
}

function regionOf(
  given: Readonly<Record<string, unknown>>,
  beside: (path: string) => string,
): Pick<EditJob, 'box' | 'mask'> {
  const [box, mask] = [textOf(given, 'box'), textOf(given, 'mask')]
  if (box !== undefined && mask !== undefined)
    throw new UsageError('box, mask: expected one of them, got both')
  return {
    ...(box !== undefined && { box: parseBox(box) }),
    ...(mask !== undefined && { mask: beside(mask) }),
  }
}

function named<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`, { cause: error })
  }
}
