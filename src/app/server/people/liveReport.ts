/**
 * Something that takes long to make and is asked for often: what was made last, until ten times as long has passed as it
 * took, so that at most a tenth of the time goes into it. One is made at a time.
 */
export function liveReport<T>(
  make: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { readonly value: T; readonly until: number } | undefined
  let making: Promise<T> | undefined
  const remake = async (): Promise<T> => {
    const start = now()
    try {
      const value = await make()
      const end = now()
      last = { value, until: end + 10 * (end - start) }
      return value
    } finally {
      making = undefined
    }
  }
  return async () => {
    if (last && now() < last.until) return last.value
    making ??= remake()
    return making
  }
}
