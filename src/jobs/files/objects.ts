import type { SendOptions } from '../../network/index.ts'
import type { FileStoreOptions } from '../files.ts'
import { BucketClient } from './bucketClient.ts'

/** How long a file may take to arrive. */
const uploadMilliseconds = 3_600_000

/** Objects of a bucket under caller-chosen names, below the prefix of the options. */
export interface BucketObjects {
  /** Where an object is, for messages. */
  address(name: string): string
  /** Sends a file or bytes; the server verifies them by their SHA-256, in hex. */
  put(name: string, body: Blob | Uint8Array, sha256: string): Promise<void>
  /** The bytes; undefined if there is no such object. */
  get(name: string): Promise<Uint8Array | undefined>
  delete(name: string): Promise<void>
  /** All names, in order. */
  names(): AsyncIterable<string>
}

/** Opens an existing bucket for objects with caller-chosen names. @throws JobError */
export function openBucketObjects(options: Extract<FileStoreOptions, { bucket: string }>): BucketObjects {
  const client = new BucketClient(options)
  const { prefix = '' } = options
  return {
    address: (name) => client.address(prefix + name),
    async put(name, body, sha256) {
      const key = prefix + name
      const headers = { 'x-amz-content-sha256': sha256, 'content-type': 'application/octet-stream' }
      const init = { method: 'PUT', body, headers } as SendOptions
      client.expect(await client.send(key, init, { milliseconds: uploadMilliseconds }), key, 'write')
    },
    async get(name) {
      const key = prefix + name
      const answer = await client.send(key, { method: 'GET' })
      if (answer.status === 404) return undefined
      client.expect(answer, key, 'read')
      return answer.body
    },
    async delete(name) {
      const key = prefix + name
      const answer = await client.send(key, { method: 'DELETE' })
      if (answer.status !== 404) client.expect(answer, key, 'delete')
    },
    async *names() {
      for await (const key of client.keys(prefix)) yield key.slice(prefix.length)
    },
  }
}
