import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface SmallProxy {
  readonly address: string
  /** What it was asked for: `CONNECT host:port`, or method and address. */
  readonly asked: string[]
  close(): Promise<void>
}

/** The host by which the proxy knows 127.0.0.1: requests to loopback itself go through no proxy. */
const knownAs = 'server.test'

/** A server of the test by the name that only {@link openSmallProxy} can resolve. */
export const throughProxy = (address: string): string => address.replace('127.0.0.1', knownAs)

const resolved = (address: string): string => address.replace(knownAs, '127.0.0.1')

/** An HTTP proxy on loopback: tunnels for HTTPS, and plain requests. @param status answers every tunnel with it */
export async function openSmallProxy(status = 200): Promise<SmallProxy> {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    const onward = request(
      resolved(incoming.url!),
      { method: incoming.method!, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(response)
        answer.on('error', () => response.destroy())
      },
    )
    onward.on('error', () => response.destroy())
    incoming.pipe(onward)
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  server.on('connect', ({ url }, socket) => {
    asked.push(`CONNECT ${url}`)
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} no\r\n\r\n`)
      return
    }
    const [host, port] = resolved(url!).split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    for (const each of [onward, socket]) each.on('error', () => [onward, socket].map((end) => end.destroy()))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        for (const socket of open) socket.destroy()
      }),
  }
}
