import type { Noun } from '../instructions/index.ts'
import { type ActiveUnit, type Json, orAborted, Unworkable } from '../jobs/index.ts'
import { Rejection, ToolError } from '../tools/index.ts'
import type { ThingFacts } from './annotations/sidecar.ts'
import { type DonorPool, donorPool } from './donors.ts'
import type { Parts } from './parts.ts'
import { PictureCache } from './pictureCache.ts'
import type { Recipe } from './recipes/recipe.ts'
import type { Outcome, UnitTimes } from './record.ts'
import type { Catalog, SourceEntry, Split } from './sources/catalog.ts'
import { cutoutOfFile, cutoutOfPhoto, type IngestedCutout } from './sources/cutouts.ts'
import type { FoundFile } from './sources/find.ts'
import { type IngestedSource, ingest } from './sources/ingest.ts'
import { makeTriplet } from './triplet.ts'
import type { Workspace } from './workspace.ts'

/** The stages of a run; each is a queue of its own, and begins when the one before it is done. */
export const stages = ['sources', 'cutouts', 'triplets'] as const

/** A stage's name. */
export type Stage = (typeof stages)[number]

/** Why something became nothing: an output as normal as any. */
export interface Refused {
  readonly rejected: { readonly reason: string; readonly values: Readonly<Record<string, number | string>> }
}

/** What the units of each stage are given. */
export interface Payloads {
  readonly sources: { readonly file: FoundFile }
  readonly cutouts:
    | { readonly file: FoundFile; readonly name: Noun & ThingFacts }
    | { readonly photo: { readonly picture: string; readonly id: string } }
  readonly triplets: {
    /** Name of the {@link Catalog} in the file store. */
    readonly catalog: string
    readonly source: string
    readonly recipe: string
    readonly variant: number
  }
}

/** What the units of each stage give. */
export interface Outputs {
  readonly sources: { readonly sources: readonly IngestedSource[] } | Refused
  readonly cutouts: { readonly cutout: IngestedCutout } | Refused
  readonly triplets: Outcome
}

/** Called with each unit that ends. */
export type UnitListener = (ended: {
  readonly stage: Stage
  readonly key: string
  readonly output: Json
}) => void

/** The handlers of all stages, over the parts of this process. */
export class Stages {
  readonly #workspace: Workspace
  readonly #parts: Parts
  readonly #pictures: PictureCache
  readonly #catalogs = new Map<string, Promise<OpenCatalog>>()
  /** Why a recipe refuses a source whatever is drawn, by the names of both. */
  readonly #refused = new Map<string, Outcome>()

  constructor(workspace: Workspace, parts: Parts) {
    this.#workspace = workspace
    this.#parts = parts
    this.#pictures = new PictureCache(workspace.files)
  }

  /** Does a unit of a stage. @throws Unworkable for what no other attempt can mend */
  async run(stage: Stage, { key, payload, signal }: ActiveUnit): Promise<Json> {
    try {
      return (await orAborted(this.#output(stage, key, payload), signal)) as unknown as Json
    } catch (error) {
      if (error instanceof Rejection) {
        const { reason, values } = error
        return { rejected: { reason, values } }
      }
      if (error instanceof ToolError && error.code === 'tool-missing')
        throw new Unworkable(error.message, { cause: error })
      throw error
    }
  }

  #output(stage: Stage, key: string, payload: Json): Promise<Outputs[Stage]> {
    if (stage === 'sources') return this.#source(payload as unknown as Payloads['sources'])
    if (stage === 'cutouts') return this.#cutout(payload as unknown as Payloads['cutouts'])
    return this.#triplet(key, payload as unknown as Payloads['triplets'])
  }

  async #source({ file }: Payloads['sources']): Promise<Outputs['sources']> {
    const { configuration, files } = this.#workspace
    return { sources: await ingest(file, { configuration, files, tools: this.#parts.tools }) }
  }

  async #cutout(payload: Payloads['cutouts']): Promise<Outputs['cutouts']> {
    const { configuration, files } = this.#workspace
    const { size } = configuration
    if ('file' in payload)
      return { cutout: await cutoutOfFile(payload.file.path, payload.name, { files, size }) }
    const picture = await this.#pictures.picture(payload.photo.picture)
    const { tools, nounOfLabel } = this.#parts
    return { cutout: await cutoutOfPhoto(picture, { files, size, tools, nounOf: nounOfLabel }) }
  }

  async #triplet(key: string, payload: Payloads['triplets']): Promise<Outputs['triplets']> {
    const { sources, pools } = await this.#catalog(payload.catalog)
    const source = sources.get(payload.source)
    const recipe = this.#parts.recipes.find(({ name }) => name === payload.recipe)
    if (source === undefined || recipe === undefined)
      throw new Unworkable(
        `${payload.recipe}: ${source ? 'no such recipe' : 'its source is not in the catalog'}; ` +
          'expected a worker of the version that planned it',
      )
    const { configuration, files } = this.#workspace
    const { tools, captioner } = this.#parts
    const task = { key, recipe, variant: payload.variant, source, pool: pools[source.split] }
    const pair = `${recipe.name} ${source.id}`
    const known = this.#refused.get(pair)
    if (known !== undefined) return known
    const outcome = await makeTriplet(task, {
      configuration,
      files,
      pictures: this.#pictures,
      tools,
      captioner,
    })
    if (isFinal(outcome, recipe)) this.#refused.set(pair, { ...outcome, times: noTimes })
    return outcome
  }

  #catalog(name: string): Promise<OpenCatalog> {
    const known = this.#catalogs.get(name)
    if (known) return known
    const opened = this.#workspace.files.get(name).then(openCatalog)
    this.#catalogs.set(name, opened)
    opened.catch(() => this.#catalogs.delete(name))
    return opened
  }
}

const noTimes: UnitTimes = { draft: 0, checks: 0, captions: 0, total: 0, tools: {} }

/** Whether another draft of the same source would be refused for the same reason. */
function isFinal(outcome: Outcome, { final = [] }: Recipe): boolean {
  return outcome.state === 'rejected' && outcome.stage === 'draft' && final.includes(outcome.reason)
}

interface OpenCatalog {
  readonly sources: ReadonlyMap<string, SourceEntry>
  readonly pools: Readonly<Record<Split, DonorPool>>
}

function openCatalog(bytes: Uint8Array): OpenCatalog {
  const catalog = JSON.parse(new TextDecoder().decode(bytes)) as Catalog
  return {
    sources: new Map(catalog.sources.map((source) => [source.id, source])),
    pools: {
      train: donorPool(catalog, 'train'),
      validation: donorPool(catalog, 'validation'),
      test: donorPool(catalog, 'test'),
    },
  }
}
