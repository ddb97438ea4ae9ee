import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { InferenceSession } from 'onnxruntime-node'
import type { Found, Host, HostedSession } from './host.ts'
import type { TensorParts } from './values.ts'

/**
 * The thread's own program, in plain JavaScript: it runs as it is from sources, from a build and in tests. Calls are
 * answered one after another. Values are copied and the copies handed over: ONNX Runtime takes no shared memory, and what it
 * gives back cannot be handed over.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const ort = require(workerData)
ort.env.logLevel = 'fatal'
const sessions = new Map()
const methods = {
  async open(session, { model, options }) {
    sessions.set(session, await ort.InferenceSession.create(model, options))
  },
  async run(session, { given, wanted }) {
    const feeds = {}
    for (const [name, { type, data, dims }] of Object.entries(given)) feeds[name] = new ort.Tensor(type, data, dims)
    const found = await sessions.get(session).run(feeds, wanted)
    return Object.fromEntries(wanted.map((name) => [name, { data: found[name].data.slice(), dims: found[name].dims }]))
  },
  async endProfiling(session) {
    sessions.get(session).endProfiling()
  },
  async release(session) {
    const released = sessions.get(session)
    sessions.delete(session)
    await released?.release()
  },
  async close() {
    parentPort.close()
  },
}
let last = Promise.resolve()
parentPort.on('message', ({ call, method, session, args }) => {
  last = last
    .then(() => methods[method](session, args))
    .then((value) => parentPort.postMessage({ call, value }, Object.values(value ?? {}).map(({ data }) => data.buffer)))
    .catch((error) => parentPort.postMessage({ call, failure: error instanceof Error ? error.message : String(error) }))
})`

interface Answer {
  readonly call: number
  readonly value?: unknown
  readonly failure?: string
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * A thread beside this one that sessions are loaded in, and run. It starts with the first call, does one thing at a time,
 * and keeps the process alive only while it works.
 */
export class SessionThread implements Host {
  #worker: Worker | undefined
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0
  #sessions = 0

  async open(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<HostedSession> {
    const session = this.#sessions++
    await this.#call('open', session, { model, options })
    return {
      run: async (given, wanted) => {
        const copies = Object.entries(given).map(
          ([name, parts]) => [name, { ...parts, data: parts.data.slice() }] as const,
        )
        const args = { given: Object.fromEntries(copies), wanted: Object.keys(wanted) }
        const moved = copies.map(([, { data }]) => data.buffer as ArrayBuffer)
        const found = (await this.#call('run', session, args, moved)) as Readonly<Record<string, Found>>
        return Object.fromEntries(
          Object.entries(found).map(([name, each]) => [name, inPlace(each, wanted[name])]),
        )
      },
      endProfiling: async () => void (await this.#call('endProfiling', session)),
      release: async () => void (await this.#call('release', session)),
    }
  }

  /** Ends the thread after what it was asked to do; its sessions must be released by then. */
  async close(): Promise<void> {
    const worker = this.#worker
    if (!worker) return
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage({ call: this.#calls++, method: 'close' })
    await ended
  }

  #call(method: string, session: number, args?: object, moved?: readonly ArrayBuffer[]): Promise<unknown> {
    const worker = this.#worker ?? this.#start()
    worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(this.#calls, { resolve, reject })
      worker.postMessage({ call: this.#calls++, method, session, args }, moved)
    })
  }

  #start(): Worker {
    const library = fileURLToPath(import.meta.resolve('onnxruntime-node'))
    const worker = new Worker(program, { eval: true, execArgv: [], workerData: library })
    this.#worker = worker
    let reason = 'the thread of ONNX Runtime has ended'
    worker.on('message', ({ call, value, failure }: Answer) => {
      const waiting = this.#waiting.get(call)
      this.#waiting.delete(call)
      if (this.#waiting.size === 0) worker.unref()
      if (failure === undefined) waiting?.resolve(value)
      else waiting?.reject(new Error(failure))
    })
    worker.on('error', (error) => {
      reason = `the thread of ONNX Runtime has failed: ${error instanceof Error ? error.message : String(error)}`
    })
    worker.on('exit', () => {
      this.#worker = undefined
      const left = [...this.#waiting.values()]
      this.#waiting.clear()
      for (const { reject } of left) reject(new Error(reason))
    })
    return worker
  }
}

/** Written into its place, if it has one. */
function inPlace({ dims, data }: Found, place: TensorParts | null | undefined): Found {
  if (!place) return { dims, data }
  const { buffer, byteOffset, byteLength } = place.data
  const bytes = data as TensorParts['data']
  new Uint8Array(buffer, byteOffset, byteLength).set(
    new Uint8Array(bytes.buffer, bytes.byteOffset, byteLength),
  )
  return { dims, data: place.data }
}
