import { smallPicture } from './protocol.ts'

/** A job for the provider of a remote editor, and what it reports of its use. */
export function remoteJob<T extends object>(changes: T) {
  const reports: object[] = []
  const job = {
    picture: smallPicture(),
    ask: undefined,
    instruction: 'make the sky green',
    mask: undefined,
    more: [],
    options: {},
    signal: AbortSignal.timeout(20_000),
    report: (usage: object) => void reports.push(usage),
    ...changes,
  }
  return { job, reports }
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise
  } catch (error) {
    return error as Error & Record<string, unknown>
  }
  throw new Error('expected a failure, got a result')
}
