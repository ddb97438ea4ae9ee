/** Files in a bucket that speaks S3, under `<prefix><name>`, flat: a bucket has no folders. */
import type { FileStore, FileStoreOptions } from '../files.ts'
import { BucketClient } from './bucketClient.ts'
import { checkBytes, checkFileName, isName, missing, nameOf } from './name.ts'

export class BucketFileStore implements FileStore {
  readonly #client: BucketClient
  readonly #prefix: string

  constructor(options: Extract<FileStoreOptions, { bucket: string }>) {
    this.#client = new BucketClient(options)
    this.#prefix = options.prefix ?? ''
  }

  async put(bytes: Uint8Array): Promise<string> {
    const name = nameOf(bytes)
    if (await this.has(name)) return name
    // The name is the hash by which the server verifies the upload.
    const headers = { 'x-amz-content-sha256': name, 'content-type': 'application/octet-stream' }
    const key = this.#prefix + name
    const body = bytes as Uint8Array<ArrayBuffer>
    this.#client.expect(await this.#client.send(key, { method: 'PUT', body, headers }), key, 'write')
    return name
  }

  async get(name: string): Promise<Uint8Array> {
    const key = this.#prefix + checkFileName(name)
    const answer = await this.#client.send(key, { method: 'GET' })
    if (answer.status === 404) throw missing(this.#client.address(key))
    this.#client.expect(answer, key, 'read')
    return checkBytes(this.#client.address(key), name, answer.body)
  }

  async has(name: string): Promise<boolean> {
    const key = this.#prefix + checkFileName(name)
    const answer = await this.#client.send(key, { method: 'HEAD' })
    if (answer.status === 404) return false
    this.#client.expect(answer, key, 'look up')
    return true
  }

  async delete(name: string): Promise<void> {
    const key = this.#prefix + checkFileName(name)
    const answer = await this.#client.send(key, { method: 'DELETE' })
    if (answer.status !== 404) this.#client.expect(answer, key, 'delete')
  }

  async *names(): AsyncIterable<string> {
    for await (const key of this.#client.keys(this.#prefix)) {
      const name = key.slice(this.#prefix.length)
      if (isName(name)) yield name
    }
  }
}
