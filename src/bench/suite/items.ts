import { createReadStream } from 'node:fs'
import { fileError } from '../../files/index.ts'
import { BenchError } from '../error.ts'
import { misfits, suiteItemSchema } from './schema.ts'
import type { SuiteItem } from './suite.ts'

/** A line of `items.jsonl`: an item, or its problems. */
export type ItemLine = { readonly line: number } & (
  | { readonly item: SuiteItem }
  | { readonly problems: readonly string[] }
)

/** The lines of a text file, one after another. @throws FileError, BenchError `suite` for another encoding */
export async function* linesOf(file: string): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 0
  let rest = ''
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch (error) {
      throw new BenchError(
        'suite',
        `${file} after line ${line}: expected UTF-8, got another encoding; save it as UTF-8`,
        { cause: error },
      )
    }
  }
  try {
    for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
      const lines = (rest + decode(bytes)).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) yield { line: ++line, text: text.replace(/\r$/, '') }
    }
    rest += decode()
    if (rest !== '') yield { line: ++line, text: rest.replace(/\r$/, '') }
  } catch (error) {
    throw fileError(file, 'read it', error)
  }
}

/** The items of a file, each checked, one after another; empty lines are skipped. @throws FileError, BenchError */
export async function* itemLines(file: string): AsyncGenerator<ItemLine> {
  for await (const { line, text } of linesOf(file)) {
    if (text.trim() === '') continue
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      yield { line, problems: [`not JSON (${(error as Error).message})`] }
      continue
    }
    const parsed = suiteItemSchema.safeParse(value)
    yield parsed.success ? { line, item: parsed.data } : { line, problems: misfits(parsed.error) }
  }
}
