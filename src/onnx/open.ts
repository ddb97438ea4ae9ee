import { existsSync, readdirSync } from 'node:fs'
import { type Feeds, Graph, matmul, type Tensor, type TensorValue } from '../graph/index.ts'
import { RuntimeError, reasonOf } from './error.ts'
import type { Machine } from './loadedStage.ts'
import { loadOrt, type Ort } from './ort.ts'
import type { Profile } from './profile.ts'
import type { LoadOptions, RunAllOptions, RunOptions, Runtime, Session } from './runtime.ts'
import { PlannedModel } from './session.ts'
import type { Provider } from './target.ts'

/** Where and how graphs are to run. */
export interface RuntimeOptions {
  /** `auto` chooses a GPU if one is faster than the CPU, else the CPU. Default: `auto`. */
  readonly provider?: Provider | 'auto' | undefined
  /** Threads of the CPU; Default: one for each core. */
  readonly threads?: number | undefined
  /** Which of several GPUs. */
  readonly deviceId?: number | undefined
  /** Passed on to the provider as they are: `{ gpu_mem_limit: … }` of CUDA, `{ mlComputeUnits: … }` of CoreML. */
  readonly providerOptions?: Readonly<Record<string, unknown>> | undefined
  /** Whether waiting threads keep their core busy: fastest when nothing else runs. Default: true. */
  readonly spinning?: boolean | undefined
}

/** GPU providers in the order that `auto` tries them; CoreML refuses graphs with open sizes too often. */
const gpus: readonly Provider[] = ['cuda', 'dml', 'webgpu']

/** Opens a runtime. @throws RuntimeError that lists the available providers if the requested one is missing. */
export async function openRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const ort = await loadOrt()
  const { provider = 'auto', threads, deviceId = 0, spinning = true, providerOptions = {} } = options
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
    throw new RuntimeError('provider', `threads: expected a whole number above 0, got ${threads}`)
  const machine = { threads, deviceId, spinning, providerOptions }
  if (provider !== 'auto') {
    await checkProvider(ort, { ...machine, provider })
    return new OrtRuntime(ort, { ...machine, provider })
  }
  return new OrtRuntime(ort, { ...machine, provider: await fastest(ort, machine) })
}

async function checkProvider(ort: Ort, machine: Machine): Promise<void> {
  const known = ort.listSupportedBackends().map(({ name }) => name)
  const { provider } = machine
  if (!known.includes(provider))
    throw new RuntimeError(
      'provider',
      `provider '${provider}': this build of ONNX Runtime has ${known.join(', ')}; choose one of them or 'auto'`,
    )
  try {
    await timeProduct(ort, machine, 2)
  } catch (error) {
    const reason = error instanceof RuntimeError && error.cause !== undefined ? error.cause : error
    throw new RuntimeError(
      'provider',
      `provider '${provider}' cannot start: ${reasonOf(reason)}; choose 'cpu' or 'auto'`,
      { cause: error },
    )
  }
}

/** A GPU, or what passes for one, is taken only where a product of 1024×1024 comes back sooner than from the CPU. */
async function fastest(ort: Ort, machine: Omit<Machine, 'provider'>): Promise<Provider> {
  if (!mayHaveGpu()) return 'cpu'
  const known = ort.listSupportedBackends().map(({ name }) => name)
  const candidates = gpus.filter((provider) => known.includes(provider))
  let cpu: number | undefined
  for (const provider of candidates) {
    try {
      const gpu = await timeProduct(ort, { ...machine, provider }, 1024)
      cpu ??= await timeProduct(ort, { ...machine, provider: 'cpu' }, 1024)
      if (gpu < cpu) return provider
    } catch {
      // Not available on this machine: `auto` tries the next one.
    }
  }
  return 'cpu'
}

/** False on a Linux without any device of a GPU, where looking for a driver would only print its complaints. */
function mayHaveGpu(): boolean {
  if (process.platform !== 'linux') return true
  const nodes = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : [])
  const isGpu = (name: string) => /^(nvidia\d+|dxg|kfd)$/.test(name)
  return nodes('/dev').some(isGpu) || nodes('/dev/dri').some((name) => name.startsWith('render'))
}

/** Milliseconds of the better of two products of n×n after a first one, data sent and brought back. */
async function timeProduct(ort: Ort, machine: Machine, n: number): Promise<number> {
  const graph = new Graph()
  const x = graph.input('x', 'f32', [n, n])
  const model = await PlannedModel.load(ort, { y: matmul(x, x) }, {}, machine)
  const feeds = { x: { dtype: 'f32', shape: [n, n], data: new Float32Array(n * n).fill(1) } as TensorValue }
  const times: number[] = []
  for (let run = 0; run < 3; run++) {
    const start = performance.now()
    await model.run([feeds], {})
    times.push(performance.now() - start)
  }
  await model.release()
  return Math.min(...times.slice(1))
}

/** A session and the handles on it. */
interface Shared {
  readonly model: Promise<PlannedModel>
  handles: number
}

class OrtRuntime implements Runtime {
  readonly provider: Provider
  readonly #ort: Ort
  readonly #machine: Machine
  readonly #shared = new Map<string, Shared>()
  readonly #ids = new WeakMap<object, number>()
  #objects = 0
  #closed = false

  constructor(ort: Ort, machine: Machine) {
    this.provider = machine.provider
    this.#ort = ort
    this.#machine = machine
  }

  async load<Name extends string>(
    outputs: Readonly<Record<Name, Tensor>>,
    options: LoadOptions = {},
  ): Promise<Session<Name>> {
    if (this.#closed) throw new RuntimeError('released', 'load: the runtime is closed; open a new one')
    const key = this.#key(outputs, options)
    const shared: Shared = this.#shared.get(key) ?? {
      model: PlannedModel.load(this.#ort, outputs, options, this.#machine),
      handles: 0,
    }
    this.#shared.set(key, shared)
    shared.handles++
    try {
      return new Handle<Name>(await shared.model, () => this.#drop(key, shared))
    } catch (error) {
      // Another load of the same may have begun since.
      if (this.#shared.get(key) === shared) this.#shared.delete(key)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const left = [...this.#shared.values()]
    this.#shared.clear()
    // A failed load has nothing to release; the caller of `load` gets its error.
    for (const { model } of left) await (await model.catch(() => undefined))?.release()
  }

  async #drop(key: string, shared: Shared): Promise<void> {
    shared.handles--
    if (shared.handles > 0 || this.#shared.get(key) !== shared) return
    this.#shared.delete(key)
    await (await shared.model).release()
  }

  /** Equal for the same nodes under the same names with the same options; a profiled session is its own. */
  #key(outputs: Readonly<Record<string, Tensor>>, options: LoadOptions): string {
    const { source, fed, ...plain } = options
    const nodes = Object.entries(outputs).map(([name, node]) => [name, this.#id(node)])
    const objects = [source, fed].map((object) => (object === undefined ? '' : this.#id(object)))
    return JSON.stringify([nodes, objects, plain, plain.profile === true ? this.#objects++ : 0])
  }

  #id(object: object): number {
    const id = this.#ids.get(object) ?? this.#objects++
    this.#ids.set(object, id)
    return id
  }
}

class Handle<Name extends string> implements Session<Name> {
  readonly #model: PlannedModel
  readonly #drop: () => Promise<void>
  #released = false

  constructor(model: PlannedModel, drop: () => Promise<void>) {
    this.#model = model
    this.#drop = drop
  }

  async run(feeds: Feeds, options: RunOptions<Name> = {}): Promise<Record<Name, TensorValue>> {
    this.#check('run')
    const [result] = await this.#model.run([feeds], options)
    return result as Record<Name, TensorValue>
  }

  async runAll(feeds: readonly Feeds[], options: RunAllOptions = {}): Promise<Record<Name, TensorValue>[]> {
    this.#check('runAll')
    const { onSegment, signal } = options
    return (await this.#model.run(feeds, { onSegment, signal })) as Record<Name, TensorValue>[]
  }

  async profile(): Promise<Profile> {
    this.#check('profile')
    return this.#model.profile()
  }

  async release(): Promise<void> {
    if (this.#released) return
    this.#released = true
    await this.#drop()
  }

  #check(what: string): void {
    if (this.#released)
      throw new RuntimeError('released', `${what}: the session was released; load the graph again`)
  }
}

/** The build of ONNX Runtime that this package has. */
export interface RuntimeInfo {
  readonly version: string
  /** Providers of the build; whether one starts on this machine, {@link openRuntime} shows. */
  readonly providers: readonly string[]
}

/** Version and providers of ONNX Runtime. @throws RuntimeError if there is no build for this platform */
export async function runtimeInfo(): Promise<RuntimeInfo> {
  const ort = await loadOrt()
  return {
    version: ort.env.versions.node ?? ort.env.versions.common,
    providers: ort.listSupportedBackends().map(({ name }) => name),
  }
}
