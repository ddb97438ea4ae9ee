import type { Send } from '../network/index.ts'

/** Files named by the SHA-256 of their content, in lower-case hex. The same bytes are kept once. */
export interface FileStore {
  /** Keeps the bytes and gives their name; once it has returned they outlive a power cut. */
  put(bytes: Uint8Array): Promise<string>
  /** The bytes, checked against their name. */
  get(name: string): Promise<Uint8Array>
  has(name: string): Promise<boolean>
  /** Deletes the file, if it is there. */
  delete(name: string): Promise<void>
  /** All names, in order. */
  names(): AsyncIterable<string>
}

/** A folder, or an S3-compatible bucket. */
export type FileStoreOptions =
  | { readonly folder: string }
  | {
      readonly bucket: string
      /** `https://host:port`; the bucket's name follows as the first part of the path. */
      readonly endpoint: string
      /** Default: `us-east-1`. */
      readonly region?: string
      readonly accessKeyId: string
      readonly secretAccessKey: string
      /** Sends requests. Default: directly, through no proxy. */
      readonly fetch?: Send
      /** Comes before the names, as `datasets/first/`. */
      readonly prefix?: string
    }
