import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { Ort } from './ort.ts'
import { type TensorParts, tensorOf } from './values.ts'

/** What a session gave back. */
export type Found = Pick<OrtTensor, 'dims' | 'data'>

/** A session of ONNX Runtime, in whichever thread. */
export interface HostedSession {
  /** @param wanted outputs by name, with the memory that each is to be written into, or null */
  run(
    given: Readonly<Record<string, TensorParts>>,
    wanted: Readonly<Record<string, TensorParts | null>>,
  ): Promise<Readonly<Record<string, Found>>>
  /** Writes the profile's file. */
  endProfiling(): Promise<void>
  release(): Promise<void>
}

/** A thread that sessions are loaded in, and run. */
export interface Host {
  /** @throws Error as ONNX Runtime words it */
  open(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<HostedSession>
}

/** Where a runtime's sessions may be. */
export interface Hosts {
  readonly here: Host
  /** Two threads beside this one. */
  readonly beside: readonly Host[]
}

/** This thread. ONNX Runtime holds it while a session is loaded or runs. */
export function thisThread(ort: Ort): Host {
  return {
    async open(model, options) {
      const session = await ort.InferenceSession.create(model, options)
      return {
        run(given, wanted) {
          const feeds = Object.entries(given).map(([name, each]) => [name, tensorOf(each, ort.Tensor)])
          const fetches = Object.entries(wanted).map(([name, each]) => [
            name,
            each && tensorOf(each, ort.Tensor),
          ])
          return session.run(Object.fromEntries(feeds), Object.fromEntries(fetches))
        },
        endProfiling: async () => session.endProfiling(),
        release: () => session.release(),
      }
    },
  }
}
