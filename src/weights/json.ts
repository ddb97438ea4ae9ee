import { readFile, stat } from 'node:fs/promises'
import { fileError, shown, WeightsError, type WeightsErrorCode } from './error.ts'

/** A parsed JSON value. Objects are maps, so that no name (`__proto__`) has a special meaning. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export type JsonObject = ReadonlyMap<string, JsonValue>

/** Where and why a text is not acceptable JSON; `duplicate` is set when an object names something twice. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  readonly duplicate: string | undefined
  constructor(message: string, duplicate?: string) {
    super(message)
    this.duplicate = duplicate
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const spacePattern = /[ \t\n\r]*/y
const maxDepth = 32
/** Objects and arrays in one text; bounds memory, since `[[],[],…` costs 30 times its length. */
const maxContainers = 2_000_000

/**
 * Parses JSON as `JSON.parse` does, but refuses duplicate names (which `JSON.parse` silently drops), lone
 * surrogates, and texts made to exhaust memory or stack. @throws JsonError
 */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text).document()
}

class JsonReader {
  readonly #text: string
  #at = 0
  #containers = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue {
    this.#space()
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) throw this.#unexpected('the end')
    return value
  }

  #value(depth: number): JsonValue {
    const start = this.#text[this.#at]
    if (start === '{' || start === '[') {
      this.#containers++
      if (depth >= maxDepth) throw new JsonError(`nested deeper than ${maxDepth} at character ${this.#at}`)
      if (this.#containers > maxContainers)
        throw new JsonError(`more than ${maxContainers} objects and arrays`)
      return start === '{' ? this.#object(depth + 1) : this.#array(depth + 1)
    }
    if (start === '"') return this.#string()
    if (start === 't') return this.#word('true', true)
    if (start === 'f') return this.#word('false', false)
    if (start === 'n') return this.#word('null', null)
    return this.#number()
  }

  #object(depth: number): JsonObject {
    const object = new Map<string, JsonValue>()
    this.#at++
    this.#space()
    if (this.#take('}')) return object
    do {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a name in quotes')
      const name = this.#string()
      this.#space()
      if (!this.#take(':')) throw this.#unexpected("':'")
      this.#space()
      if (object.has(name)) throw new JsonError('a name occurs twice', name)
      object.set(name, this.#value(depth))
      this.#space()
    } while (this.#take(','))
    if (!this.#take('}')) throw this.#unexpected("',' or '}'")
    return object
  }

  #array(depth: number): readonly JsonValue[] {
    const array: JsonValue[] = []
    this.#at++
    this.#space()
    if (this.#take(']')) return array
    do {
      this.#space()
      array.push(this.#value(depth))
      this.#space()
    } while (this.#take(','))
    if (!this.#take(']')) throw this.#unexpected("',' or ']'")
    return array
  }

  #string(): string {
    const start = this.#at
    let plain = true
    for (this.#at++; ; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (Number.isNaN(code)) throw new JsonError(`an unterminated string from character ${start}`)
      if (code === 0x22) break
      if (code < 0x20) throw this.#unexpected('no control character in a string')
      if (code === 0x5c) {
        plain = false
        this.#at++
      }
    }
    this.#at++
    if (plain) return this.#text.slice(start + 1, this.#at - 1)
    let value: string
    try {
      value = JSON.parse(this.#text.slice(start, this.#at)) as string
    } catch {
      throw new JsonError(`an invalid escape in the string at character ${start}`)
    }
    // Two different lone surrogates become the same bytes in UTF-8, so they could hide a duplicate.
    if (/\p{Surrogate}/u.test(value))
      throw new JsonError(`a lone surrogate in the string at character ${start}`)
    return value
  }

  #number(): number {
    numberPattern.lastIndex = this.#at
    const digits = numberPattern.exec(this.#text)?.[0]
    if (digits === undefined) throw this.#unexpected('a value')
    this.#at += digits.length
    return Number(digits)
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected('a value')
    this.#at += word.length
    return value
  }

  #space(): void {
    spacePattern.lastIndex = this.#at
    this.#at += spacePattern.exec(this.#text)?.[0].length ?? 0
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #unexpected(expected: string): JsonError {
    const got = this.#at < this.#text.length ? JSON.stringify(this.#text[this.#at]) : 'the end'
    return new JsonError(`expected ${expected} at character ${this.#at}, got ${got}`)
  }
}

/** Configurations and indices of shards are far smaller. */
const maxFileBytes = 100_000_000

/** Reads a JSON file of at most 100 MB. @throws WeightsError, with `code` if it is not valid JSON */
export async function readJsonFile(file: string, code: WeightsErrorCode): Promise<JsonValue> {
  let text: string
  try {
    const stats = await stat(file) // before opening: opening a named pipe would wait for a writer
    if (!stats.isFile()) throw new WeightsError('io', `${file}: expected a regular file`)
    if (stats.size > maxFileBytes)
      throw new WeightsError(code, `${file}: expected at most ${maxFileBytes} bytes, got ${stats.size}`)
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw fileError(file, 'read', error)
  }
  return parseJsonText(file, text, code)
}

/** Parses JSON that is found at `where`. @throws WeightsError with `code`, or `duplicate` for a repeated name */
export function parseJsonText(where: string, text: string, code: WeightsErrorCode): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    if (error.duplicate !== undefined)
      throw new WeightsError(
        'duplicate',
        `${where}: names ${shown(error.duplicate)} twice, download it again`,
      )
    throw new WeightsError(code, `${where}: not valid JSON: ${error.message}, download it again`)
  }
}
