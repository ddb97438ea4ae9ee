import { readdir, stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { delimiterOf, parseTable, readTextFile } from '../../files/index.ts'
import { linesOf } from '../suite/items.ts'
import { Problems } from '../suite/problems.ts'
import { staysInside } from '../suite/schema.ts'
import { type Language, languages } from '../suite/suite.ts'
import { decisionId } from './decisions.ts'

/** A collected request: a picture and an instruction in one or both languages. */
export interface CollectedRequest {
  /** From its picture's path and its words: the same in every run. */
  readonly id: string
  /** The picture's file. */
  readonly file: string
  readonly instructions: readonly { readonly language: Language; readonly text: string }[]
  readonly kind: string | undefined
  /** Its place, for messages. */
  readonly where: string
}

const columns = ['picture', 'instruction', 'instruction_en', 'instruction_cn', 'language', 'kind'] as const
type Values = Partial<Record<string, string>>

/**
 * Reads collected requests: a table (`.csv`, `.tsv`) or JSON lines with `picture` (relative to the list), `instruction`
 * or `instruction_en` and `instruction_cn`, maybe `language` and `kind`; or a folder, with such a list named `requests`
 * in it or beside each picture a text file of the same name, an instruction a line.
 * @throws BenchError `suite` that tells every problem
 */
export async function readRequests(path: string): Promise<readonly CollectedRequest[]> {
  const { list, rows } = await rowsOf(path)
  const problems = new Problems(list)
  const requests: CollectedRequest[] = []
  const met = new Set<string>()
  for (const { where, values, problem } of rows) {
    const found = problem ?? (await requestOf(dirname(list), where, values))
    if (typeof found === 'string') problems.add(`${where}: ${found}`)
    else if (!met.has(found.id)) {
      met.add(found.id)
      requests.push(found)
    }
  }
  if (requests.length === 0 && problems.count === 0) problems.add('no requests')
  problems.throwIfAny('correct the list, and run it again')
  return requests
}

interface ListRow {
  readonly where: string
  readonly values: Values
  readonly problem?: string | undefined
}

async function rowsOf(path: string): Promise<{ readonly list: string; readonly rows: readonly ListRow[] }> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory())
    return { list: path, rows: await listRows(path) }
  const names = await readdir(path)
  const list = ['requests.csv', 'requests.tsv', 'requests.jsonl'].find((name) => names.includes(name))
  if (list !== undefined) return { list: join(path, list), rows: await listRows(join(path, list)) }
  const rows: ListRow[] = []
  for (const name of names.filter((each) => pictures.test(each)).sort()) {
    const texts = name.replace(/\.\w+$/, '.txt')
    if (!names.includes(texts)) continue
    const lines = (await readTextFile(join(path, texts))).split(/\r?\n/)
    for (const [i, instruction] of lines.entries())
      if (instruction.trim() !== '')
        rows.push({ where: `${texts} line ${i + 1}`, values: { picture: name, instruction } })
  }
  return { list: join(path, 'requests'), rows }
}

const pictures = /\.(jpe?g|png|webp|avif|heic|gif|tiff?)$/i

async function listRows(file: string): Promise<readonly ListRow[]> {
  if (/^\.(jsonl|ndjson)$/i.test(extname(file))) return lineRows(file)
  const text = await readTextFile(file)
  const [head, ...rows] = parseTable(text, delimiterOf(text))
  const names = (head?.cells ?? []).map((name) => name.toLowerCase())
  const unknown = names.filter((name) => !columns.some((column) => column === name))
  const isTable = names.includes('picture') && unknown.length === 0
  if (!isTable)
    return [
      {
        where: 'line 1',
        values: {},
        problem: `expected the columns picture, instruction (or instruction_en, instruction_cn), language, kind; got ${names.join(', ') || 'none'}`,
      },
    ]
  return rows.map(({ line, cells, problem }) => ({
    where: `line ${line}`,
    values: Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])),
    problem,
  }))
}

async function lineRows(file: string): Promise<readonly ListRow[]> {
  const rows: ListRow[] = []
  for await (const { line, text } of linesOf(file)) {
    if (text.trim() === '') continue
    const where = `line ${line}`
    try {
      const value: unknown = JSON.parse(text)
      const entries = Object.entries(value as Record<string, unknown>)
      const bad = entries.find(
        ([name, each]) => typeof each !== 'string' || !columns.some((column) => column === name),
      )
      rows.push({
        where,
        values: Object.fromEntries(entries) as Values,
        ...(bad && { problem: `${bad[0]}: expected texts under ${columns.join(', ')}` }),
      })
    } catch (error) {
      rows.push({ where, values: {}, problem: `not JSON (${(error as Error).message})` })
    }
  }
  return rows
}

async function requestOf(folder: string, where: string, values: Values): Promise<CollectedRequest | string> {
  const {
    picture = '',
    instruction = '',
    instruction_en = '',
    instruction_cn = '',
    language = '',
    kind = '',
  } = values
  if (!staysInside(picture)) return `picture: expected a path below the list's folder, got '${picture}'`
  const file = join(folder, ...picture.split('/'))
  if (!(await stat(file).catch(() => undefined))?.isFile()) return `picture: ${picture}: no such picture`
  const instructions: { language: Language; text: string }[] = []
  const add = (tag: Language, text: string): void => {
    if (text.trim() !== '') instructions.push({ language: tag, text: text.trim() })
  }
  if (language !== '' && !languages.some((tag) => tag === language))
    return `language: expected en or cn, got '${language}'${/^zh/i.test(language) ? '; write cn for Chinese' : ''}`
  const tag = language === '' ? (/\p{Script=Han}/u.test(instruction) ? 'cn' : 'en') : (language as Language)
  add(tag, instruction)
  add('en', instruction_en)
  add('cn', instruction_cn)
  if (instructions.length === 0) return 'instruction: expected one, got none'
  if (new Set(instructions.map((each) => each.language)).size < instructions.length)
    return 'instruction: two of one language; give each a row of its own'
  return {
    id: decisionId('request', picture, ...instructions.map(({ text }) => text)),
    file,
    instructions,
    kind: kind.trim() === '' ? undefined : kind.trim(),
    where,
  }
}
