import type { InferenceSession } from 'onnxruntime-node'
import { RuntimeError, reasonOf } from './error.ts'
import type { Placement } from './placement.ts'
import type { Model } from './proto.ts'
import { encodeModel } from './proto.ts'
import type { Provider } from './target.ts'
import { disableTelemetry } from './telemetry.ts'

export type Ort = typeof import('onnxruntime-node')

/** ONNX Runtime is loaded when the first runtime is opened: its library is large, and not every platform has one. */
export async function loadOrt(): Promise<Ort> {
  disableTelemetry()
  try {
    const module = await import('onnxruntime-node')
    // ONNX Runtime logs what it also throws.
    module.env.logLevel = 'fatal'
    return module
  } catch (error) {
    throw new RuntimeError(
      'provider',
      `onnxruntime-node: no library for ${process.platform} ${process.arch}: ${reasonOf(error)}`,
      { cause: error },
    )
  }
}

export interface SessionSettings {
  readonly provider: Provider
  readonly deviceId: number
  readonly threads: number | undefined
  readonly spinning: boolean
  readonly providerOptions: Readonly<Record<string, unknown>>
  readonly prepack: boolean
  readonly arena: boolean
  /** Prefix of the file that a profile is written to. */
  readonly profilePrefix?: string
}

/** Loads a model. @throws RuntimeError saying what the provider cannot do. */
export async function createSession(
  ort: Ort,
  model: Model,
  root: Placement['root'],
  settings: SessionSettings,
): Promise<InferenceSession> {
  const { provider, threads, spinning, prepack, arena, profilePrefix } = settings
  try {
    return await ort.InferenceSession.create(encodeModel(model), {
      executionProviders: [executionProvider(settings, model)],
      graphOptimizationLevel: 'all',
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      // With it ONNX Runtime would take one block as large as all external weights together.
      enableMemPattern: false,
      enableCpuMemArena: arena,
      logSeverityLevel: 4,
      ...(profilePrefix !== undefined && { enableProfiling: true, profileFilePrefix: profilePrefix }),
      extra: {
        session: {
          ...(root !== undefined && { model_external_initializers_file_folder_path: root }),
          ...(!prepack && { disable_prepacking: '1' }),
          ...(!spinning && { intra_op: { allow_spinning: '0' } }),
        },
      },
    })
  } catch (error) {
    throw explained(error, provider)
  }
}

function executionProvider(
  { provider, deviceId, providerOptions }: SessionSettings,
  { hostNodes }: Model,
): InferenceSession.ExecutionProviderConfig {
  const named = { name: provider, ...providerOptions }
  switch (provider) {
    case 'cuda':
    case 'dml':
      return { ...named, deviceId }
    case 'webgpu':
      return { ...named, ...(hostNodes.length > 0 && { forceCpuNodeNames: hostNodes }) }
    case 'cpu':
    case 'coreml':
      return named
  }
}

/** "Could not find an implementation for Erf(13) node with name '/erf.5/Erf'" */
const missingKernel = /implementation for (\w+)\(\d+\) node with name '([^']*)'/

function explained(error: unknown, provider: Provider): RuntimeError {
  const reason = reasonOf(error)
  const [, kernel, node] = missingKernel.exec(reason) ?? []
  if (kernel !== undefined)
    return new RuntimeError(
      'unsupported',
      `${node?.slice(0, node.lastIndexOf('/'))}: the ${provider} provider has no ${kernel} for this dtype; cast to f32 first`,
      { cause: error },
    )
  return new RuntimeError('model', `ONNX Runtime cannot load the model on ${provider}: ${reason}`, {
    cause: error,
  })
}
