/**
 * Lanes and queues are never deleted, and units are only added to a lane that was looked up by the same statement: checking
 * that again for each of a million units took a fifth of the time of adding them.
 */
export function sql(schema: string): string {
  return `
ALTER TABLE ${schema}.units DROP CONSTRAINT units_queue_fkey, DROP CONSTRAINT units_lane_fkey;
`
}
