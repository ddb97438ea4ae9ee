import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { delimiterOf, parseTable, readTextFile } from '../../files/index.ts'
import { BenchError } from '../error.ts'
import type { Language } from '../suite/suite.ts'
import { columns, scoresFolder } from './columns.ts'

/** A row of a score file. */
export interface OfficialRow {
  readonly kind: string
  readonly language: Language
  readonly key: string
  readonly instruction: string
  /** As they stand there. */
  readonly sc: string
  readonly pq: string
  /** File and line, for messages. */
  readonly at: string
}

/** The scores that one judge has given a model. */
export interface ScoreFiles {
  /** The judge's folder: `gpt4o`, `qwen25vl`. */
  readonly backbone: string
  readonly folder: string
  /** One for each item, the last of the file. */
  readonly rows: readonly OfficialRow[]
  /** Rows of an item that has a later one: the official script doubles them when it is run again. */
  readonly doubled: number
  /** Rows and columns that were left out, and why. */
  readonly notes: readonly string[]
}

const suffix = '_gpt_score.csv'

/**
 * The official score files of a model's folder, of a backbone's in it, or of an `eval_results_new`: those of the groups,
 * else the combined one. Empty where there are none. @throws BenchError `import` for a file that is none
 */
export async function readScores(path: string): Promise<readonly ScoreFiles[]> {
  const all: ScoreFiles[] = []
  for (const { backbone, folder } of await folders(path)) {
    const files = (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort()
    const groups = files.filter((name) => !name.endsWith(`_combined${suffix}`))
    const read = groups.length > 0 ? groups : files
    if (read.length === 0) continue
    const rows = new Map<string, OfficialRow>()
    const notes: string[] = []
    let doubled = 0
    for (const name of read) {
      const table = await readFile(join(folder, name))
      notes.push(...table.notes)
      for (const row of table.rows) {
        const id = `${row.kind}/${row.language}/${row.key}`
        if (rows.has(id)) doubled++
        rows.set(id, row)
      }
    }
    all.push({ backbone, folder, rows: [...rows.values()], doubled, notes })
  }
  return all
}

async function folders(
  path: string,
): Promise<readonly { readonly backbone: string; readonly folder: string }[]> {
  const isFolder = async (place: string): Promise<boolean> =>
    (await stat(place).catch(() => undefined))?.isDirectory() === true
  if (!(await isFolder(path))) return []
  if (basename(path) === scoresFolder) return [{ backbone: basename(dirname(path)), folder: path }]
  const own = join(path, scoresFolder)
  if (await isFolder(own)) return [{ backbone: basename(path), folder: own }]
  const found: { backbone: string; folder: string }[] = []
  for (const backbone of (await readdir(path)).sort()) {
    const folder = join(path, backbone, scoresFolder)
    if (await isFolder(folder)) found.push({ backbone, folder })
  }
  return found
}

type Column = (typeof columns)[number]

async function readFile(
  file: string,
): Promise<{ readonly rows: readonly OfficialRow[]; readonly notes: readonly string[] }> {
  const text = await readTextFile(file)
  const [head, ...body] = parseTable(text, delimiterOf(text))
  const names = head?.cells ?? []
  // Some write the name as it is meant.
  const places = new Map(
    columns.map((column) => {
      const at = names.indexOf(column)
      return [column, at < 0 && column === 'sementics_score' ? names.indexOf('semantics_score') : at]
    }),
  )
  const missing = columns.filter((column) => (places.get(column) ?? -1) < 0)
  if (missing.length > 0)
    throw new BenchError(
      'import',
      `${file}: expected the columns ${columns.join(', ')}, got ${names.join(', ') || 'none'}; ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    )
  const notes: string[] = []
  const taken = new Set(places.values())
  const strange = names.filter((_, i) => !taken.has(i))
  if (strange.length > 0)
    notes.push(`${file}: columns ${strange.join(', ')} are not known, and were left out`)
  const rows: OfficialRow[] = []
  const wrong: string[] = []
  for (const { line, cells, problem } of body) {
    const cell = (column: Column): string => cells[places.get(column) as number] ?? ''
    const at = `${file}, line ${line}`
    const place = placeIn(cell('edited_image'))
    const language = languageOf(cell('instruction_language'))
    if (problem !== undefined || cells.length !== names.length)
      wrong.push(`${at}: ${problem ?? `${cells.length} cells, expected ${names.length}`}`)
    else if (!place)
      wrong.push(
        `${at}: expected an edited_image such as <kind>/<language>/<key>.png, got '${cell('edited_image')}'`,
      )
    else if (place.language !== language)
      wrong.push(
        `${at}: instruction_language is '${cell('instruction_language')}', the picture lies in ${place.language}`,
      )
    else
      rows.push({
        ...place,
        instruction: cell('instruction'),
        sc: cell('sementics_score'),
        pq: cell('quality_score'),
        at,
      })
  }
  if (wrong.length > 0)
    notes.push(
      `${wrong.length} ${wrong.length === 1 ? 'row was' : 'rows were'} left out: ${wrong.slice(0, 3).join('; ')}${wrong.length > 3 ? '; …' : ''}`,
    )
  return { rows, notes }
}

/** Kind, language and key of `…/<kind>/<language>/<key>.png`, on any system. */
function placeIn(path: string): Pick<OfficialRow, 'kind' | 'language' | 'key'> | undefined {
  const [, kind, folder = '', key] =
    /([^\\/]+)[\\/]([^\\/]+)[\\/]([^\\/]+)\.(?:png|jpe?g|webp)$/i.exec(path) ?? []
  const language = languageOf(folder)
  return kind === undefined || key === undefined || !language ? undefined : { kind, language, key }
}

/** The official statistics ask for `zh`, the data say `cn`. */
function languageOf(text: string): Language | undefined {
  if (text === 'zh') return 'cn'
  return text === 'en' || text === 'cn' ? text : undefined
}
