import { readFile, stat } from 'node:fs/promises'
import { fileError, shown, WeightsError, type WeightsErrorCode } from './error.ts'
import { maxHeaderBytes } from './header.ts'
import { JsonError, type JsonValue, parseJson } from './json.ts'

/** Reads a JSON file of at most 100 MB. @throws WeightsError, with `code` where it is not acceptable JSON */
export async function readJsonFile(file: string, code: WeightsErrorCode): Promise<JsonValue> {
  let text: string
  try {
    const stats = await stat(file) // before opening: opening a named pipe would wait for a writer
    if (!stats.isFile()) throw new WeightsError('io', `${file}: expected a regular file`)
    if (stats.size > maxHeaderBytes)
      throw new WeightsError(code, `${file}: expected at most ${maxHeaderBytes} bytes, got ${stats.size}`)
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw fileError(file, 'read', error)
  }
  return parseJsonText(file, text, code)
}

/** Parses JSON that is found at `where`. @throws WeightsError with `code`, or `duplicate` for a name that is there twice */
export function parseJsonText(where: string, text: string, code: WeightsErrorCode): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    if (error.duplicate !== undefined)
      throw new WeightsError('duplicate', `${where}: names ${shown(error.duplicate)} twice, get it again`)
    throw new WeightsError(code, `${where}: not valid JSON: ${error.message}, get it again`)
  }
}
