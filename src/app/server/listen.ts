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
  /** Ends open connections and stops. */
  close(): Promise<void>
}

/** Listens at an address; port 0 takes a free one. @throws UsageError where the port is taken or not allowed */
export async function listen(app: Hono, host: string, port: number): Promise<Listening> {
  const server = await new Promise<ServerType>((done, fail) => {
    const started = serve({ fetch: app.fetch, hostname: host, port }, () => done(started))
    started.once('error', (error: NodeJS.ErrnoException) => fail(cannotListen(host, port, error)))
  })
  const { port: found } = server.address() as AddressInfo
  return {
    port: found,
    address: `http://${bracketed(host)}:${found}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): Error {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'is in use; choose another --port, or 0 for a free one'
      : `cannot be listened at (${error.code ?? error.message})`
  return new UsageError(`${bracketed(host)}:${port}: ${reason}`, { cause: error })
}
