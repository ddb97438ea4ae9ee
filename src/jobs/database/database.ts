/** Where statements run: the database itself, or a transaction of it. */
export interface Session {
  /** Runs one statement, which must cast what the drivers would read differently: counts to int, times to text. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

/** A Postgres, in this process or elsewhere. Errors are passed on as the driver throws them; see {@link isAway}. */
export interface Database extends Session {
  /**
   * Runs a script of several statements, which may begin and commit; rolls back a transaction that an error leaves
   * open.
   */
  script(sql: string): Promise<void>
  transaction<Result>(run: (session: Session) => Promise<Result>): Promise<Result>
  /** Runs it while no other process does the same. */
  alone<Result>(run: () => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** Node's codes for a server that is not reachable, or no longer. */
const unreachable = new Set(
  'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT ENOENT EHOSTUNREACH ENETUNREACH ENETDOWN ENOTFOUND EAI_AGAIN'.split(
    ' ',
  ),
)

/** Messages of `pg`, which have no code, for a connection that breaks during a query or cannot be opened. */
const broken =
  /^Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed/

/**
 * Whether an error means that the database is temporarily unreachable: it cannot be reached, shuts down or starts up,
 * or is out of disk, memory or connections.
 */
export function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isAway)
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return broken.test(error.message)
  // Classes 08 (connection), 53 (resources), 58 (system), and of 57 all but a cancelled statement (57014).
  return unreachable.has(code) || /^(08...|53...|58...|57P0.)$/.test(code)
}

/** Whether an error only means that two transactions conflicted: a second try may succeed. */
export function isCollision(error: unknown): boolean {
  const { code } = error instanceof Error ? (error as { code?: unknown }) : {}
  return code === '40001' || code === '40P01'
}
