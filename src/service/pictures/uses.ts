import { editsInSessions, picturesInSessions } from '../history/tables.ts'

/**
 * Who else uses pictures: statements that give `owner` and `picture`, of tables by their schema. A layer of tables that
 * names pictures adds its own.
 */
const usesOf = (schema: string): readonly string[] => [
  `SELECT owner, picture FROM ${schema}.uses`,
  picturesInSessions(schema),
]

/** A condition over a row of `pictures`: an edit or a session uses it. */
export function isUsed(schema: string): string {
  const each = usesOf(schema).map(
    (uses) =>
      `EXISTS (SELECT FROM (${uses}) AS used WHERE used.owner = pictures.owner AND used.picture = pictures.id)`,
  )
  return `(${each.join(' OR ')})`
}

/** Which edits others show: statements that give `edit`. */
const shownBy = (schema: string): readonly string[] => [editsInSessions(schema)]

/** A condition over an edit `e`: a session shows it. */
export function isShown(schema: string): string {
  const each = shownBy(schema).map(
    (shown) => `EXISTS (SELECT FROM (${shown}) AS shown WHERE shown.edit = e.id)`,
  )
  return each.length === 0 ? 'false' : `(${each.join(' OR ')})`
}
