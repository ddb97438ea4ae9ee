import { isMainThread } from 'node:worker_threads'
import { RuntimeError } from './error.ts'

/**
 * ONNX Runtime's npm build collects telemetry from version 1.30 on, unless this variable is set when its library is
 * loaded: a device id and a queue of events in the user's cache, and a log file in the temporary folder. It also reads
 * the process' arguments by a recursive regular expression, which crashes from about 27 kB on.
 */
const variable = 'ORT_DISABLE_TELEMETRY'

/**
 * Switches ONNX Runtime's telemetry off for this process. {@link openRuntime} calls it, so it is only needed in the
 * main thread before the first worker that opens a runtime is created: a worker has a copy of the environment, and what
 * it sets there does not reach the library. @throws RuntimeError in such a worker
 */
export function disableTelemetry(): void {
  if (!isMainThread && process.env[variable] !== '1')
    throw new RuntimeError(
      'provider',
      `onnxruntime-node: its telemetry cannot be switched off from a worker thread; call disableTelemetry() of pentimento/onnx in the main thread before starting the worker, or start the process with ${variable}=1`,
    )
  process.env[variable] = '1'
}
