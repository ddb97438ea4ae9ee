import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeDatabase } from '../../../test/database.ts'
import type { Database } from './database.ts'
import { openPglite } from './pglite.ts'

describe('a database in a thread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pentimento-'))
  let database: Database

  beforeAll(async () => {
    await placeDatabase(folder)
    database = await openPglite(folder, { inThread: true })
    await database.script('CREATE TABLE numbers (number int PRIMARY KEY)')
  })
  afterAll(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })

  const numbers = async (): Promise<number[]> =>
    (await database.query<{ number: number }>('SELECT number FROM numbers ORDER BY number')).map(
      ({ number }) => number,
    )

  it('gives rows as the database in this thread does', async () => {
    const rows = await database.query(
      `SELECT 1 AS one, 'two'::text AS two, NULL AS nothing, $1::text[] AS list, $2::json AS json, true AS yes`,
      [['a', 'b'], JSON.stringify({ a: [1] })],
    )
    expect(rows).toEqual([
      { one: 1, two: 'two', nothing: null, list: ['a', 'b'], json: { a: [1] }, yes: true },
    ])
  })

  it('takes back what a transaction did that fails, and nothing of others comes into it', async () => {
    const failing = database.transaction(async (session) => {
      await session.query('INSERT INTO numbers VALUES (1)')
      await session.query('INSERT INTO numbers VALUES (1)')
    })
    const beside = database.query('INSERT INTO numbers VALUES (2)')
    await expect(failing).rejects.toMatchObject({
      code: '23505',
      message: expect.stringContaining('duplicate'),
    })
    await beside
    expect(await numbers()).toEqual([2])
  })

  it('leaves this thread free while a statement runs', async () => {
    const ends: string[] = []
    const statement = database
      .query('SELECT count(*) FROM generate_series(1, 300000)')
      .then(() => ends.push('statement'))
    setImmediate(() => ends.push('loop'))
    await statement
    expect(ends).toEqual(['loop', 'statement'])
  })

  it('says what is wrong with a folder that does not open', async () => {
    await expect(openPglite('/dev/null/nowhere', { inThread: true })).rejects.toThrow(/nowhere/)
  })
})
