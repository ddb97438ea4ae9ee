import { useEffect, useRef } from 'react'

/** How long something was looked at, in seconds, without the time while the page was hidden. */
export function useLookedAt(): () => number {
  const seen = useRef({ before: 0, since: performance.now() })
  useEffect(() => {
    const onChange = (): void => {
      const now = performance.now()
      if (document.hidden) seen.current.before += now - seen.current.since
      seen.current.since = now
    }
    document.addEventListener('visibilitychange', onChange)
    return () => document.removeEventListener('visibilitychange', onChange)
  }, [])
  return () => {
    const { before, since } = seen.current
    return Math.round((before + performance.now() - since) / 100) / 10
  }
}
