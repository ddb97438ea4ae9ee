import type { TestService } from './service.ts'

/** The ZIP file of a session, whole. */
export async function zipOf(service: TestService, owner: string, session: string): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of await service.history.export(owner, session)) parts.push(part)
  return Buffer.concat(parts)
}

/** Bytes as a stream of one part. */
export async function* streamed(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}
