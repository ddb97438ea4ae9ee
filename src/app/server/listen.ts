import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { Hono } from 'hono'
import { UsageError } from '../failure.ts'
import { bracketed } from './guards.ts'

/** A server that listens. */
export interface Listening {
  readonly port: number
  /** `http://127.0.0.1:4820` */
  readonly address: string
  /** Takes no more, gives requests that are being answered some seconds, ends open connections and stops. */
  close(): Promise<void>
}

/** Against clients that send slowly, to hold connections: milliseconds for the headers, and for all of a request. */
export interface Patience {
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly connectionsCheckingInterval: number
}

const usualPatience: Patience = {
  headersTimeout: 20_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 5000,
}

/** Headers of requests are at most this long, and so many connections are open at a time. */
const [mostHeaderBytes, mostConnections] = [16 * 1024, 2000]

/** What is being answered when the server stops may take so long. */
const lastSeconds = 5

/** Listens at an address; port 0 takes a free one. @throws UsageError where the port is taken or not allowed */
export async function listen(
  app: Pick<Hono, 'fetch'>,
  host: string,
  port: number,
  patience: Patience = usualPatience,
): Promise<Listening> {
  const server = await new Promise<ServerType>((done, fail) => {
    const started = serve(
      {
        fetch: app.fetch,
        hostname: host,
        port,
        serverOptions: { ...patience, maxHeaderSize: mostHeaderBytes, keepAliveTimeout: 10_000 },
      },
      () => done(started),
    )
    started.once('error', (error: NodeJS.ErrnoException) => fail(cannotListen(host, port, error)))
  })
  if ('maxConnections' in server) server.maxConnections = mostConnections
  const { port: found } = server.address() as AddressInfo
  return {
    port: found,
    address: `http://${bracketed(host)}:${found}`,
    close: () =>
      new Promise((done) => {
        const ending = setTimeout(() => {
          if ('closeAllConnections' in server) server.closeAllConnections()
        }, 1000 * lastSeconds)
        server.close(() => {
          clearTimeout(ending)
          done()
        })
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      }),
  }
}

function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): Error {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'is in use; choose another --port, or 0 for a free one'
      : `cannot listen there (${error.code ?? error.message})`
  return new UsageError(`${bracketed(host)}:${port}: ${reason}`, { cause: error })
}
