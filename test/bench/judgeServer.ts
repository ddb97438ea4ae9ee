import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A judge behind the chat API on loopback, which counts what it is asked. */
export interface JudgeServer {
  readonly url: string
  /** How often each question was asked, by the hash of its request. */
  readonly asked: ReadonlyMap<string, number>
  /** How many were asked together. */
  readonly total: number
  /** The most that were waited for at a time. */
  readonly most: number
  /** How long all answers have taken together, from a request's first byte to the answer's last, in milliseconds. */
  readonly busyMilliseconds: number
  close(): Promise<void>
}

/** @param milliseconds that it takes to answer */
export async function startJudgeServer(milliseconds: number): Promise<JudgeServer> {
  const asked = new Map<string, number>()
  let total = 0
  let [open, most] = [0, 0]
  let busyMilliseconds = 0
  const server = createServer((request, response) => {
    const began = performance.now()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      const digest = createHash('sha256').update(body).digest()
      const hash = digest.toString('hex')
      asked.set(hash, (asked.get(hash) ?? 0) + 1)
      total++
      most = Math.max(most, ++open)
      const scores = [digest[0]! % 11, digest[1]! % 11]
      const content = JSON.stringify({ score: scores, reasoning: 'as the hash says' })
      const answer = {
        id: hash,
        object: 'chat.completion',
        model: 'loopback',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
      }
      const text = JSON.stringify(answer)
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      setTimeout(() => {
        open--
        response.writeHead(200, headers)
        response.end(text)
        busyMilliseconds += performance.now() - began
      }, milliseconds)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    get total() {
      return total
    },
    get most() {
      return most
    },
    get busyMilliseconds() {
      return busyMilliseconds
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
