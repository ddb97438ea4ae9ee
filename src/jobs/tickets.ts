/**
 * The part of pg-boss: a unit that waits has one ticket in it, and no other unit has one.
 *
 * pg-boss 10 queues well. It keeps what waits in order of priority and age, holds back what is to be tried later, and
 * hands each ticket to one worker however many ask (SKIP LOCKED), within our own transactions. What a unit is, and
 * what became of it, is told by our own tables beside it, because of pg-boss 10:
 *
 * - a job's id is forgotten: completed jobs are archived after hours and deleted after days, and its singleton keys
 *   hold back only jobs that still wait. A unit's key has to be known for ever;
 * - a job's retries, delay and time limit are fixed when it is sent. Ours belong to the worker, who may be started
 *   again with others;
 * - a job whose worker died is found when its whole time limit is over, and by a monitor that runs once a minute at
 *   most. There are no heartbeats;
 * - it knows neither pause nor limits over all workers, and a fetch cannot pass over jobs whose tool is busy. So units
 *   that use the same tools share a `lane`, which is a queue of pg-boss, and workers fetch from lanes whose tools are
 *   free;
 * - its payloads and outputs are jsonb, which cannot keep \u0000; a handler's output may well have one.
 *
 * Its monitor, maintenance and cron are not started: there is nothing here for them to do, and a ticket that waits for
 * longer than two weeks would be archived by them.
 */
import PgBoss from 'pg-boss'
import type { Database, Session } from './database/database.ts'

/**
 * Selected in a transaction before {@link Tickets.take}, it makes Postgres read tickets in the order of their index.
 * Without statistics, which PGlite never has and a server not at once, it would rather sort them all. Up to version 17
 * a plan that sorts all the same, as this one does its single row, then counts as so dear that it would be compiled
 * first, for longer than it runs.
 */
export const byIndex = "set_config('enable_sort', 'off', true), set_config('jit', 'off', true)"

/** A unit that waits. */
export interface Ticket {
  readonly lane: number
  /** The unit's number. */
  readonly unit: number
  readonly priority: number
  /** How long it is held back; 0 for a unit that can be taken at once. */
  readonly seconds: number
}

export class Tickets {
  readonly #schema: string
  readonly #boss: PgBoss

  /** Opens the queues in a schema of their own. */
  constructor(schema: string) {
    this.#schema = schema
    // Every call below names the transaction in which it is to run.
    this.#boss = bossOn(schema, nowhere)
  }

  /** Makes or updates pg-boss's tables. To be called while no other process does the same. */
  async install(database: Database): Promise<void> {
    const boss = bossOn(this.#schema, {
      async executeSql(text: string, values?: unknown[]) {
        // pg-boss sends its whole schema as one script, which begins and commits.
        if (values !== undefined || /^\s*SELECT/i.test(text))
          return { rows: await database.query(text, values) }
        await database.script(text)
        return { rows: [] }
      },
    })
    await boss.start()
    await boss.stop({ graceful: false })
  }

  /** Makes the queue of a lane, unless it is there. */
  async openLane(session: Session, lane: number): Promise<void> {
    const name = laneName(lane)
    await bossOn(this.#schema, executor(session)).createQueue(name)
    // pg-boss sorts all that waits at each fetch: about 30 ms of PGlite's time with 20,000 units. See byIndex.
    const [queue] = await session.query<{ table: string }>(
      `SELECT partition_name AS "table" FROM ${this.#schema}.queue WHERE name = $1`,
      [name],
    )
    await session.query(
      `CREATE INDEX IF NOT EXISTS "lane_${lane}_order" ON ${this.#schema}."${queue?.table}"
         (priority DESC, created_on, id) WHERE state < 'active'`,
    )
  }

  async add(session: Session, tickets: readonly Ticket[]): Promise<void> {
    if (tickets.length === 0) return
    await this.#boss.insert(
      tickets.map(({ lane, unit, priority, seconds }) => ({
        id: ticketId(unit),
        name: laneName(lane),
        priority,
        // pg-boss takes what started before now, and PGlite's clock ticks in milliseconds: the second makes it before.
        startAfter: `${(seconds > 0 ? seconds : -1).toFixed(3)} seconds`,
      })),
      { db: executor(session) },
    )
  }

  /** Takes up to `count` of the lane's next tickets; gives the numbers of their units. Select {@link byIndex} before. */
  async take(session: Session, lane: number, count: number): Promise<readonly number[]> {
    const name = laneName(lane)
    // fetch() keeps errors to itself.
    let failure: unknown
    const db = {
      async executeSql(text: string, values?: unknown[]) {
        try {
          return { rows: await session.query<{ id: string }>(text, values) }
        } catch (error) {
          failure = error
          throw error
        }
      },
    }
    const jobs = await this.#boss.fetch(name, { db, batchSize: count })
    if (failure !== undefined) throw failure
    const ids = jobs.map(({ id }) => id)
    if (ids.length > 0) await this.#boss.deleteJob(name, ids, { db: executor(session) })
    return ids.map(unitOf)
  }

  /** Lets all tickets be taken at once that are held back. */
  async hasten(session: Session): Promise<void> {
    await session.query(
      `UPDATE ${this.#schema}.job SET start_after = now() - interval '1 second'
        WHERE state < 'active' AND start_after >= now()`,
    )
  }

  /** Takes back the tickets of units that shall wait no longer. */
  async drop(session: Session, lane: number, units: readonly number[]): Promise<void> {
    if (units.length > 0)
      await this.#boss.deleteJob(laneName(lane), units.map(ticketId), { db: executor(session) })
  }
}

const nowhere: PgBoss.Db = {
  executeSql: () => Promise.reject(new Error('internal: a ticket outside of a transaction')),
}

function bossOn(schema: string, db: PgBoss.Db): PgBoss {
  return new PgBoss({ db, schema, supervise: false, schedule: false })
}

function executor(session: Session): PgBoss.Db {
  return { executeSql: async (text, values?: unknown[]) => ({ rows: await session.query(text, values) }) }
}

function laneName(lane: number): string {
  return `lane-${lane}`
}

/** The number of a unit in the form of a UUID (version 8): tickets of one priority and time are taken in its order. */
function ticketId(unit: number): string {
  return `00000000-0000-8000-8000-${unit.toString(16).padStart(12, '0')}`
}

function unitOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16)
}
