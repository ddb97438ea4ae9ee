import { FileError } from '../files/index.ts'
import { JobError } from './error.ts'

/** Whether an error means that everything else will fail too: the disk is full. */
export function isDiskFull(error: unknown): boolean {
  if (error instanceof JobError) return error.code === 'disk-full'
  if (error instanceof FileError) return error.code === 'full'
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** Ends when the signal is aborted. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })

/** The work's result, or the signal's reason as soon as it is aborted; the work itself continues to its end. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    aborted.catch(() => undefined)
  }
}
