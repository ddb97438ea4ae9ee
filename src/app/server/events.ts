import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Edit } from '../../service/index.ts'

/** Proxies and browsers close connections on which nothing comes; a comment is nothing to programs. */
const quietSeconds = 15

/** Sends edits as server-sent events, until there are no more, the client goes away or the server stops. */
export function sendEvents(
  c: Context,
  stopping: AbortSignal,
  watch: (signal: AbortSignal) => AsyncIterable<Edit>,
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
      for await (const edit of watch(signal)) {
        if (signal.aborted) break
        await stream.writeSSE({ event: 'edit', data: JSON.stringify(edit) })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      clearInterval(quiet)
      gone.abort()
    }
  })
}
