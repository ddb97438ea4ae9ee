import type { Readable, Writable } from 'node:stream'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'

/** Longest message, in bytes: pictures come as base64. */
const mostMessageBytes = 150 * 1024 * 1024

/** Serves one client over streams, until its end of them is closed or the signal is aborted. */
export async function serveStreams(
  factory: McpServerFactory,
  { input, output }: { readonly input: Readable; readonly output: Writable },
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const ended = new Promise<void>((done) => {
    input.once('end', done)
    input.once('close', done)
    input.once('error', () => done())
    output.once('error', () => done())
    signal.addEventListener('abort', () => done(), { once: true })
  })
  const transport = new StdioServerTransport(input, output, { maxBufferSize: mostMessageBytes })
  const serving = serveStdio(factory, { transport, onerror: ({ message }) => log(`mcp: ${message}`) })
  if (!signal.aborted) await ended
  await serving.close()
}
