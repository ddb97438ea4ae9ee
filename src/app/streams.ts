import { createInterface } from 'node:readline/promises'
import { addAbortSignal } from 'node:stream'
import { systemReason } from '../error/index.ts'
import type { Streams } from './terminal.ts'

/** One press of Ctrl-C can arrive twice, from the terminal and from npm; a later one is a second press. */
const samePress = 200

interface Connection {
  readonly terminal: Streams
  /** Waits until all output is written. @returns the exit code of the process */
  end(exitCode: number): Promise<number>
}

/**
 * The streams and signals of a process. SIGINT, SIGTERM and SIGHUP cancel the work, and end the process at once when
 * they come again. When standard output is lost the work is cancelled too: quietly where its reader has gone
 * (`pentimento batch … | head -1`), with a line and code 2 where it cannot be written (a full disk).
 */
export function connect(process: NodeJS.Process): Connection {
  const cancel = new AbortController()
  let lost: NodeJS.ErrnoException | undefined
  let cancelled = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (cancelled > 0 && performance.now() - cancelled > samePress) process.exit(130)
      if (cancelled === 0) cancelled = performance.now()
      cancel.abort()
    })
  process.stdout.on('error', (error) => {
    lost ??= error
    cancel.abort()
  })
  // There is nobody to report to.
  process.stderr.on('error', () => undefined)
  const write = (stream: NodeJS.WriteStream, content: string | Uint8Array): Promise<void> =>
    new Promise((done) => {
      stream.write(content, () => done())
    })
  return {
    terminal: {
      env: process.env,
      out: (text) => void write(process.stdout, text),
      outBytes: (bytes) => write(process.stdout, bytes),
      error: (text) => {
        if (lost === undefined) process.stderr.write(text)
      },
      isScreen: process.stderr.isTTY === true,
      outIsScreen: process.stdout.isTTY === true,
      input: () => readAll(addAbortSignal(cancel.signal, process.stdin)),
      ...(process.stdin.isTTY &&
        process.stderr.isTTY && { ask: (question) => ask(process, question, cancel.signal) }),
      signal: cancel.signal,
    },
    async end(exitCode) {
      await write(process.stdout, '')
      if (lost === undefined) return exitCode
      if (lost.code === 'EPIPE') return 130
      await write(process.stderr, `pentimento: standard output: cannot write it, ${systemReason(lost)}\n`)
      return 2
    },
  }
}

async function ask(process: NodeJS.Process, question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question, { signal })
  } finally {
    lines.close()
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
