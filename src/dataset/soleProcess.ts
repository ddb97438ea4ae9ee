import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Sql } from '../jobs/index.ts'
import { DatasetError } from './error.ts'

/** What only one process of a dataset may do at a time, and the error message for a second one. */
const roles = {
  // Two processes would set each other's units aside.
  coordinator: (who: string) =>
    `the process ${who} already runs this dataset; wait for it, give this one another "name", or help it with 'pentimento dataset work'`,
  // Two processes would hand out the same pairs.
  reviewing: (who: string) =>
    `the process ${who} already serves the review of this dataset; use its links, or stop it first`,
} as const

/** A process without a heartbeat for this long counts as dead; each sends four heartbeats in that time. */
const deadAfterSeconds = 20

/** The one process, on any machine, that has a role in a dataset; a second one is refused. */
export class SoleProcess {
  /** Rejects when another process has taken over because this one sent no heartbeat. */
  readonly lost: Promise<never>
  readonly #sql: Sql
  readonly #me: Shown
  readonly #timer: NodeJS.Timeout

  private constructor(sql: Sql, me: Shown) {
    this.#sql = sql
    this.#me = me
    let lose: (error: Error) => void = () => undefined
    this.lost = new Promise<never>((_, reject) => {
      lose = reject
    })
    this.lost.catch(() => undefined)
    this.#timer = setInterval(
      () => {
        show(sql, me).then(
          (other) => other === undefined || lose(takenError(me, other)),
          // Waiting for an unreachable database is done elsewhere.
          () => undefined,
        )
      },
      (1000 * me.deadAfterSeconds) / 4,
    )
    this.#timer.unref()
  }

  /** @throws DatasetError `workspace` while another process has the role */
  static async take(
    { sql }: { readonly sql: Sql },
    role: keyof typeof roles,
    { deadAfter = deadAfterSeconds }: { readonly deadAfter?: number } = {},
  ): Promise<SoleProcess> {
    const me = { role, id: randomUUID(), who: `${hostname()}:${process.pid}`, deadAfterSeconds: deadAfter }
    const other = await show(sql, me)
    if (other !== undefined) throw takenError(me, other)
    return new SoleProcess(sql, me)
  }

  /** Frees the role for others at once. */
  async leave(): Promise<void> {
    clearInterval(this.#timer)
    await this.#sql.query(`DELETE FROM ${this.#sql.schema}.facts WHERE name = $1 AND content->>'id' = $2`, [
      this.#me.role,
      this.#me.id,
    ])
  }
}

interface Shown {
  readonly role: keyof typeof roles
  readonly id: string
  readonly who: string
  readonly deadAfterSeconds: number
}

/** Records a heartbeat of this process. @returns the process that has the role */
async function show(
  sql: Sql,
  { role, id, who, deadAfterSeconds: limit }: Shown,
): Promise<string | undefined> {
  const [row] = await sql.query<{ id: string; who: string }>(
    `INSERT INTO ${sql.schema}.facts AS known (name, content)
     VALUES ($3::text, json_build_object('id', $1::text, 'who', $2::text,
       'at', extract(epoch FROM clock_timestamp())))
     ON CONFLICT (name) DO UPDATE SET content = CASE
       WHEN known.content->>'id' = $1
         OR (known.content->>'at')::float8 < extract(epoch FROM clock_timestamp()) - $4::float8
       THEN excluded.content ELSE known.content END
     RETURNING content->>'id' AS id, content->>'who' AS who`,
    [id, who, role, limit],
  )
  return row === undefined || row.id === id ? undefined : row.who
}

const takenError = ({ role }: Shown, who: string): DatasetError =>
  new DatasetError('workspace', roles[role](who))
