import { DatasetError } from './error.ts'

/** @throws DatasetError `cancelled` once the signal is aborted */
export function stopIfAborted(signal: AbortSignal | undefined, what = 'stopped'): void {
  if (signal?.aborted) throw new DatasetError('cancelled', what)
}
