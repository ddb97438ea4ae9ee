import type { Sql } from '../../jobs/index.ts'
import type { FileHashes } from '../sources/hashes.ts'

/** Remembers hashes of files in the database, so that a second run does not read a million files again. */
export function rememberedHashes(sql: Sql): FileHashes {
  return {
    async known(files) {
      const rows = await sql.query<{ path: string; sha256: string }>(
        `SELECT known.path, known.sha256
           FROM unnest($1::text[], $2::text[]) AS asked (path, stamp)
           JOIN ${sql.schema}.file_hashes AS known USING (path, stamp)`,
        [files.map(({ path }) => path), files.map(({ stamp }) => stamp)],
      )
      return new Map(rows.map(({ path, sha256 }) => [path, sha256]))
    },
    async remember(files) {
      await sql.query(
        `INSERT INTO ${sql.schema}.file_hashes (path, stamp, sha256)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
         ON CONFLICT (path) DO UPDATE SET stamp = excluded.stamp, sha256 = excluded.sha256`,
        [files.map(({ path }) => path), files.map(({ stamp }) => stamp), files.map(({ sha256 }) => sha256)],
      )
    },
  }
}
