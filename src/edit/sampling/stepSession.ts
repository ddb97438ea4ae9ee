import {
  elementCount,
  type Feeds,
  Graph,
  type ParameterSource,
  Parameters,
  program,
  type Tensor,
  type TensorValue,
} from '../../graph/index.ts'
import {
  freeAll,
  type LoadOptions,
  loadedBytes,
  type Plan,
  type Runtime,
  type Session,
} from '../../onnx/index.ts'
import { computesAhead, isOfModulation, keptBytes, type LayerRule, modulationRoom } from '../memory.ts'
import type { Profiles } from '../profiles.ts'

/** A transformer, as its steps are run. */
export interface StepModel {
  readonly runtime: Runtime
  readonly source: ParameterSource
  readonly plan: Plan
  /** Bytes that the weights and their work may take. */
  readonly budget: number
  /** Profiles each run, which makes it slower. */
  readonly profiles?: Profiles | undefined
  /** Tokens of an evaluation, and numbers of each in the blocks. */
  readonly tokens: number
  readonly width: number
  /** What the paths of the first block begin with. */
  readonly firstBlock: string
  /** Its linear layers that read times and texts, but no token. */
  readonly isModulation: LayerRule
  /** Whether they are computed before the steps. Default: where it is `streamed`, or where that frees more than it takes. */
  readonly ahead?: boolean | undefined
  /** Bytes that their outputs may take; the steps beyond take a pass more. Default: {@link modulationRoom}. */
  readonly room?: number | undefined
  /** The prediction of one evaluation: the inputs of its graph are the names of the feeds. */
  velocity(w: Parameters): Tensor
}

/**
 * Runs a step. @param moving what was not known before the first step, the same for each of the step's evaluations
 * @returns the prediction of each
 */
export type RunStep = (
  step: number,
  moving: Feeds,
  onPart?: (done: number, parts: number) => void,
) => Promise<readonly TensorValue[]>

/** Outputs of the modulation layers by the layers' paths, for each of a step's evaluations. */
type Rows = readonly Feeds[]

/**
 * A transformer loaded for steps that are known before the first. Of FLUX's transformer 27 % of the weights are
 * modulations, which give one row of numbers from the time and the text. They are computed for many steps in one pass, so that
 * a streamed step does not read them and a whole model does not keep them; the numbers are the same. A whole model whose
 * modulations are small computes them within its steps.
 */
export class StepSession {
  readonly #session: Loaded<'velocity'>
  readonly #modulations: Loaded<string> | undefined
  readonly #model: StepModel
  /** The most evaluations whose rows are kept. */
  readonly #most: number

  private constructor(model: StepModel, session: Loaded<'velocity'>, modulations?: Loaded<string>) {
    this.#model = model
    this.#session = session
    this.#modulations = modulations
    const numbers = [...(modulations?.outputs.values() ?? [])].reduce(
      (sum, { shape }) => sum + elementCount(shape as readonly number[]),
      0,
    )
    this.#most = (model.room ?? modulationRoom) / (4 * numbers)
  }

  /** @throws RuntimeError or GraphError */
  static async load(model: StepModel): Promise<StepSession> {
    const { source, plan, budget, isModulation } = model
    const { ahead: isAhead = plan === 'streamed' || computesAhead(source, isModulation) } = model
    const ofModulation = isOfModulation(isModulation)
    const blockBytes = loadedBytes(
      source,
      (path) => path.startsWith(model.firstBlock) && !(isAhead && ofModulation(path)),
    )
    const keep = keptBytes(budget - (isAhead ? modulationRoom : 0), { ...model, blockBytes })
    if (!isAhead)
      return new StepSession(model, await loaded(model, { velocity: velocityOf(model) }, { plan, keep }))
    const { velocity, modulations } = splitAhead(model)
    // Nothing of it is kept between passes, and in one each weight is used for many rows.
    const pass = await loaded(model, modulations, { plan: 'streamed', prepack: true })
    return new StepSession(model, await loaded(model, { velocity }, { plan, keep }), pass)
  }

  /** Steps with, for each evaluation of a step, the feeds that are known before the first. */
  over(known: readonly (readonly Feeds[])[]): RunStep {
    let [first, rows]: [number, readonly Rows[]] = [0, []]
    return async (step, moving, onPart) => {
      const isNew = this.#modulations !== undefined && rows[step - first] === undefined
      // What was kept is dropped before more is made.
      if (isNew) [first, rows] = [step, []]
      // Of a step with a pass the pass is the first quarter.
      if (isNew) rows = await this.#pass(known, step, (done, parts) => onPart?.(done, 4 * parts))
      const feeds = known[step]!.map((each, i) =>
        only(this.#session.inputs, { ...each, ...moving, ...rows[step - first]?.[i] }),
      )
      const results = await this.#session.session.runAll(feeds, {
        onSegment: (done, parts) => (isNew ? onPart?.(parts + 3 * done, 4 * parts) : onPart?.(done, parts)),
      })
      return results.map(({ velocity }) => velocity)
    }
  }

  /** Waits for runs that are under way. */
  release(): Promise<void> {
    const { profiles } = this.#model
    const free = (each: Loaded<string>): Promise<void> =>
      profiles?.free('transformer', each.session) ?? each.session.release()
    const modulations = this.#modulations
    return freeAll([() => free(this.#session), ...(modulations ? [() => free(modulations)] : [])])
  }

  /** The modulations of as many steps from one on as there is room for. */
  async #pass(
    known: readonly (readonly Feeds[])[],
    from: number,
    onPart: (done: number, parts: number) => void,
  ): Promise<readonly Rows[]> {
    const { session, inputs } = this.#modulations!
    const feeds: Feeds[] = []
    const places: number[][] = []
    for (const evaluations of known.slice(from)) {
      // Evaluations that differ in other feeds alone, such as the text, share a row.
      const own: Feeds[] = []
      const place = evaluations.map((each) => {
        const read = only(inputs, each)
        const found = own.findIndex((other) => [...inputs].every((name) => other[name] === read[name]))
        return feeds.length + (found >= 0 ? found : own.push(read) - 1)
      })
      if (places.length > 0 && feeds.length + own.length > this.#most) break
      feeds.push(...own)
      places.push(place)
    }
    const made = await session.runAll(feeds, { onSegment: onPart })
    return places.map((place) => place.map((at) => made[at]!))
  }
}

interface Loaded<Name extends string> {
  readonly session: Session<Name>
  /** Names of what it reads. */
  readonly inputs: ReadonlySet<string>
  readonly outputs: ReadonlyMap<string, Tensor>
}

async function loaded<Name extends string>(
  { runtime, source, profiles }: StepModel,
  outputs: Readonly<Record<Name, Tensor>>,
  options: Pick<LoadOptions, 'plan' | 'keep' | 'prepack'>,
): Promise<Loaded<Name>> {
  const asked = program(outputs)
  const session = await runtime.load(outputs, { source, ...options, profile: profiles !== undefined })
  return { session, inputs: new Set(asked.inputs.keys()), outputs: asked.outputs }
}

function velocityOf({ source, velocity }: StepModel): Tensor {
  return velocity(new Parameters(new Graph(), { source }))
}

/** The modulations of a transformer, and its prediction with them as inputs. */
function splitAhead({ source, velocity, isModulation }: StepModel): {
  readonly velocity: Tensor
  readonly modulations: Readonly<Record<string, Tensor>>
} {
  const modulations: Record<string, Tensor> = {}
  velocity(
    new Parameters(new Graph(), {
      source,
      outputs: (layer, output) => {
        if (isModulation(layer)) modulations[layer] = output
        return output
      },
    }),
  )
  const graph = new Graph()
  const w = new Parameters(graph, {
    source,
    outputs: (layer, output) =>
      isModulation(layer) ? graph.input(layer, output.dtype, output.shape) : output,
  })
  return { velocity: velocity(w), modulations }
}

/** Those of the feeds that a program reads. */
function only(names: ReadonlySet<string>, feeds: Feeds): Feeds {
  return Object.fromEntries([...names].map((name) => [name, feeds[name]!]))
}
