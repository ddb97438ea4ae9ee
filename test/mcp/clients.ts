import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as EarlierStdio } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as EarlierHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const me = { name: 'test', version: '1.0.0' }
const tasksExtension = 'io.modelcontextprotocol/tasks'

/** How a server is reached: by its address, or as a process of its own. */
export type Reach =
  | { readonly url: string; readonly key?: string }
  | {
      readonly command: string
      readonly args: readonly string[]
      readonly env: Record<string, string>
      readonly cwd: string
    }

const headersOf = (key: string | undefined) => (key === undefined ? {} : { authorization: `Bearer ${key}` })

/** A client of revision 2026-07-28, and what came over its connection. */
export interface CurrentClient {
  readonly client: Client
  /** Results as they came, which the client itself does not pass on where they are tasks. */
  readonly results: Record<string, unknown>[]
  close(): Promise<void>
}

/** Connects the protocol's own client of the current revision. */
export async function connectCurrent(
  reach: Reach,
  { knowsTasks = false }: { readonly knowsTasks?: boolean } = {},
): Promise<CurrentClient> {
  const results: Record<string, unknown>[] = []
  const client = new Client(me, {
    versionNegotiation: { mode: 'auto' },
    capabilities: knowsTasks ? { extensions: { [tasksExtension]: {} } } : {},
  })
  const transport: Transport =
    'url' in reach
      ? new StreamableHTTPClientTransport(new URL(reach.url), {
          requestInit: { headers: headersOf(reach.key) },
        })
      : new StdioClientTransport({ ...reach, args: [...reach.args], stderr: 'inherit' })
  await client.connect(transport)
  const receive = transport.onmessage
  transport.onmessage = (message, extra) => {
    if ('result' in message) results.push(message.result)
    receive?.(message, extra)
  }
  return { client, results, close: () => client.close() }
}

/** Connects the client of the revisions before, which most programs have. */
export async function connectEarlier(
  reach: Reach,
): Promise<{ client: EarlierClient; close(): Promise<void> }> {
  const client = new EarlierClient(me)
  const transport =
    'url' in reach
      ? new EarlierHttp(new URL(reach.url), { requestInit: { headers: headersOf(reach.key) } })
      : new EarlierStdio({ ...reach, args: [...reach.args], stderr: 'inherit' })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  return { client, close: () => client.close() }
}
