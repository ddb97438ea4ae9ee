import { Worker } from 'node:worker_threads'

/** The most that this process has had in RAM since the watch began, in bytes; zeros where the system tells nothing. */
export interface PeakWatch {
  readonly anonymous: number
  readonly file: number
  stop(): Promise<void>
}

const code = `
const { readFileSync } = require('node:fs')
const { workerData } = require('node:worker_threads')
const field = (text, name) => Number(new RegExp(name + ':\\\\s+(\\\\d+) kB').exec(text)?.[1] ?? 0)
setInterval(() => {
  let text
  try { text = readFileSync('/proc/self/status', 'utf8') } catch { return }
  for (const [i, name] of ['RssAnon', 'RssFile'].entries())
    workerData[i] = Math.max(workerData[i], field(text, name))
}, 20)`

/** Watches from a separate thread, because ONNX Runtime blocks the main one while it runs. */
export function watchPeaks(): PeakWatch {
  const kilobytes = new Float64Array(new SharedArrayBuffer(16))
  const worker = new Worker(code, { eval: true, workerData: kilobytes })
  return {
    get anonymous() {
      return kilobytes[0]! * 1024
    },
    get file() {
      return kilobytes[1]! * 1024
    },
    stop: async () => {
      await worker.terminate()
    },
  }
}
