import type { Session, Sql } from '../../jobs/index.ts'

/** What stands in a ledger, in USD. */
export interface LedgerState {
  /** Undefined where nobody has set a limit. */
  readonly most?: number
  /** Whether calls are made whose price is not known, in spite of a limit. */
  readonly allowUnknown: boolean
  readonly spent: number
  /** What calls in flight may cost, and how many they are, of all processes. */
  readonly reserved: number
  readonly calls: number
}

/** Seconds after which a call that nobody prolonged is of a dead process. */
const reservedSeconds = 120

/** Makes a ledger where there is none. @param spent at least, by what is recorded elsewhere */
export async function openLedgerRow(sql: Sql, name: string, spent: number): Promise<void> {
  await sql.query(
    `INSERT INTO ${sql.schema}.ledgers AS known (name, spent) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET spent = greatest(known.spent, excluded.spent)`,
    [name, spent],
  )
}

/** Sets the limit of all processes, or takes it away. */
export async function limitLedger(
  sql: Sql,
  name: string,
  { most, allowUnknown }: Pick<LedgerState, 'most' | 'allowUnknown'>,
): Promise<void> {
  await sql.query(`UPDATE ${sql.schema}.ledgers SET most = $2, allow_unknown = $3 WHERE name = $1`, [
    name,
    most ?? null,
    allowUnknown,
  ])
}

/** What stands in a ledger now. */
export const readLedger = (sql: Sql, name: string): Promise<LedgerState> => stateOf(sql, sql.schema, name)

/**
 * Reserves the cost of a call where `fits` says so of what stands in the ledger: one process looks and reserves at a time.
 */
export function reserve(
  sql: Sql,
  name: string,
  {
    id,
    amount,
    fits,
  }: { readonly id: string; readonly amount: number; readonly fits: (state: LedgerState) => boolean },
): Promise<{ readonly isReserved: boolean; readonly state: LedgerState }> {
  const { schema } = sql
  return sql.transaction(async (session) => {
    await session.query(`SELECT FROM ${schema}.ledgers WHERE name = $1 FOR UPDATE`, [name])
    await session.query(
      `WITH dead AS (DELETE FROM ${schema}.reservations WHERE ledger = $1 AND until < clock_timestamp() RETURNING amount)
       UPDATE ${schema}.ledgers SET spent = spent + coalesce((SELECT sum(amount) FROM dead), 0) WHERE name = $1`,
      [name],
    )
    const state = await stateOf(session, schema, name)
    if (!fits(state)) return { isReserved: false, state }
    await session.query(
      `INSERT INTO ${schema}.reservations (id, ledger, amount, until)
       VALUES ($1::uuid, $2, $3, clock_timestamp() + interval '${reservedSeconds} seconds') ON CONFLICT DO NOTHING`,
      [id, name, amount],
    )
    return { isReserved: true, state }
  })
}

/** Keeps the reservations of calls that are under way. */
export async function prolong(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query(
    `UPDATE ${sql.schema}.reservations SET until = clock_timestamp() + interval '${reservedSeconds} seconds'
      WHERE id = ANY ($1::uuid[])`,
    [ids],
  )
}

/** Ends a reservation with what the call did cost. Once it is taken for a dead process's it has counted already. */
export async function settle(
  sql: Sql,
  name: string,
  { id, cost }: { readonly id: string; readonly cost: number },
): Promise<void> {
  await sql.query(
    `WITH ended AS (DELETE FROM ${sql.schema}.reservations WHERE id = $2::uuid RETURNING 1)
     UPDATE ${sql.schema}.ledgers SET spent = spent + $3 WHERE name = $1 AND EXISTS (SELECT FROM ended)`,
    [name, id, cost],
  )
}

async function stateOf(session: Session, schema: string, name: string): Promise<LedgerState> {
  const [row] = await session.query<{
    most: number | null
    unknown: boolean
    spent: number
    reserved: number
    calls: number
  }>(
    `SELECT most, allow_unknown AS unknown, spent, coalesce(sum(amount), 0)::float8 AS reserved, count(id)::int AS calls
       FROM ${schema}.ledgers LEFT JOIN ${schema}.reservations ON ledger = ledgers.name
      WHERE ledgers.name = $1 GROUP BY ledgers.name`,
    [name],
  )
  if (row === undefined) throw new Error(`internal: there is no ledger ${name}`)
  const { most, unknown: allowUnknown, spent, reserved, calls } = row
  return { ...(most !== null && { most }), allowUnknown, spent, reserved, calls }
}
