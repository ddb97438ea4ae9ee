declare module 's3rver' {
  import type { RequestListener } from 'node:http'

  /** What the tests use of it; the package has no types. */
  class S3rver {
    constructor(options: {
      directory: string
      silent: boolean
      vhostBuckets: boolean
      configureBuckets: readonly { name: string }[]
    })
    configureBuckets(): Promise<unknown>
    callback(): RequestListener
  }
  export = S3rver
}
