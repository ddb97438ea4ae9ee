import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'

/** An event, and its data as JSON says it. */
export interface ServerEvent {
  readonly event: string
  readonly data: unknown
}

/** Proxies and browsers close connections on which nothing comes; a comment is nothing to programs. */
const quietSeconds = 15

/** Sends events, until there are no more, the client goes away or the server stops. */
export function sendEvents(
  c: Context,
  stopping: AbortSignal,
  watch: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
): Response {
  c.header('x-accel-buffering', 'no')
  return streamSSE(c, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const signal = AbortSignal.any([gone.signal, stopping])
    const quiet = setInterval(
      () => void stream.write(': \n\n').catch(() => gone.abort()),
      1000 * quietSeconds,
    )
    try {
      // At once, so that clients know that they are listening.
      await stream.write(': \n\n')
      for await (const { event, data } of watch(signal)) {
        if (signal.aborted) break
        await stream.writeSSE({ event, data: JSON.stringify(data) })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      clearInterval(quiet)
      gone.abort()
    }
  })
}

/** What comes of a source, as events of a name. */
export async function* eventsOf(event: string, source: AsyncIterable<unknown>): AsyncIterable<ServerEvent> {
  for await (const data of source) yield { event, data }
}

/** Events of several sources as they come, until one of them ends. All are begun at once. */
export async function* together(
  ...sources: readonly AsyncIterable<ServerEvent>[]
): AsyncIterable<ServerEvent> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]())
  const next = iterators.map((iterator, i) => iterator.next().then((result) => ({ result, i })))
  // Each is thrown when its turn comes.
  for (const each of next) each.catch(() => undefined)
  try {
    for (;;) {
      const { result, i } = await Promise.race(next)
      if (result.done) return
      next[i] = iterators[i]!.next().then((found) => ({ result: found, i }))
      next[i]!.catch(() => undefined)
      yield result.value
    }
  } finally {
    // One that waits for its next value cannot be ended before it comes: the signal of the sources ends them.
    for (const iterator of iterators) void iterator.return?.().catch(() => undefined)
  }
}
