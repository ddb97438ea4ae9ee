/** What a worker process of the tests is to do. */
export interface WorkerTask {
  readonly store: { readonly folder: string } | { readonly url: string; readonly leaseSeconds: number }
  readonly files: string
  readonly ledger: string
  readonly queue: string
  readonly units: number
  readonly concurrency: number
  /** How long a handler takes, at least. */
  readonly milliseconds: number
  /** Whether it keeps the thread busy for that time, so that nothing else runs. */
  readonly busy?: boolean
}

/** What a unit's file says. */
export function contentOf(key: string): Buffer {
  return Buffer.from(`the file of ${key}\n`.repeat(50))
}

export function keyOf(queue: string, index: number): string {
  return `${queue}/${String(index).padStart(4, '0')}`
}
