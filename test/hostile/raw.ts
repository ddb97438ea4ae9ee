import { connect } from 'node:net'

/** What a server said on a connection: its status lines, all of its text, and whether it closed the connection. */
export interface RawAnswer {
  readonly statuses: readonly number[]
  readonly text: string
  readonly isClosed: boolean
}

/** Sends bytes as they are, part after part, and takes what comes until the server closes or nothing comes for a while. */
export function sendRaw(
  port: number,
  parts: readonly (string | Uint8Array)[],
  { quietMs = 400, betweenMs = 0 }: { readonly quietMs?: number; readonly betweenMs?: number } = {},
): Promise<RawAnswer> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    let quiet: NodeJS.Timeout | undefined
    const end = (isClosed: boolean) => {
      clearTimeout(quiet)
      socket.destroy()
      const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status))
      done({ statuses, text, isClosed })
    }
    const wait = () => {
      clearTimeout(quiet)
      quiet = setTimeout(() => end(false), quietMs)
    }
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      text += chunk
      wait()
    })
    socket.on('close', () => end(true))
    socket.on('error', () => end(true))
    const send = async () => {
      for (const part of parts) {
        if (socket.destroyed) return
        socket.write(part)
        if (betweenMs > 0) await new Promise((next) => setTimeout(next, betweenMs))
      }
      wait()
    }
    socket.on('connect', () => void send())
  })
}
