import { editsInSessions, picturesInSessions } from '../history/tables.ts'

/**
 * Other uses of pictures: statements that return `owner` and `picture`, of tables by their schema. Layers with such
 * tables add their own.
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

/** Other uses of edits: statements that return `edit`. */
const shownBy = (schema: string): readonly string[] => [editsInSessions(schema)]

/** A condition over an edit `e`: a session uses it. */
export function isShown(schema: string): string {
  const each = shownBy(schema).map(
    (shown) => `EXISTS (SELECT FROM (${shown}) AS shown WHERE shown.edit = e.id)`,
  )
  return each.length === 0 ? 'false' : `(${each.join(' OR ')})`
}
