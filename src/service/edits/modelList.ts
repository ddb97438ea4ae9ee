import { ServiceError } from '../error.ts'
import type { Models, ServiceModel } from '../models.ts'

/** How long a list is valid: making one reads folders and starts programs. */
const milliseconds = 10_000

/** The models of this machine, refreshed at most every few seconds; only callers of the first list wait. */
export class ModelList {
  readonly #models: Pick<Models, 'models'>
  #known: readonly ServiceModel[] | undefined
  #looking: Promise<readonly ServiceModel[]> | undefined
  #at = 0

  constructor(models: Pick<Models, 'models'>) {
    this.#models = models
  }

  async all(): Promise<readonly ServiceModel[]> {
    if (this.#known === undefined) return this.look()
    // A failed refresh is repeated by the next caller.
    if (performance.now() - this.#at > milliseconds) this.look().catch(() => undefined)
    return this.#known
  }

  /** The current list. */
  look(): Promise<readonly ServiceModel[]> {
    this.#looking ??= this.#models
      .models()
      .then((found) => {
        this.#known = found
        this.#at = performance.now()
        return found
      })
      .finally(() => {
        this.#looking = undefined
      })
    return this.#looking
  }

  /** A model that can make edits. @throws ServiceError `missing`, `conflict` */
  async usable(name: string): Promise<ServiceModel> {
    const named = (model: ServiceModel): boolean => model.name === name
    const known = (await this.all()).find(named)
    if (known?.state === 'ready') return known
    // It may have been added since.
    const all = await this.look()
    const found = all.find(named)
    if (!found)
      throw new ServiceError(
        'missing',
        `model '${name}': no such model on this server, expected one of ${all.map((model) => model.name).join(', ')}`,
      )
    if (found.state === 'ready') return found
    const why =
      found.problem ?? (found.state === 'pulling' ? 'it is being downloaded' : 'it is not installed')
    throw new ServiceError('conflict', `model '${name}': ${why}; pull it, or choose another`)
  }
}
