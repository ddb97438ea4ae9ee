import type { Send } from '../network/index.ts'

/** Files named by the SHA-256 of their content, in lower-case hex. The same bytes are kept once. */
export interface FileStore {
  /** Stores the bytes and returns their name; once it has returned they survive a power cut. */
  put(bytes: Uint8Array): Promise<string>
  /** The bytes, verified against their name. */
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
      /** Sends requests. Default: directly, without a proxy. */
      readonly fetch?: Send
      /** Precedes the names, such as `datasets/first/`. */
      readonly prefix?: string
    }
