import type { ParameterSource } from '../../graph/index.ts'
import {
  choosePlan,
  freeAll,
  freeMemory,
  openRuntime,
  type Plan,
  type Profile,
  type Runtime,
} from '../../onnx/index.ts'
import { checkpointIdentities, type Identities } from '../checkpoint/identity.ts'
import type { AppliedLora, LoraChoice } from '../checkpoint/lora.ts'
import { type Precision, precisionOf } from '../checkpoint/precision.ts'
import { Profiles } from '../profiles.ts'
import type { ModelFolder, OpeningOptions, PartFacts } from './family.ts'

/** The weights of a model's parts, opened. */
export interface PartWeights<Part extends string> {
  /** By the names of the facts. */
  readonly sources: Readonly<Record<Part, ParameterSource>>
  /** Bytes of a part's weights that are not in memory while it runs whole. Default: 0. */
  readonly freed?: Readonly<Partial<Record<Part, number>>> | undefined
  readonly loras: readonly AppliedLora[]
  close(): Promise<void>
}

/** Which weights are asked for. */
export interface WeightsRequest<Part extends string> {
  readonly precision: (part: Part) => Precision
  readonly loras: readonly LoraChoice[]
  readonly identities: Identities
  readonly runtime: Runtime
}

/** A model's folder with its weights on a runtime. */
export interface OpenedFolder<Found, Weights> {
  readonly found: Found
  readonly options: OpeningOptions
  readonly identities: Identities
  readonly runtime: Runtime
  readonly weights: Weights
  /** Bytes that the weights and their work may take. */
  readonly budget: number
}

/**
 * Opens the weights of a folder in the precision that is asked for: `auto` takes int8 where the `large` parts do not fit
 * into the budget. LoRAs are merged into the weights that are taken in the end. Frees everything when opening or `make`
 * fails.
 * @throws EditError, WeightsError, ModelError or RuntimeError
 */
export async function openFolder<
  Found extends ModelFolder,
  Part extends string,
  Weights extends PartWeights<Part>,
  Model,
>(
  found: Found,
  options: OpeningOptions,
  {
    large,
    open,
    make,
  }: {
    /** Parts that are quantised, and streamed where they do not fit. */
    readonly large: readonly Part[]
    readonly open: (request: WeightsRequest<Part>) => Promise<Weights>
    readonly make: (opened: OpenedFolder<Found, Weights>) => Model | Promise<Model>
  },
): Promise<Model> {
  const { precision = 'auto', loras = [], memory: budget = freeMemory() } = options
  const identities = await checkpointIdentities(found, options)
  const runtime = await openRuntime(options)
  let weights: Weights | undefined
  const openAt = async (at: Precision, applied = loras): Promise<Weights> => {
    const each = (part: Part): Precision => options.parts?.[part]?.precision ?? at
    weights = await open({ precision: each, loras: applied, identities, runtime })
    return weights
  }
  try {
    let taken = precision === 'auto' ? await openAt('fp32', []) : await openAt(precision)
    if (precision === 'auto') {
      const isRoom = large.every(
        (part) => choosePlan([taken.sources[part]], budget + (taken.freed?.[part] ?? 0)) === 'whole',
      )
      if (!isRoom || loras.length > 0) {
        await taken.close()
        weights = undefined
        taken = await openAt(isRoom ? 'fp32' : 'int8')
      }
    }
    return await make({ found, options, identities, runtime, weights: taken, budget })
  } catch (error) {
    await freeAll([() => weights?.close() ?? Promise.resolve(), () => runtime.close()]).catch(() => undefined)
    throw error
  }
}

/** Precision and plan of the parts of an opened folder. */
export function factsOf<Part extends string>(
  { weights, options, budget }: OpenedFolder<unknown, PartWeights<Part>>,
  large: readonly Part[],
): Readonly<Record<Part, PartFacts>> {
  const entries = Object.entries<ParameterSource>(weights.sources).map(([name, source]) => {
    const room = budget + (weights.freed?.[name as Part] ?? 0)
    const plan: Plan = large.some((part) => part === name)
      ? (options.parts?.[name]?.plan ?? options.plan ?? choosePlan([source], room))
      : 'whole'
    return [name, { precision: precisionOf(source), plan }] as const
  })
  return Object.fromEntries(entries) as Record<Part, PartFacts>
}

/** The parts of a model that stay loaded between edits: all if memory holds them, else the active one. */
export class LoadedParts<Name extends string> {
  /** Times by segment, op and kernel, with the option `profile`. */
  readonly profiles: Profiles | undefined
  readonly hasRoomForAll: boolean
  readonly #opened: OpenedFolder<unknown, PartWeights<string>>
  #parts: Partial<Readonly<Record<Name, { release(): Promise<void> }>>> = {}
  #closing: Promise<void> | undefined

  constructor(opened: OpenedFolder<unknown, PartWeights<string>>) {
    this.#opened = opened
    this.profiles = opened.options.profile ? new Profiles() : undefined
    const { sources, freed = {} } = opened.weights
    const room = Object.values(freed).reduce<number>((sum, bytes) => sum + (bytes ?? 0), opened.budget)
    this.hasRoomForAll = choosePlan(Object.values(sources), room) === 'whole'
  }

  /** The parts that load sessions. */
  hold(parts: Readonly<Record<Name, { release(): Promise<void> }>>): void {
    this.#parts = parts
  }

  /** Frees every session except one part's, if memory does not hold all parts. */
  async keepOnly(part: Name): Promise<void> {
    if (!this.hasRoomForAll) await this.#release((name) => name !== part)
  }

  /** Frees every session; the next use of a part loads its own again. */
  unload(): Promise<void> {
    return this.#release(() => true)
  }

  /** Frees every session. @returns the profile of each part since the last call, with the option `profile` */
  async profile(): Promise<Readonly<Record<string, Profile>> | undefined> {
    await this.unload()
    return this.profiles?.take()
  }

  /** Frees sessions, runtime and weights. May be called twice. */
  close(): Promise<void> {
    const { runtime, weights } = this.#opened
    this.#closing ??= freeAll([() => this.unload(), () => runtime.close(), () => weights.close()])
    return this.#closing
  }

  #release(isMeant: (name: string) => boolean): Promise<void> {
    const meant = Object.entries<{ release(): Promise<void> } | undefined>(this.#parts).filter(([name]) =>
      isMeant(name),
    )
    return freeAll(
      meant.map(
        ([, part]) =>
          () =>
            part?.release() ?? Promise.resolve(),
      ),
    )
  }
}
