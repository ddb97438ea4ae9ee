import type { Noun } from '../instructions/index.ts'
import { type ActiveUnit, type Json, orAborted, Unworkable } from '../jobs/index.ts'
import { Rejection, ToolError } from '../tools/index.ts'
import { annotate } from './annotations/annotate.ts'
import type { Annotation } from './annotations/annotation.ts'
import type { ThingFacts } from './annotations/sidecar.ts'
import { UnitDonors } from './donors.ts'
import { type DraftOutcome, makeDraft } from './draft.ts'
import type { Parts } from './parts.ts'
import { PictureCache } from './pictureCache.ts'
import type { Recipe, Source } from './recipes/recipe.ts'
import type { SourceEntry } from './sources/catalog.ts'
import { cutoutOfFile, cutoutOfPhoto, type IngestedCutout } from './sources/cutouts.ts'
import { type FoundFile, pathOfFile } from './sources/find.ts'
import { type IngestedSource, ingest } from './sources/ingest.ts'
import { addDrafts, type DraftRow } from './tables/draftTable.ts'
import { addAnnotation, annotationOf, cutoutsById, sourcesById } from './tables/sourceTable.ts'
import type { Kind } from './taxonomy.ts'
import { annotationKey } from './units.ts'
import type { Workspace } from './workspace.ts'

/** The stages of a run; each is a queue of its own, and begins when the one before it is done. */
export const stages = [
  'sources',
  'annotations',
  'cutouts',
  'drafts',
  'measures',
  'captions',
  'judgements',
] as const

/** A stage's name. */
export type Stage = (typeof stages)[number]

/** Why an input was rejected: a normal output. */
export interface Refused {
  readonly rejected: { readonly reason: string; readonly values: Readonly<Record<string, number | string>> }
}

/**
 * Inputs of the units of each stage. Files are named relative to the places of the configuration, so a workspace may
 * move.
 */
export interface Payloads {
  readonly sources: { readonly file: Omit<FoundFile, 'path'> }
  readonly annotations: { readonly source: string }
  readonly cutouts:
    | { readonly file: Omit<FoundFile, 'path'>; readonly name: Noun & ThingFacts }
    | { readonly photo: { readonly picture: string; readonly id: string } }
  readonly drafts: {
    readonly source: string
    readonly recipe: string
    /** Variants with the keys of their drafts. */
    readonly drafts: readonly (readonly [variant: number, key: string])[]
    readonly cutouts: readonly string[]
    readonly photos: readonly string[]
  }
  /** Input of all stages over pairs. */
  readonly pairs: { readonly pair: string }
}

/** Outputs of the units of each stage; the results themselves are in the tables. */
export interface Outputs {
  readonly sources: { readonly sources: readonly IngestedSource[] } | Refused
  readonly annotations: { readonly things: number } | Refused
  readonly cutouts: { readonly cutout: IngestedCutout } | Refused
  readonly drafts: { readonly kind: Kind; readonly drafted: number; readonly rejected: number }
  readonly pairs: { readonly pair: string } | Refused
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

  constructor(workspace: Workspace, parts: Parts) {
    this.#workspace = workspace
    this.#parts = parts
    this.#pictures = new PictureCache(workspace.files)
  }

  /** Runs a unit of a stage. @throws Unworkable for failures that no further attempt can fix */
  async run(stage: Stage, unit: ActiveUnit): Promise<Json> {
    try {
      return (await orAborted(this.#output(stage, unit), unit.signal)) as unknown as Json
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

  #output(stage: Stage, unit: ActiveUnit): Promise<Outputs[keyof Outputs]> {
    const payload = unit.payload as unknown
    switch (stage) {
      case 'sources':
        return this.#source(payload as Payloads['sources'])
      case 'annotations':
        return this.#annotation(unit.key, payload as Payloads['annotations'])
      case 'cutouts':
        return this.#cutout(payload as Payloads['cutouts'])
      case 'drafts':
        return this.#drafts(payload as Payloads['drafts'], unit.signal)
      default:
        return this.#pair(stage, payload as Payloads['pairs'], unit.signal)
    }
  }

  async #source({ file }: Payloads['sources']): Promise<Outputs['sources']> {
    const { configuration, files, folder } = this.#workspace
    const path = await pathOfFile(folder, configuration.sources, file)
    return {
      sources: await ingest({ ...file, path }, { configuration, files, tools: this.#parts.tools }),
    }
  }

  async #annotation(key: string, { source: id }: Payloads['annotations']): Promise<Outputs['annotations']> {
    const entry = await this.#entry(id)
    const annotation = await annotate(await this.#pictures.source(entry), this.#parts.tools)
    await addAnnotation(this.#workspace.jobs.sql, key, id, annotation)
    return { things: annotation.things.length }
  }

  async #cutout(payload: Payloads['cutouts']): Promise<Outputs['cutouts']> {
    const { configuration, files, folder } = this.#workspace
    const { size } = configuration
    if ('file' in payload) {
      const path = await pathOfFile(folder, configuration.cutouts, payload.file)
      return { cutout: await cutoutOfFile(path, payload.name, { files, size }) }
    }
    const picture = await this.#pictures.picture(payload.photo.picture)
    const { tools, nounOfLabel } = this.#parts
    return { cutout: await cutoutOfPhoto(picture, { files, size, tools, nounOf: nounOfLabel }) }
  }

  async #drafts(
    { source: id, recipe: name, drafts, cutouts, photos }: Payloads['drafts'],
    signal: AbortSignal,
  ): Promise<Outputs['drafts']> {
    const recipe = this.#parts.recipes.find((each) => each.name === name)
    if (recipe === undefined)
      throw new Unworkable(`${name}: no such recipe; expected a worker of the version that planned it`)
    const { configuration, jobs, files } = this.#workspace
    const entry = await this.#entry(id)
    const source = await this.#pictures.source(entry)
    const annotation = await this.#annotationOf(entry, source)
    const given = {
      cutouts: inOrder(cutouts, await cutoutsById(jobs.sql, cutouts)),
      photos: inOrder(photos, await sourcesById(jobs.sql, photos)),
    }
    const { seed } = configuration
    const rows: DraftRow[] = []
    let final: DraftOutcome | undefined
    for (const [variant, key] of drafts) {
      signal.throwIfAborted()
      const donors = new UnitDonors(given, this.#pictures, (of, picture) => this.#annotationOf(of, picture))
      const outcome =
        final ??
        (await makeDraft(
          { seed, recipe, variant, entry, source, annotation, donors },
          { files, tools: this.#parts.tools },
        ))
      if (isFinal(outcome, recipe)) final = { ...outcome, times: { total: 0, tools: {} } }
      rows.push({ key, source: id, kind: recipe.kind, recipe: name, variant, outcome })
    }
    await addDrafts(jobs.sql, rows)
    const drafted = rows.filter(({ outcome }) => outcome.state === 'drafted').length
    return { kind: recipe.kind, drafted, rejected: rows.length - drafted }
  }

  async #pair(stage: Stage, { pair: id }: Payloads['pairs'], signal: AbortSignal): Promise<Outputs['pairs']> {
    const { files, pairs, configuration } = this.#workspace
    const { tools, pairStages } = this.#parts
    const doing = pairStages.filter(({ name }) => name === stage)
    if (doing.length === 0)
      throw new Unworkable(`${stage}: unknown to this worker; give it the same configuration`)
    const { seed } = configuration
    for (const each of doing) {
      const dossier = await pairs.get(id)
      if (dossier === undefined) throw new Unworkable(`${stage}: the pair ${id} no longer exists`)
      if (each.keyOf(dossier) !== undefined) await each.run(dossier, { files, pairs, tools, seed, signal })
    }
    return { pair: id }
  }

  async #entry(id: string): Promise<SourceEntry> {
    const entry = (await sourcesById(this.#workspace.jobs.sql, [id])).get(id)
    if (entry === undefined) throw new Unworkable(`the source ${id} no longer exists`)
    return entry
  }

  /** The annotation of the annotation stage; made now if it is missing. */
  async #annotationOf(entry: SourceEntry, source: Source): Promise<Annotation> {
    const { sql } = this.#workspace.jobs
    const key = annotationKey(entry, this.#parts.tools)
    const known = (await annotationOf(sql, key)) as Annotation | undefined
    if (known !== undefined) return known
    const made = await annotate(source, this.#parts.tools)
    await addAnnotation(sql, key, entry.id, made)
    return made
  }
}

/** Whether another draft of the same source would be refused for the same reason. */
const isFinal = (outcome: DraftOutcome, { final = [] }: Recipe): boolean =>
  outcome.state === 'rejected' && final.includes(outcome.reason)

function inOrder<Entry>(ids: readonly string[], entries: ReadonlyMap<string, Entry>): readonly Entry[] {
  return ids.map((id) => {
    const entry = entries.get(id)
    if (entry === undefined) throw new Unworkable(`the donor ${id} no longer exists`)
    return entry
  })
}
