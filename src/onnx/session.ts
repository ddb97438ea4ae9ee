import {
  type Bindings,
  type Feeds,
  isOp,
  type Program,
  program,
  sizeChecks,
  type Tensor,
  type TensorValue,
} from '../graph/index.ts'
import { RuntimeError } from './error.ts'
import { checkFeeds, checkPlaces } from './feeds.ts'
import { LoadedStage, type Machine } from './loadedStage.ts'
import type { Ort } from './ort.ts'
import { checkAgainst } from './placement.ts'
import { prepare } from './prepare.ts'
import { type Profile, type ProfileEvent, profileOf } from './profile.ts'
import type { LoadOptions, RunAllOptions, RunOptions } from './runtime.ts'
import { cutProgram, divide, type Stage, stagesOf, wholeStage } from './stage.ts'
import { targets } from './target.ts'

/** A stage with its session while it is loaded. */
interface Place {
  readonly stage: Stage
  /** Whether the session stays from run to run. */
  readonly isKept: boolean
  /** The stage's program, once it was prepared for a session that does not stay. */
  prepared?: Program
  session?: LoadedStage
}

/** One of several feeds in a run. */
interface State {
  readonly feeds: Feeds
  readonly sizes: Bindings
  /** Values between stages, by the ids of their nodes. */
  readonly values: Map<number, TensorValue>
  readonly results: Map<string, TensorValue>
}

/**
 * A program as the stages of its plan. Kept stages have a session from the beginning; of the others each is loaded, run
 * for all feeds, and released.
 */
export class PlannedModel {
  readonly #ort: Ort
  readonly #machine: Machine
  readonly #options: LoadOptions
  readonly #program: Program
  /** Parameters that a run must be given. */
  readonly #fed: Program['parameters']
  readonly #places: readonly Place[]
  readonly #checkSizes: (sizes: Bindings) => void
  /** The last place that reads a value, by the id of its node. */
  readonly #lastReaders: ReadonlyMap<number, number>
  /** What sessions that were released have done. */
  readonly #events: ProfileEvent[] = []
  #profile: Profile | undefined
  #running = 0
  #released = false
  #drained: (() => void) | undefined
  /** Runs with stages that do not stay take turns: two at once would hold the weights of two. */
  #turn: Promise<unknown> = Promise.resolve()

  /** Use {@link load}. */
  private constructor(parts: { ort: Ort; program: Program; options: LoadOptions; machine: Machine }) {
    const { program, options } = parts
    this.#ort = parts.ort
    this.#machine = parts.machine
    this.#options = options
    this.#program = program
    this.#checkSizes = sizeChecks(program.nodes)
    this.#fed = new Map([...program.parameters].filter(([path]) => !this.#isStored(path)))
    this.#places = placesOf(program, options)
    this.#lastReaders = new Map(
      this.#places.flatMap(({ stage }, i) => [...stage.entries.values()].map(({ id }) => [id, i] as const)),
    )
  }

  /** @throws RuntimeError */
  static async load(
    ort: Ort,
    outputs: Readonly<Record<string, Tensor>>,
    options: LoadOptions,
    machine: Machine,
  ): Promise<PlannedModel> {
    const model = new PlannedModel({ ort, program: program(outputs), options, machine })
    const { parameters } = model.#program
    const stored = new Map([...parameters].filter(([path]) => model.#isStored(path)))
    if (options.source) checkAgainst(stored, options.source)
    try {
      for (const place of model.#places) if (place.isKept) place.session = await model.#open(place)
    } catch (error) {
      await model.release()
      throw error
    }
    return model
  }

  /** One result for each of the feeds. */
  async run(list: readonly Feeds[], options: RunOptions<string>): Promise<Record<string, TensorValue>[]> {
    this.#checkOpen('run')
    const { inputs, outputs } = this.#program
    const into = options.into ?? {}
    const states = list.map((feeds): State => {
      const sizes = checkFeeds({ inputs, fed: this.#fed }, feeds)
      this.#checkSizes(sizes)
      checkPlaces(outputs, sizes, into)
      return { feeds, sizes, values: new Map(), results: new Map() }
    })
    const places = new Map(Object.entries(into).filter((entry) => entry[1] !== undefined)) as Map<
      string,
      TensorValue
    >
    const runAll = () => this.#runStages(states, places, options)
    this.#running++
    try {
      await (this.#places.every(({ isKept }) => isKept) ? runAll() : this.#inTurn(runAll))
    } finally {
      this.#running--
      if (this.#running === 0) this.#drained?.()
    }
    return states.map(({ results }) =>
      Object.fromEntries([...outputs.keys()].map((name) => [name, results.get(name)!])),
    )
  }

  async profile(): Promise<Profile> {
    this.#checkOpen('profile')
    if (this.#options.profile !== true)
      throw new RuntimeError('model', 'profile: the session was loaded without { profile: true }')
    if (!this.#profile) {
      for (const { session } of this.#places) if (session) this.#events.push(...session.profile())
      this.#profile = profileOf(this.#events)
    }
    return this.#profile
  }

  /** Waits for runs that are under way. */
  async release(): Promise<void> {
    this.#released = true
    if (this.#running > 0)
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    for (const place of this.#places) {
      const { session } = place
      delete place.session
      await session?.release()
    }
  }

  async #runStages(
    states: readonly State[],
    into: ReadonlyMap<string, TensorValue>,
    { signal, onSegment }: RunAllOptions,
  ): Promise<void> {
    const isWhole = this.#places.length === 1 && this.#places[0]!.isKept
    const total = isWhole ? states.length : this.#places.reduce((sum, { stage }) => sum + stage.groups, 0)
    let done = 0
    for (const [i, place] of this.#places.entries()) {
      signal?.throwIfAborted()
      const session = place.session ?? (await this.#open(place))
      try {
        for (const state of states) {
          if (isWhole) signal?.throwIfAborted()
          this.#settle(state, i, await session.run(giver(state, place.stage), into))
          if (isWhole) onSegment?.(++done, total)
        }
      } finally {
        if (!place.isKept) {
          this.#events.push(...session.profile())
          await session.release()
        }
      }
      done += place.stage.groups
      if (!isWhole) onSegment?.(done, total)
    }
  }

  /** Takes in what a stage made of a state, and drops what no later one reads. */
  #settle({ values, results }: State, at: number, made: ReadonlyMap<string, TensorValue>): void {
    const { stage } = this.#places[at]!
    for (const { id } of stage.entries.values()) if (this.#lastReaders.get(id) === at) values.delete(id)
    for (const [name, { id }] of stage.outputs) {
      const value = made.get(name)!
      if (this.#program.outputs.has(name)) results.set(name, value)
      if ((this.#lastReaders.get(id) ?? at) > at) values.set(id, value)
    }
  }

  async #open(place: Place): Promise<LoadedStage> {
    const { attention = 'auto', widenWeights = 'load', plan, ...options } = this.#options
    const { fusedAttention } = targets[this.#machine.provider]
    const prepared =
      place.prepared ??
      prepare(place.stage, {
        attention: attention === 'auto' && !fusedAttention ? 'plain' : attention,
        widenWeights,
      })
    if (!place.isKept) place.prepared = prepared
    return LoadedStage.load(
      this.#ort,
      prepared,
      {
        source: options.source,
        isStored: (path) => this.#isStored(path),
        accuracyLevel: options.accuracyLevel,
        arena: options.arena,
        profile: options.profile,
        prepack:
          options.prepack ??
          (plan !== 'streamed' || prepared.nodes.some((node) => isOp(node, 'quantizedMatmul'))),
      },
      this.#machine,
    )
  }

  #isStored(path: string): boolean {
    const { source, fed } = this.#options
    return source !== undefined && fed?.(path) !== true
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  #checkOpen(what: string): void {
    if (this.#released) throw new RuntimeError('released', `${what}: the runtime is closed; open a new one`)
  }
}

function placesOf(asked: Program, options: LoadOptions): readonly Place[] {
  const { plan = 'whole', keep, budget, widenWeights } = options
  checkPlan(plan, { keep, budget })
  if (plan === 'whole') return [{ stage: wholeStage(asked), isKept: true }]
  const cut = cutProgram(asked)
  const { starts, kept } = divide(cut, { keep, budget, widens: widenWeights !== 'use' })
  return stagesOf(cut, starts).map((stage, i) => ({ stage, isKept: kept && i === 0 }))
}

function checkPlan(plan: string, room: Readonly<Record<string, number | undefined>>): void {
  if (plan !== 'whole' && plan !== 'streamed')
    throw new RuntimeError('model', `load: plan: expected whole or streamed, got ${plan}`)
  for (const [name, bytes] of Object.entries(room))
    if (bytes !== undefined && !(bytes >= 0))
      throw new RuntimeError('model', `load: ${name}: expected bytes, at least 0, got ${bytes}`)
}

/** The values of a stage's inputs by their names. */
function giver(
  { feeds, sizes, values }: State,
  { entries, sizes: unbound }: Stage,
): (name: string) => TensorValue {
  return (name) => {
    const entry = entries.get(name)
    if (entry) return values.get(entry.id)!
    const symbol = unbound.get(name)
    if (symbol === undefined) return feeds[name]!
    // Nothing but its length is read.
    const size = sizes.get(symbol)!
    return { dtype: 'u8', shape: [size], data: new Uint8Array(size) }
  }
}
