import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import {
  bindSymbols,
  bytesOf,
  evaluateShape,
  type Feeds,
  isOp,
  type Program,
  printShape,
  program,
  reachable,
  sameShape,
  type Tensor,
  type TensorValue,
} from '../graph/index.ts'
import { RuntimeError, reasonOf } from './error.ts'
import { inputName, lower, outputName, parameterName } from './lower.ts'
import { createSession, type Ort, type SessionSettings } from './ort.ts'
import { type Placement, placeParameters } from './placement.ts'
import { prepare } from './prepare.ts'
import type { LoadOptions, OpTime, RunOptions } from './runtime.ts'
import { crossing, type Target, targets } from './target.ts'
import { fromOrt, toOrt } from './values.ts'

const noPlacement: Placement = { place: new Map(), root: undefined, remove: () => undefined }

/** A model in ONNX Runtime with the program that it came from. */
export class LoadedModel {
  readonly #ort: Ort
  readonly #session: InferenceSession
  readonly #program: Program
  /** Parameters that a run must be given. */
  readonly #fed: ReadonlyMap<string, Tensor<'parameter'>>
  readonly #profileFolder: string | undefined
  readonly #cleanUp: () => void
  #running = 0
  #released = false
  #drained: (() => void) | undefined

  private constructor(parts: {
    ort: Ort
    session: InferenceSession
    program: Program
    fed: ReadonlyMap<string, Tensor<'parameter'>>
    profileFolder: string | undefined
    cleanUp: () => void
  }) {
    this.#ort = parts.ort
    this.#session = parts.session
    this.#program = parts.program
    this.#fed = parts.fed
    this.#profileFolder = parts.profileFolder
    this.#cleanUp = parts.cleanUp
  }

  static async load(
    ort: Ort,
    outputs: Readonly<Record<string, Tensor>>,
    options: LoadOptions,
    machine: Omit<SessionSettings, 'prepack' | 'arena' | 'profilePrefix'>,
  ): Promise<LoadedModel> {
    const { source, fed = () => false, profile = false } = options
    const asked = program(outputs)
    const prepared = preparedProgram(asked, outputs, options, targets[machine.provider])
    const stored = new Map([...prepared.parameters].filter(([path]) => source !== undefined && !fed(path)))
    const placement: Placement = source === undefined ? noPlacement : await placeParameters(stored, source)
    const target = targets[machine.provider]
    const profileFolder = profile ? mkdtempSync(join(tmpdir(), 'pentimento-')) : undefined
    const cleanUp = (): void => {
      placement.remove()
      if (profileFolder !== undefined) rmSync(profileFolder, { recursive: true, force: true })
    }
    try {
      const model = lower(prepared, {
        target,
        place: (path) => placement.place.get(path),
        accuracyLevel: options.accuracyLevel ?? 4,
      })
      const session = await createSession(ort, model, placement.root, {
        ...machine,
        prepack: options.prepack ?? true,
        arena: options.arena ?? true,
        ...(profileFolder !== undefined && { profilePrefix: join(profileFolder, 'run') }),
      })
      const given = new Map([...prepared.parameters].filter(([path]) => !stored.has(path)))
      return new LoadedModel({ ort, session, program: asked, fed: given, profileFolder, cleanUp })
    } catch (error) {
      cleanUp()
      throw error
    }
  }

  async run<Name extends string>(
    feeds: Feeds,
    { into }: RunOptions<Name>,
  ): Promise<Record<Name, TensorValue>> {
    if (this.#released) throw new RuntimeError('released', 'run: the runtime was closed; open another')
    const { inputs, outputs } = this.#program
    const places: Readonly<Record<string, TensorValue | undefined>> = into ?? {}
    const bindings = this.#checkFeeds(feeds)
    const given: Record<string, OrtTensor> = {}
    const give = (name: string, value: TensorValue) => {
      given[name] = toOrt(value, this.#ort.Tensor)
    }
    for (const name of inputs.keys()) give(inputName(name), feeds[name]!)
    for (const path of this.#fed.keys()) give(parameterName(path), feeds[path]!)
    const wanted: Record<string, OrtTensor | null> = {}
    for (const [name, node] of outputs) {
      const place = places[name]
      if (place) checkPlace(name, node, evaluateShape(node.shape, bindings), place)
      // What crosses as f32 is put into its place afterwards.
      const direct = place && crossing(node.dtype) === node.dtype ? place : undefined
      wanted[outputName(name)] = direct ? toOrt(direct, this.#ort.Tensor) : null
    }
    const results = await this.#guarded(given, wanted)
    const values = {} as Record<string, TensorValue>
    for (const [name, node] of outputs) {
      const place = places[name]
      if (place && wanted[outputName(name)]) values[name] = place
      else values[name] = placed(fromOrt(results[outputName(name)]!, node.dtype), place)
    }
    return values as Record<Name, TensorValue>
  }

  async profile(): Promise<readonly OpTime[]> {
    const folder = this.#profileFolder
    if (folder === undefined)
      throw new RuntimeError(
        'model',
        'profile: the session does not collect times; load it with { profile: true }',
      )
    this.#session.endProfiling()
    const times = readdirSync(folder).flatMap((name) => readProfile(readFileSync(join(folder, name), 'utf8')))
    const byOp = new Map<string, OpTime>()
    for (const { op, microseconds } of times) {
      const known = byOp.get(op)
      byOp.set(op, {
        op,
        microseconds: (known?.microseconds ?? 0) + microseconds,
        count: (known?.count ?? 0) + 1,
      })
    }
    return [...byOp.values()].sort((a, b) => b.microseconds - a.microseconds)
  }

  /** Waits for runs that are under way. */
  async release(): Promise<void> {
    this.#released = true
    if (this.#running > 0)
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    await this.#session.release()
    this.#cleanUp()
  }

  #checkFeeds(feeds: Feeds): ReturnType<typeof bindSymbols> {
    const missing = [...this.#program.inputs.keys(), ...this.#fed.keys()].filter((name) => !feeds[name])
    if (missing.length > 0)
      throw new RuntimeError(
        'feeds',
        `run: expected values for ${missing.join(', ')}, got ${Object.keys(feeds).join(', ') || 'none'}`,
      )
    for (const [path, { dtype, shape }] of this.#fed) {
      const value = feeds[path]!
      if (value.dtype !== dtype || !sameShape(value.shape, shape))
        throw new RuntimeError(
          'feeds',
          `run: parameter '${path}': expected ${dtype} ${printShape(shape)}, got ${value.dtype} ${printShape(value.shape)}`,
        )
    }
    return bindSymbols(this.#program.inputs, (name) => feeds[name]!)
  }

  async #guarded(
    feeds: Record<string, OrtTensor>,
    wanted: Record<string, OrtTensor | null>,
  ): Promise<InferenceSession.ReturnType> {
    this.#running++
    try {
      return await this.#session.run(feeds, wanted)
    } catch (error) {
      throw new RuntimeError('model', `ONNX Runtime could not run the model: ${reasonOf(error)}`, {
        cause: error,
      })
    } finally {
      this.#running--
      if (this.#running === 0) this.#drained?.()
    }
  }
}

/** The program fitted to the runtime, with the inputs that were asked for: one that cancels out is still given. */
function preparedProgram(
  asked: Program,
  outputs: Readonly<Record<string, Tensor>>,
  { attention = 'auto', widenWeights = 'load' }: LoadOptions,
  { fusedAttention }: Target,
): Program {
  const prepared = prepare(outputs, {
    attention: attention === 'auto' && !fusedAttention ? 'plain' : attention,
    widenWeights,
  })
  const nodes = reachable(Object.values(prepared))
  return {
    nodes,
    inputs: asked.inputs,
    parameters: new Map(nodes.filter((n) => isOp(n, 'parameter')).map((n) => [n.params.path, n])),
    outputs: new Map(Object.entries(prepared)),
  }
}

/** A value, moved to its place if it has one. */
function placed(value: TensorValue, place: TensorValue | undefined): TensorValue {
  if (!place) return value
  new Uint8Array(place.data.buffer, place.data.byteOffset, place.data.byteLength).set(bytesOf(value))
  return place
}

function checkPlace(name: string, node: Tensor, shape: readonly number[], place: TensorValue): void {
  if (place.dtype !== node.dtype || !sameShape(place.shape, shape))
    throw new RuntimeError(
      'feeds',
      `run: output '${name}': expected room for ${node.dtype} ${printShape(shape)}, got ${place.dtype} ${printShape(place.shape)}`,
    )
}

/** Events of ONNX Runtime's profile that are kernels at work. */
function readProfile(json: string): { op: string; microseconds: number }[] {
  const events = JSON.parse(json) as {
    cat?: string
    name?: string
    dur?: number
    args?: { op_name?: string }
  }[]
  return events.flatMap(({ cat, name, dur, args }) =>
    cat === 'Node' && name?.endsWith('_kernel_time') && args?.op_name !== undefined
      ? [{ op: args.op_name, microseconds: dur ?? 0 }]
      : [],
  )
}
