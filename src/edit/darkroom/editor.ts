import type { Mask, Picture } from '../../image/index.ts'
import { compositePictures } from '../../image/index.ts'
import { Queue } from '../../onnx/index.ts'
import { Random } from '../../random/index.ts'
import {
  allJobs,
  type Job,
  type Pack,
  Rejection,
  type Toolbox,
  ToolError,
  type ToolFacts,
  TrackedToolbox,
} from '../../tools/index.ts'
import { checkMore } from '../checkEdit.ts'
import type { EditedPicture, Editor, EditRequest } from '../editor.ts'
import { EditError } from '../error.ts'
import { darkroomName } from '../names.ts'
import { type EditOptions, type EditSettings, editOptions } from '../options.ts'
import { checkRegion, keepOutside } from '../region.ts'
import type { Bench, Made } from './carry.ts'
import { type FinderOptions, openFinder } from './finding/finder.ts'
import type { DarkroomReport, EditPlan, Planner, Step, StepKind } from './plan.ts'
import { planInstruction } from './planInstruction.ts'
import { doing, looksFirst, tell } from './progress.ts'
import { reasonText } from './reasons.ts'
import { carries } from './steps/index.ts'

/** Increased whenever the result of the same picture and plan may change. */
export const darkroomAlgorithm = 4

/** Jobs that its steps use tools for. */
export const darkroomJobs: readonly Job[] = [
  'detector',
  'segmenter',
  'matting',
  'faces',
  'ocr',
  'fonts',
  'stylizer',
  'depth',
]

/** The parts of the darkroom. */
export interface DarkroomParts {
  readonly planner: Planner
  /** Opens the tools; called again after an install. */
  openTools(): Promise<Toolbox>
  /** Called if packs are missing. @returns whether they have been installed */
  onMissing?: ((packs: readonly Pack[]) => Promise<boolean>) | undefined
  /** Frees what `openTools` shares. */
  close(): Promise<void>
}

/** Options that the darkroom takes. */
export const darkroomOptions: readonly (keyof EditOptions)[] = ['seed', 'plan', 'more', 'region']

/** Pictures that it takes beside the edited one: a new background. */
export const darkroomPictures = 1

/** The embedded editor: it plans an instruction and carries it out by algorithms, at the picture's full size. */
export class DarkroomEditor implements Editor {
  readonly name: string = darkroomName
  readonly options: readonly (keyof EditOptions)[] = darkroomOptions
  readonly mostPictures: number = darkroomPictures
  readonly concurrency = 1
  readonly planner: Planner
  readonly #parts: DarkroomParts
  readonly #queue = new Queue()
  #tools: Promise<Toolbox> | undefined
  #closing: Promise<void> | undefined

  constructor(parts: DarkroomParts) {
    this.#parts = parts
    this.planner = parts.planner
  }

  /** The algorithm's version, the planner's, and the tools that are there with theirs. */
  async identity(): Promise<string> {
    const toolbox = await this.#openTools()
    const tools = allJobs
      .filter((job) => toolbox.has(job))
      .map((job) => `${job}=${versionOf(toolbox.get(job).facts)}`)
    const { name, version } = this.planner
    return [`${this.name} ${darkroomAlgorithm}`, `planner=${name} ${version}`, ...tools].join(' ')
  }

  /**
   * Reads an instruction, without doing anything.
   * @throws EditError `unclear` with what was understood, `beyond` for what this editor cannot do
   */
  async plan(picture: Picture, instruction: string, request: EditRequest = {}): Promise<EditPlan> {
    const { region, more = [], signal } = request
    this.#checkOpen()
    checkMore(request, this)
    return planInstruction(this.planner, instruction, {
      picture,
      region: region !== undefined,
      second: more.length > 0,
      signal,
    })
  }

  async edit(picture: EditedPicture, instruction: string, request: EditRequest = {}): Promise<EditedPicture> {
    this.#checkOpen()
    checkOptions(request)
    checkMore(request, this)
    const { signal, region } = request
    if (region) checkRegion(region, picture)
    try {
      return await this.#queue.run(async () => {
        const plan = request.plan ?? (await this.plan(picture, instruction, request))
        return this.#carryOut(picture, plan, request)
      }, signal)
    } catch (error) {
      if (signal?.aborted && (error === signal.reason || this.#closing === undefined))
        throw new EditError('cancelled', 'edit: cancelled, nothing was written', { cause: error })
      throw error
    }
  }

  /** Of tools by job with their versions, as a report names them, those that are missing now or of another version. */
  async changedTools(tools: DarkroomReport['tools']): Promise<readonly string[]> {
    const toolbox = await this.#openTools()
    return allJobs
      .filter((job) => {
        const wanted = tools[job]
        return wanted !== undefined && !(toolbox.has(job) && versionOf(toolbox.get(job).facts) === wanted)
      })
      .map((job) => `${job} (${tools[job]})`)
  }

  close(): Promise<void> {
    this.#closing ??= Promise.resolve().then(async () => {
      this.#queue.refuseWaiting(closedError())
      // Ending the tools' process ends the call that an edit waits for.
      const tools = await this.#tools?.catch(() => undefined)
      await tools?.close()
      await this.#parts.close()
      await this.#queue.run(() => Promise.resolve())
    })
    return this.#closing
  }

  #checkOpen(): void {
    if (this.#closing) throw closedError()
  }

  async #carryOut(picture: EditedPicture, plan: EditPlan, request: EditRequest): Promise<EditedPicture> {
    const did: string[] = []
    const used: Used = { tools: new Map(), views: new Map() }
    let now: EditedPicture = picture
    for (const i of plan.steps.keys()) {
      this.#check(request.signal)
      if (!looksFirst(plan.steps[i]!)) await tell(request, plan, i, doing[plan.steps[i]!.kind])
      const made = await this.#step(now, plan, i, request, used)
      did.push(made.did)
      const alpha = made.alpha ?? (isSameFrame(now, made.picture) ? now.alpha : undefined)
      now = { ...made.picture, ...(alpha && { alpha }) }
    }
    this.#check(request.signal)
    await request.onReport?.({ plan, did, tools: Object.fromEntries([...used.tools].sort()) })
    if (request.onChangeMap) await request.onChangeMap(changeMap(picture, now))
    return now
  }

  /** One step; where tools are missing and get installed, once more. */
  async #step(
    now: EditedPicture,
    plan: EditPlan,
    index: number,
    request: EditRequest,
    used: Used,
  ): Promise<Made> {
    try {
      return await this.#attempt(now, plan, index, request, used)
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== 'tool-missing' || error.packs.length === 0)
        throw error
      if (!(await this.#parts.onMissing?.(error.packs))) throw error
      const before = await this.#tools
      this.#tools = undefined
      used.views.clear()
      await before?.close()
      return this.#attempt(now, plan, index, request, used)
    }
  }

  async #attempt(
    now: EditedPicture,
    plan: EditPlan,
    index: number,
    request: EditRequest,
    used: Used,
  ): Promise<Made> {
    const { steps, keep } = plan
    const step = steps[index]!
    const { signal, seed = 0 } = request
    const tools = new TrackedToolbox(await this.#openTools(), allJobs)
    // A region is drawn on the picture as it came; once it has moved, nothing is known of it.
    const region = isFrameKept(steps.slice(0, index)) ? request.region : undefined
    const finder = openFinder(now, tools, { region, views: used.views })
    const random = new Random('darkroom', String(seed), index)
    const bench: Bench = {
      picture: { width: now.width, height: now.height, data: now.data },
      alpha: now.alpha,
      tools,
      find: async (target, options) => {
        if (target.type !== 'picture') await tell(request, plan, index, `looking for "${target.phrase}"`)
        const found = await finder.find(target, options)
        await tell(request, plan, index, doing[step.kind])
        return found
      },
      second: request.more?.[0],
      next: () => random.unit(),
      signal,
    }
    try {
      const made = await carry(step, bench)
      for (const [job, { facts }] of tools.uses) used.tools.set(job, versionOf(facts))
      if (!isSameFrame(now, made.picture) || !isFrameKept([step])) return made
      const kept = await Promise.all(keep.map((target) => finder.find(target)))
      const restored = kept.reduce(
        (result, { mask }) => compositePictures(result, bench.picture, mask),
        made.picture,
      )
      return {
        ...made,
        picture:
          region === undefined
            ? restored
            : keepOutside(bench.picture, restored, region, { hasRim: made.region === undefined }),
      }
    } catch (error) {
      if (error instanceof Rejection)
        throw new EditError('unfit', `${doing[step.kind]}: ${reasonText(error)}; nothing was done`, {
          cause: error,
        })
      throw error
    }
  }

  #openTools(): Promise<Toolbox> {
    this.#tools ??= this.#parts.openTools().catch((error: unknown) => {
      // The next edit tries again to open the tools.
      this.#tools = undefined
      throw error
    })
    return this.#tools
  }

  #check(signal: AbortSignal | undefined): void {
    this.#checkOpen()
    signal?.throwIfAborted()
  }
}

/** The shared context of an edit's steps. */
interface Used {
  /** Tools by job, with their versions. */
  readonly tools: Map<string, string>
  /** Cached results of tools on pictures. */
  readonly views: NonNullable<FinderOptions['views']>
}

function carry(step: Step, bench: Bench): Promise<Made> {
  const run = carries[step.kind] as (step: Step, bench: Bench) => Promise<Made>
  return run(step, bench)
}

/** Steps after which a pixel is no longer where it was. */
const moving: ReadonlySet<StepKind> = new Set(['crop', 'rotate', 'straighten', 'flip', 'resize', 'extend'])

const isFrameKept = (steps: readonly Step[]): boolean => steps.every(({ kind }) => !moving.has(kind))

const isSameFrame = (a: Picture, b: Picture): boolean => a.width === b.width && a.height === b.height

/** 127 where a pixel changed, as for edits that redraw nothing; all of it where the frame changed. */
function changeMap(before: Picture, after: Picture): Mask {
  const { width, height } = after
  const data = new Uint8Array(width * height).fill(isSameFrame(before, after) ? 0 : 127)
  if (isSameFrame(before, after))
    for (let i = 0; i < data.length; i++)
      if (
        before.data[3 * i] !== after.data[3 * i] ||
        before.data[3 * i + 1] !== after.data[3 * i + 1] ||
        before.data[3 * i + 2] !== after.data[3 * i + 2]
      )
        data[i] = 127
  return { width, height, data }
}

/** @throws EditError for an option of models that means nothing here */
function checkOptions(request: EditRequest): void {
  for (const name of [...Object.keys(editOptions), 'init'] as (keyof EditSettings | 'init')[])
    if (request[name] !== undefined && !darkroomOptions.includes(name))
      throw new EditError(
        'input',
        `${name}: the darkroom has no such option; leave it out, or choose a model that has it (--model)`,
      )
}

const versionOf = ({ implementation, version }: ToolFacts): string => `${implementation} ${version}`

const closedError = (): EditError => new EditError('closed', 'edit: the editor is closed; open a new one')
