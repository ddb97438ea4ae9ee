import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Sql } from '../jobs/index.ts'
import { DatasetError } from './error.ts'
import type { Workspace } from './workspace.ts'

/** A process that has not shown itself for so long is taken for dead; each shows itself four times in that time. */
const deadAfterSeconds = 20

interface Shown {
  readonly id: string
  readonly who: string
  readonly configuration: string
}

/**
 * The one process that plans a dataset. Two on one schema would put each other's units aside: the second is refused.
 */
export class Coordinator {
  /** Fails when another process has taken over, because this one did not show itself. */
  readonly lost: Promise<never>
  readonly #sql: Sql
  readonly #id: string
  readonly #timer: NodeJS.Timeout

  private constructor(sql: Sql, me: Shown) {
    this.#sql = sql
    this.#id = me.id
    let lose: (error: Error) => void = () => undefined
    this.lost = new Promise<never>((_, reject) => {
      lose = reject
    })
    this.lost.catch(() => undefined)
    this.#timer = setInterval(
      () => {
        show(sql, me).then(
          (other) => other === undefined || lose(takenError(other)),
          // A database that is away is waited for elsewhere.
          () => undefined,
        )
      },
      (1000 * deadAfterSeconds) / 4,
    )
    this.#timer.unref()
  }

  /** @throws DatasetError `workspace` while another process runs the dataset */
  static async take({ jobs, configuration }: Workspace): Promise<Coordinator> {
    const me: Shown = {
      id: randomUUID(),
      who: `${hostname()}:${process.pid}`,
      configuration: configuration.name,
    }
    const other = await show(jobs.sql, me)
    if (other !== undefined) throw takenError(other)
    return new Coordinator(jobs.sql, me)
  }

  /** Lets others take its place at once. */
  async leave(): Promise<void> {
    clearInterval(this.#timer)
    await this.#sql.query(
      `DELETE FROM ${this.#sql.schema}.facts WHERE name = 'coordinator' AND content->>'id' = $1`,
      [this.#id],
    )
  }
}

/** Writes down that this process lives. @returns who is in its place */
async function show(sql: Sql, me: Shown): Promise<string | undefined> {
  const [row] = await sql.query<{ id: string; who: string }>(
    `INSERT INTO ${sql.schema}.facts AS known (name, content)
     VALUES ('coordinator', json_build_object('id', $1::text, 'who', $2::text,
       'at', extract(epoch FROM clock_timestamp())))
     ON CONFLICT (name) DO UPDATE SET content = CASE
       WHEN known.content->>'id' = $1
         OR (known.content->>'at')::float8 < extract(epoch FROM clock_timestamp()) - ${deadAfterSeconds}
       THEN excluded.content ELSE known.content END
     RETURNING content->>'id' AS id, content->>'who' AS who`,
    [me.id, me.who],
  )
  return row === undefined || row.id === me.id ? undefined : row.who
}

const takenError = (who: string): DatasetError =>
  new DatasetError(
    'workspace',
    `the process ${who} runs this dataset already; wait for it, give this one another "name", or help it by 'pentimento dataset work'`,
  )
