import { randomUUID } from 'node:crypto'
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type McpHttpHandler,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Owner } from '../../service/index.ts'
import { mcpServer } from './mcpServer.ts'
import type { McpParts } from './parts.ts'

/** A client of an earlier revision, which is known by its session. */
interface Session {
  readonly owner: Owner
  readonly transport: WebStandardStreamableHTTPServerTransport
  usedAt: number
}

const [mostSessions, idleMs] = [500, 3_600_000]

/**
 * The protocol over HTTP: without state in the current revision, and with sessions in the earlier ones, where a call is
 * cancelled by another request. A session belongs to its owner, and ends after an hour without a request.
 */
export class McpHttp {
  readonly #parts: McpParts
  readonly #modern: McpHttpHandler
  readonly #sessions = new Map<string, Session>()

  constructor(parts: McpParts) {
    this.#parts = parts
    this.#modern = createMcpHandler(
      ({ authInfo }) => mcpServer(parts, authInfo?.clientId ?? 'local', 'modern'),
      {
        legacy: 'reject',
        onerror: ({ message }) => {
          // Requests that it has refused, and told so.
          if (!message.startsWith('Rejected inbound request')) parts.log(`mcp: ${message}`)
        },
      },
    )
  }

  /** Answers a request of an owner who has been let in. */
  async answer(request: Request, owner: Owner): Promise<Response> {
    const hasBody = request.method === 'POST'
    let parsedBody: unknown
    try {
      if (hasBody) parsedBody = await request.json()
    } catch {
      return rpcError(400, -32700, 'Parse error: expected JSON')
    }
    if (hasBody ? !(await isLegacyRequest(request, parsedBody)) : !request.headers.has('mcp-session-id'))
      return this.#modern.fetch(request, {
        authInfo: { token: '', clientId: owner, scopes: [] },
        ...(hasBody && { parsedBody }),
      })
    return this.#legacy(request, owner, hasBody ? { parsedBody } : {})
  }

  async close(): Promise<void> {
    await this.#modern.close()
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()))
  }

  async #legacy(request: Request, owner: Owner, body: { readonly parsedBody?: unknown }): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    if (id !== null) {
      const session = this.#sessions.get(id)
      if (session?.owner !== owner) return rpcError(404, -32001, 'Session not found')
      session.usedAt = performance.now()
      // Last in the map's order, so that the one that has been idle longest is the first.
      this.#sessions.delete(id)
      this.#sessions.set(id, session)
      return session.transport.handleRequest(request, body)
    }
    if (!isInitializeRequest(body.parsedBody))
      return rpcError(400, -32000, 'Bad Request: expected initialize, or the header Mcp-Session-Id')
    return (await this.#open(owner)).handleRequest(request, body)
  }

  async #open(owner: Owner): Promise<WebStandardStreamableHTTPServerTransport> {
    await this.#forgetIdle()
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, { owner, transport, usedAt: performance.now() })
      },
    })
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId)
    }
    await mcpServer(this.#parts, owner, 'legacy').connect(transport)
    return transport
  }

  async #forgetIdle(): Promise<void> {
    for (const { transport, usedAt } of [...this.#sessions.values()]) {
      if (this.#sessions.size < mostSessions && performance.now() - usedAt < idleMs) break
      await transport.close()
    }
  }
}

const rpcError = (status: number, code: number, message: string): Response =>
  Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status })
