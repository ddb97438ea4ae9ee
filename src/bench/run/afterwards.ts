/**
 * A queue for work that can wait: each `await afterwards()` returns in a turn of the event loop of its own, in order. New
 * answers are read, and the next questions sent, before the next one returns, so that many answers at once do not hold up
 * the questions that follow them.
 */
export function afterwardsQueue(): () => Promise<void> {
  const waiting: (() => void)[] = []
  const next = (): void => {
    waiting.shift()?.()
    if (waiting.length > 0) setImmediate(next)
  }
  return () =>
    new Promise((done) => {
      waiting.push(done)
      // A request that was just made is written in the next check phase; this comes one later.
      if (waiting.length === 1) setImmediate(() => setImmediate(next))
    })
}
