import pg from 'pg'
import { JobError } from '../error.ts'
import type { Database, Session } from './database.ts'

/**
 * The server detects within about half a minute that a machine is gone (unplugged, not killed), ends its sessions and
 * releases their locks; by default that takes two hours. No effect on a Unix socket.
 */
const keepalive = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3'

/** The name of our connections in `pg_stat_activity`. */
const applicationName = 'pentimento jobs'

/** Opens a database of a Postgres server by URL; connections are made as they are needed, up to five. */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({ ...connection(url), max: 5 })
  // The pool drops an idle connection that breaks; the next query opens another.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  const query = async <Row>(on: pg.Pool | pg.PoolClient, sql: string, values: readonly unknown[] = []) =>
    (await on.query(sql, [...values])).rows as Row[]

  /** A separate connection while it runs; one on which an error may have left a transaction open is discarded. */
  async function withClient<Result>(run: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await pool.connect()
    let failure: Error | undefined
    try {
      return await run(client)
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      client.release(failure)
    }
  }

  return {
    query: (sql, values) => query(pool, sql, values),
    script: (sql) => withClient(async (client) => void (await client.query(sql))),
    transaction: <Result>(run: (session: Session) => Promise<Result>) =>
      withClient(async (client) => {
        await client.query('BEGIN')
        const result = await run({ query: (sql, values) => query(client, sql, values) })
        await client.query('COMMIT')
        return result
      }),
    alone: (run) =>
      withClient(async (client) => {
        const lock = 'hashtextextended($1, 0)'
        await client.query(`SELECT pg_advisory_lock(${lock})`, [applicationName])
        const result = await run()
        await client.query(`SELECT pg_advisory_unlock(${lock})`, [applicationName])
        return result
      }),
    close: () => pool.end(),
  }
}

/** How every connection to a server is made. */
export function connection(url: string): pg.ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new JobError(
      'option',
      `url: expected postgres://user:password@host:port/database, got '${url.replace(/\/\/.*@/, '//…@')}'`,
    )
  }
  return {
    connectionString: url,
    application_name: applicationName,
    options: keepalive,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  }
}

/** The server of a URL for messages, without the password. */
export function serverName(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url)
    return `${searchParams.get('host') ?? hostname}${port && `:${port}`}${pathname}`
  } catch {
    return 'postgres'
  }
}
