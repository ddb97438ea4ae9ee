import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface SeenRequest {
  readonly method: string
  /** With what stands after `?`. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  /** The server's own address, for links in answers. */
  readonly base: string
}

/** What is answered: `hang` never, `cut` by closing the connection. */
export type GivenAnswer =
  | 'hang'
  | 'cut'
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly json?: unknown
      readonly bytes?: Uint8Array
      readonly text?: string
      /** Before it is sent. */
      readonly milliseconds?: number
    }

export type Handler = (request: SeenRequest) => GivenAnswer | Promise<GivenAnswer>

/** A server on loopback that speaks the protocol of a remote editor. */
export interface RemoteServer {
  readonly url: string
  readonly seen: readonly SeenRequest[]
  /** The most requests that were open at a time. */
  readonly mostAtATime: number
  /** Handlers for the next requests, one each; the last stays. Forgets what was seen. */
  answer(...handlers: Handler[]): void
  close(): Promise<void>
}

/** Starts it, on a port of its own. */
export async function remoteServer(): Promise<RemoteServer> {
  let handlers: Handler[] = []
  let seen: SeenRequest[] = []
  let open = 0
  let most = 0
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    most = Math.max(most, ++open)
    response.on('close', () => open--)
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk as Uint8Array)
    const one: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers as SeenRequest['headers'],
      body: new Uint8Array(Buffer.concat(chunks)),
      base: url,
    }
    seen.push(one)
    const handler = handlers.length > 1 ? handlers.shift()! : handlers[0]!
    const given = await handler(one)
    if (given === 'hang') return
    if (given === 'cut') return void request.socket.destroy()
    const { status = 200, headers = {}, json, bytes, text, milliseconds = 0 } = given
    if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds))
    const type = json !== undefined ? 'application/json' : bytes ? 'image/png' : 'text/html'
    response.writeHead(status, { 'content-type': type, ...headers })
    response.end(json !== undefined ? JSON.stringify(json) : (bytes ?? text ?? ''))
  }
  const server: Server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    get seen() {
      return seen
    },
    get mostAtATime() {
      return most
    },
    answer(...next) {
      handlers = next
      seen = []
      most = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The fields of a form; files as bytes. */
export async function formFields({
  headers,
  body,
}: SeenRequest): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const form = await new Response(body, {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData()
  const fields: Record<string, string | Uint8Array> = {}
  for (const [name, value] of form)
    fields[name] = typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer())
  return fields
}
