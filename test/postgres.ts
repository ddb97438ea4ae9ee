import { execFileSync, type SpawnSyncOptions } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import { isFast } from './slow.ts'

/** Debian keeps servers out of the PATH, a folder a version. */
const debian = '/usr/lib/postgresql'

/** The folder of `initdb` and `pg_ctl`, the newest where there are several. */
function programs(): string | undefined {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')))
}

/** Whether Postgres is to be tested: not by `npm test`, else where it is installed, or where the environment says that it has to be. */
export function hasPostgres(): boolean {
  if (isFast) return false
  return programs() !== undefined || process.env.PENTIMENTO_REQUIRE_POSTGRES === '1'
}

/** A Postgres of its own in a temporary folder, reached by a Unix socket in it. */
export interface TestPostgres {
  readonly url: string
  /** Starts it again after a stop. */
  start(): void
  /** Stops it at once, as a crash would. */
  stop(): void
  /** Stops it and deletes the folder. */
  remove(): void
}

/** Makes and starts a server; as the user `postgres` when this process is root, whom Postgres refuses. */
export function startPostgres(): TestPostgres {
  const bin = programs()
  if (bin === undefined)
    throw new Error('postgres: expected initdb and pg_ctl in the PATH, install Postgres for the tests')
  const folder = mkdtempSync(join(tmpdir(), 'pg-'))
  const data = join(folder, 'data')
  const log = join(folder, 'log')
  const as = user(folder)
  mkdirSync(data)
  if (as.uid !== undefined) chownSync(data, as.uid, as.gid ?? as.uid)

  function run(program: string, ...args: string[]): void {
    try {
      execFileSync(join(bin as string, program), args, {
        ...as,
        stdio: ['ignore', 'ignore', 'pipe'],
        cwd: folder,
      })
    } catch (error) {
      const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : ''
      throw new Error(`postgres: ${program} failed: ${String(error)}\n${log}`)
    }
  }

  function start(): void {
    // Its data need not outlive a power cut. Sockets lie in the folder, so no port is taken.
    const options = `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off -c max_connections=60`
    run('pg_ctl', '-D', data, '-w', '-l', log, '-o', options, 'start')
  }

  function stop(): void {
    run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
  }

  try {
    run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync')
    start()
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    start,
    stop,
    remove() {
      // It may stand still already.
      if (existsSync(join(data, 'postmaster.pid'))) stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Who runs the server; the folder becomes his. */
function user(folder: string): Pick<SpawnSyncOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const as = { uid: id('-u'), gid: id('-g') }
  chownSync(folder, as.uid, as.gid)
  return as
}

/** Runs one statement on a connection of its own. */
export async function queryPostgres<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'test' })
  await client.connect()
  try {
    return (await client.query(sql)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** How many connections there are besides those of the tests. Those that were just closed take a moment to end. */
export async function connectionsOf(url: string): Promise<number> {
  const count = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'pentimento jobs'`
  let found = 0
  for (let tries = 0; tries < 20; tries++) {
    found = (await queryPostgres<{ n: number }>(url, count))[0]?.n ?? 0
    if (found === 0) break
    await new Promise((done) => setTimeout(done, 50))
  }
  return found
}
