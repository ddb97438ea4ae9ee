/**
 * How workers on a Postgres server know of each other that they live. Each store that works has a row in `holders`
 * whose time it moves on, and a connection that holds an advisory lock. Its units may be taken over when the time
 * has passed **and** the lock is free: a worker whose thread is busy for minutes cannot move its time on, but keeps
 * its connection; one whose connection broke keeps its time for a lease. A killed process loses both.
 *
 * All times are the database's, so clocks of machines need not agree.
 */
import pg from 'pg'
import { pause } from '../pause.ts'
import { connection } from './postgres.ts'

export interface Presence {
  /** Whether others see this store as alive; if not, they may take over its units. */
  readonly held: boolean
  stop(): Promise<void>
}

/** Keeps `holder`, a UUID, marked as alive until stopped. `onLost` is called if this failed for a whole lease. */
export async function holdPresence(options: {
  readonly url: string
  readonly schema: string
  readonly holder: string
  readonly leaseSeconds: number
  readonly onLost: () => void
}): Promise<Presence> {
  const { url, schema, holder, leaseSeconds, onLost } = options
  const ending = new AbortController()
  let client: pg.Client | undefined
  let lastBeat = performance.now()
  let held = false

  /** Connects if needed and updates the time; returns whether that succeeded. */
  async function beat(): Promise<boolean> {
    const started = performance.now()
    try {
      client ??= await connect(url)
      // Repeated each time: after a broken connection the server may have held the old one, and its lock, until now.
      await client.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0))', [holder])
      await client.query(
        `INSERT INTO ${schema}.holders (id, alive_until)
         VALUES ($1::uuid, clock_timestamp() + $2::float8 * interval '1 second')
         ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until`,
        [holder, leaseSeconds],
      )
      lastBeat = started
      held = true
      return true
    } catch {
      await client?.end().catch(() => {})
      client = undefined
      return false
    }
  }

  async function beatOn(): Promise<void> {
    while (!ending.signal.aborted) {
      await pause((leaseSeconds * 1000) / 4, ending.signal)
      if (ending.signal.aborted || (await beat())) continue
      // By our own clock, which may run slightly slow, so a tenth earlier than the others.
      if (held && performance.now() - lastBeat > leaseSeconds * 900) {
        held = false
        onLost()
      }
    }
  }

  await beat()
  const beating = beatOn()
  return {
    get held() {
      return held
    },
    async stop() {
      ending.abort()
      await beating
      // On a new connection if the old one broke unnoticed, so that others need not wait for the lease to end.
      for (let tries = 0; tries < 2; tries++) {
        client ??= await connect(url).catch(() => undefined)
        const gone = client?.query(`DELETE FROM ${schema}.holders WHERE id = $1::uuid`, [holder])
        const done = await gone?.then(
          () => true,
          () => false,
        )
        await client?.end().catch(() => {})
        client = undefined
        if (done) return
      }
    },
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(connection(url))
  client.on('error', () => {})
  await client.connect()
  // A server that ends idle sessions would also release the lock.
  await client.query('SET idle_session_timeout = 0').catch(() => {})
  return client
}
