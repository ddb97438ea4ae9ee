import { dirname, resolve } from 'node:path'
import { readTextFile } from '../files/index.ts'
import { TrainError } from './error.ts'

/** A source picture, an instruction, and the target picture: files, or the bytes of files. */
export interface Triplet {
  /** For messages, such as the list and the row. Default: its place among the others. */
  readonly name?: string | undefined
  readonly source: string | Uint8Array
  readonly target: string | Uint8Array
  readonly instruction: string
  /** How often it is seen next to the others. Default: 1. */
  readonly weight?: number | undefined
  /** What kind of edit it is, such as `style_change`, where the data says. */
  readonly kind?: string | undefined
}

/**
 * Reads a list of triplets: `.json` as the official trainer has it, `{"<target>": {"ref_image_path": "<source>",
 * "caption": "<instruction>"}}`, or `.jsonl` with a row `{"source": …, "target": …, "instruction": …}` each (`weight`
 * and `kind` are optional). Paths are relative to the list. The text is UTF-8, with or without a byte order mark.
 * @throws TrainError that names file and row
 */
export async function readTriplets(file: string): Promise<readonly Triplet[]> {
  const text = await readTextFile(file).catch((error: Error) => {
    throw new TrainError('data', `${error.message}; expected a list of triplets`, { cause: error })
  })
  if (/\.(csv|tsv)$/i.test(file))
    throw new TrainError(
      'data',
      `${file}: expected JSON lines (.jsonl) or JSON (.json), got a table; convert it`,
    )
  const rows = /\.(jsonl|ndjson)$/i.test(file) ? lines(file, text) : official(file, text)
  if (rows.length === 0) throw new TrainError('data', `${file}: expected at least one triplet, got none`)
  return rows
}

function official(file: string, text: string): Triplet[] {
  const json = parsed(file, text)
  if (!isObject(json))
    throw new TrainError(
      'data',
      `${file}: expected an object of targets, {"target.png": {"ref_image_path": "source.png", "caption": "…"}}`,
    )
  return Object.entries(json).map(([target, row], i) =>
    tripletOf(
      file,
      `row ${i + 1} (${target})`,
      {
        target,
        source: isObject(row) ? row.ref_image_path : undefined,
        instruction: isObject(row) ? row.caption : undefined,
        weight: isObject(row) ? row.weight : undefined,
        kind: isObject(row) ? row.kind : undefined,
      },
      { source: 'ref_image_path', instruction: 'caption', target: 'target' },
    ),
  )
}

function lines(file: string, text: string): Triplet[] {
  const plain = { source: 'source', target: 'target', instruction: 'instruction' }
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const row = parsed(`${file}:${i + 1}`, line)
    if (!isObject(row))
      throw new TrainError('data', `${file}:${i + 1}: expected an object, got ${line.slice(0, 40)}`)
    return [tripletOf(file, `line ${i + 1}`, row, plain)]
  })
}

type Fields = 'source' | 'target' | 'instruction'

function tripletOf(
  file: string,
  row: string,
  values: Readonly<Record<string, unknown>>,
  names: Readonly<Record<Fields, string>>,
): Triplet {
  const where = `${file}: ${row}`
  const textOf = (field: Fields): string => {
    const value = values[field]
    if (typeof value === 'string' && value.trim() !== '') return value
    const got = value === undefined ? 'nothing' : JSON.stringify(value)
    throw new TrainError(
      'data',
      `${where}: ${names[field]}: expected a text, got ${got}; correct or remove it`,
    )
  }
  const { weight } = values
  if (weight !== undefined && !(typeof weight === 'number' && weight >= 0))
    throw new TrainError(
      'data',
      `${where}: weight: expected a number of at least 0, got ${JSON.stringify(weight)}`,
    )
  const place = (path: string) => resolve(dirname(file), path)
  return {
    name: where,
    source: place(textOf('source')),
    target: place(textOf('target')),
    instruction: textOf('instruction'),
    ...(weight !== undefined && { weight }),
    ...(typeof values.kind === 'string' && { kind: values.kind }),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TrainError('data', `${where}: not JSON (${(error as Error).message})`, { cause: error })
  }
}
