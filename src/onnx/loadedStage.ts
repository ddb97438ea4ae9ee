import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { bytesOf, type DType, type ParameterSource, type Program, type TensorValue } from '../graph/index.ts'
import { RuntimeError, reasonOf } from './error.ts'
import { inputName, lower, outputName, parameterName } from './lower.ts'
import { createSession, type Ort, type SessionSettings } from './ort.ts'
import { type Placement, placeParameters } from './placement.ts'
import { collectProfile, type ProfileEvent, type ProfileFolder, profileFolder } from './profile.ts'
import type { LoadOptions } from './runtime.ts'
import { crossing, targets } from './target.ts'
import { fromOrt, toOrt } from './values.ts'

type Values = ReadonlyMap<string, TensorValue>

/** The machine that sessions are made for. */
export type Machine = Omit<SessionSettings, 'prepack' | 'arena' | 'profilePrefix'>

/** What a stage is loaded with. */
export interface StageOptions extends Pick<LoadOptions, 'accuracyLevel' | 'arena' | 'profile'> {
  readonly prepack: boolean
  /** The source of the stored parameters. */
  readonly source: ParameterSource | undefined
  readonly isStored: (path: string) => boolean
}

const noPlacement: Placement = {
  place: new Map(),
  root: undefined,
  loaded: () => undefined,
  remove: () => undefined,
}

/** A prepared program in ONNX Runtime. */
export class LoadedStage {
  readonly #ort: Ort
  readonly #session: InferenceSession
  readonly #inputs: readonly string[]
  /** Parameters that a run must be given. */
  readonly #fed: readonly string[]
  readonly #outputs: ReadonlyMap<string, DType>
  readonly #profile: ProfileFolder | undefined
  readonly #cleanUp: () => void

  private constructor(parts: {
    ort: Ort
    session: InferenceSession
    program: Program
    fed: readonly string[]
    profile: ProfileFolder | undefined
    cleanUp: () => void
  }) {
    this.#ort = parts.ort
    this.#session = parts.session
    // The nodes of the program are no longer needed.
    this.#inputs = [...parts.program.inputs.keys()]
    this.#fed = parts.fed
    this.#outputs = new Map([...parts.program.outputs].map(([name, { dtype }]) => [name, dtype]))
    this.#profile = parts.profile
    this.#cleanUp = parts.cleanUp
  }

  static async load(
    ort: Ort,
    program: Program,
    options: StageOptions,
    machine: Machine,
  ): Promise<LoadedStage> {
    const { source, isStored, accuracyLevel = 4, prepack, arena = true } = options
    const stored = new Map([...program.parameters].filter(([path]) => source !== undefined && isStored(path)))
    const placement = source === undefined ? noPlacement : await placeParameters(stored, source)
    const profile = options.profile ? profileFolder() : undefined
    const cleanUp = (): void => {
      placement.remove()
      profile?.remove()
    }
    try {
      const target = targets[machine.provider]
      const model = lower(program, { target, place: (path) => placement.place.get(path), accuracyLevel })
      const session = await createSession(ort, model, placement.root, {
        ...machine,
        prepack,
        arena,
        ...(profile && { profilePrefix: profile.prefix }),
      })
      placement.loaded()
      const fed = [...program.parameters.keys()].filter((path) => !stored.has(path))
      return new LoadedStage({ ort, session, program, fed, profile, cleanUp })
    } catch (error) {
      cleanUp()
      throw error
    }
  }

  /** @param give the value of an input or a fed parameter @param places where outputs are to be written */
  async run(give: (name: string) => TensorValue, places: Values): Promise<Map<string, TensorValue>> {
    const given: Record<string, OrtTensor> = {}
    for (const name of this.#inputs) given[inputName(name)] = toOrt(give(name), this.#ort.Tensor)
    for (const path of this.#fed) given[parameterName(path)] = toOrt(give(path), this.#ort.Tensor)
    const wanted: Record<string, OrtTensor | null> = {}
    for (const [name, dtype] of this.#outputs) {
      const place = places.get(name)
      // What crosses as f32 is put into its place afterwards.
      const direct = place && crossing(dtype) === dtype ? place : undefined
      wanted[outputName(name)] = direct ? toOrt(direct, this.#ort.Tensor) : null
    }
    const results = await this.#session.run(given, wanted).catch((error: unknown) => {
      throw new RuntimeError('model', `ONNX Runtime could not run the model: ${reasonOf(error)}`, {
        cause: error,
      })
    })
    const values = new Map<string, TensorValue>()
    for (const [name, dtype] of this.#outputs) {
      const place = places.get(name)
      const isDirect = place && wanted[outputName(name)]
      values.set(name, isDirect ? place : placed(fromOrt(results[outputName(name)]!, dtype), place))
    }
    return values
  }

  /** Ends the profiling. @returns what ran so far; nothing without {@link StageOptions.profile} */
  profile(): readonly ProfileEvent[] {
    if (!this.#profile) return []
    this.#session.endProfiling()
    return collectProfile(this.#profile)
  }

  async release(): Promise<void> {
    await this.#session.release()
    this.#cleanUp()
  }
}

/** A value, moved to its place if it has one. */
function placed(value: TensorValue, place: TensorValue | undefined): TensorValue {
  if (!place) return value
  bytesOf(place).set(bytesOf(value))
  return place
}
