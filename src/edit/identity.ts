import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'

const pieces = 64
const pieceBytes = 1 << 16

/**
 * A name for a large file's content that is quick to make: SHA-256 over its size, its first megabyte and 64 pieces
 * of 64 KiB spread over it, as `sampled-sha256:…`. Different training runs never share one; a single changed bit may.
 * Of a folder (a LoRA of PEFT) it is the one of the weights inside.
 */
export async function fileIdentity(path: string): Promise<string> {
  const isFolder = (await stat(path)).isDirectory()
  const handle = await open(isFolder ? join(path, 'adapter_model.safetensors') : path)
  try {
    const { size } = await handle.stat()
    const hash = createHash('sha256').update(`${size}:`)
    const add = async (at: number, length: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
      hash.update(buffer.subarray(0, bytesRead))
    }
    await add(0, 1 << 20)
    for (let i = 0; i < pieces; i++) await add(Math.floor((i * size) / pieces), pieceBytes)
    return `sampled-sha256:${hash.digest('hex')}`
  } finally {
    await handle.close()
  }
}
