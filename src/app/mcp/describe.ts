import {
  checkRegion,
  describePlan,
  type EditPlan,
  type EditRegion,
  openDarkroom,
  readMask,
  surveyPicture,
} from '../../edit/index.ts'
import { isCancelled, PentimentoError } from '../../error/index.ts'
import { maskBox, maskShare, type PictureFile, readPicture } from '../../image/index.ts'
import type { SceneryKind } from '../../instructions/index.ts'
import { ServiceError } from '../../service/index.ts'
import { type Box, openToolbox, type Toolbox, toolsFolder } from '../../tools/index.ts'

/** What a picture shows, and what the darkroom would do with it. */
export interface Description {
  readonly width: number
  readonly height: number
  /** What was detected, the surest first. Boxes are in pixels. */
  readonly things: readonly { readonly label: string; readonly score: number; readonly box: Box }[]
  /** Parts of a scene, with their share of the picture, 0 to 1. */
  readonly scenery: readonly { readonly kind: SceneryKind; readonly share: number; readonly box: Box }[]
  readonly plan?: EditPlan | undefined
  /** The plan in words. */
  readonly lines?: { readonly en: string; readonly cn: string } | undefined
  /** Why there is no plan. */
  readonly problem?: { readonly code: string; readonly message: string } | undefined
  /** What could not be told. */
  readonly notes: readonly string[]
}

export interface DescribeRequest {
  readonly picture: Uint8Array
  readonly instruction?: string | undefined
  readonly more?: readonly Uint8Array[] | undefined
  readonly box?: Box | undefined
  readonly mask?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
}

export type Describe = (request: DescribeRequest) => Promise<Description>

/** How many wait for the tools at most. */
const mostWaiting = 16

const sceneryKinds: readonly SceneryKind[] = [
  'sky',
  'cloud',
  'mountain',
  'grass',
  'sand',
  'snow',
  'road',
  'ground',
  'water',
  'plants',
]

/** Looks at pictures, one at a time. The tools are opened by the first one, and closed with it. */
export class Describer {
  readonly #env: NodeJS.ProcessEnv
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #tools: Promise<Toolbox> | undefined

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
  }

  /** @throws ServiceError `full`, `input`; ImageError */
  async describe(request: DescribeRequest): Promise<Description> {
    if (this.#waiting >= mostWaiting)
      throw new ServiceError('full', 'describe: too many pictures are waiting; try again later', {
        retryAfterSeconds: 10,
      })
    this.#waiting++
    const turn = this.#last.then(() => this.#look(request))
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }

  async close(): Promise<void> {
    await this.#last
    await (await this.#tools?.catch(() => undefined))?.close()
  }

  async #look(request: DescribeRequest): Promise<Description> {
    const { signal, instruction } = request
    signal?.throwIfAborted()
    const picture = await readPicture(request.picture)
    const { width, height } = picture
    const seen = await this.#survey(picture)
    signal?.throwIfAborted()
    const planned = instruction === undefined ? {} : await this.#plan(picture, instruction, request)
    return { width, height, ...seen, ...planned }
  }

  async #survey(picture: PictureFile): Promise<Pick<Description, 'things' | 'scenery' | 'notes'>> {
    this.#tools ??= openToolbox({ folder: toolsFolder(this.#env) })
    const survey = surveyPicture(picture, await this.#tools)
    const notes: string[] = []
    const things = await survey.things().catch((error: unknown) => {
      if (!(error instanceof PentimentoError)) throw error
      notes.push(`things: ${error.message}`)
      return []
    })
    const scenery = sceneryKinds.flatMap((kind) => {
      const part = survey.part(kind)
      const box = part && maskBox(part.mask)
      return part && box ? [{ kind, share: rounded(maskShare(part.mask), 1000), box }] : []
    })
    return {
      things: things
        .toSorted((a, b) => b.score - a.score)
        .map(({ label, score, box }) => ({ label, score: rounded(score, 100), box: wholeBox(box) })),
      scenery,
      notes,
    }
  }

  async #plan(
    picture: PictureFile,
    instruction: string,
    { more = [], box, mask, signal }: DescribeRequest,
  ): Promise<Pick<Description, 'plan' | 'lines' | 'problem'>> {
    const region: EditRegion | undefined = box ?? (mask && (await readMask(mask)))
    if (region) checkRegion(region, picture)
    const darkroom = await openDarkroom({ env: this.#env })
    try {
      const plan = await darkroom.plan(picture, instruction, {
        region,
        signal,
        more: await Promise.all(more.map((each) => readPicture(each))),
      })
      return { plan, lines: { en: describePlan(plan, 'en'), cn: describePlan(plan, 'cn') } }
    } catch (error) {
      if (!(error instanceof PentimentoError) || isCancelled(error)) throw error
      return { problem: { code: error.code, message: error.message } }
    } finally {
      await darkroom.close()
    }
  }
}

const rounded = (value: number, per: number): number => Math.round(value * per) / per

const wholeBox = ({ x, y, width, height }: Box): Box => ({
  x: Math.round(x),
  y: Math.round(y),
  width: Math.round(width),
  height: Math.round(height),
})
