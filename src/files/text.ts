import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { FileError, fileError } from './error.ts'

/**
 * Reads a text file as UTF-8, with or without a byte order mark (which is taken off).
 * @throws FileError, with the code `encoding` for a file in another encoding
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, 'read it', error)
  })
  return decodeText(path, bytes)
}

/**
 * Bytes as UTF-8 text, without a byte order mark.
 * @param name of the bytes in errors
 * @throws FileError with the code `encoding`: nothing is guessed, since a wrong guess changes the words
 */
export function decodeText(name: string, bytes: Uint8Array): string {
  const wide = wideEncoding(bytes)
  if (wide !== undefined) throw encodingError(name, wide)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw encodingError(name, 'another encoding', error)
  }
}

function encodingError(name: string, found: string, cause?: unknown): FileError {
  return new FileError(
    'encoding',
    `${name}: expected text in UTF-8, got ${found}; save it as UTF-8 (in a spreadsheet "CSV UTF-8")`,
    { cause },
  )
}

/** UTF-16 and UTF-32 by their marks, or by the zero bytes that they have and UTF-8 text has not. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes
  const little = first === 0xff && second === 0xfe
  if (little && third === 0 && fourth === 0) return 'UTF-32'
  if (little || (first === 0xfe && second === 0xff)) return 'UTF-16'
  return bytes.subarray(0, 4096).includes(0) ? 'UTF-16 or binary data' : undefined
}

/** A file's text in pieces, as {@link readTextFile} reads it whole. @throws FileError */
export async function* textPieces(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const stream = createReadStream(path, { highWaterMark: 1 << 20 })
  try {
    let isFirst = true
    for await (const bytes of stream as AsyncIterable<Uint8Array>) {
      const wide = isFirst ? wideEncoding(bytes) : undefined
      if (wide !== undefined) throw encodingError(path, wide)
      isFirst = false
      yield decoder.decode(bytes, { stream: true })
    }
    yield decoder.decode()
  } catch (error) {
    if (error instanceof FileError) throw error
    if (error instanceof TypeError) throw encodingError(path, 'another encoding', error)
    throw fileError(path, 'read it', error)
  }
}
