import { ServiceError } from '../error.ts'
import type { Models, ServiceModel } from '../models.ts'

/** How long a list holds: it takes a look at folders. */
const milliseconds = 2000

/** The models of this machine, looked up every few seconds at most. */
export class ModelList {
  readonly #models: Pick<Models, 'models'>
  #known: Promise<readonly ServiceModel[]> | undefined
  #at = 0

  constructor(models: Pick<Models, 'models'>) {
    this.#models = models
  }

  all(): Promise<readonly ServiceModel[]> {
    if (this.#known === undefined || performance.now() - this.#at > milliseconds) {
      this.#at = performance.now()
      this.#known = this.#models.models()
      this.#known.catch(() => {
        this.#known = undefined
      })
    }
    return this.#known
  }

  /** A model that can make edits. @throws ServiceError `missing`, `conflict` */
  async usable(name: string): Promise<ServiceModel> {
    const all = await this.all()
    const found = all.find((model) => model.name === name)
    if (!found)
      throw new ServiceError(
        'missing',
        `model '${name}': no such model on this server, expected one of ${all.map((model) => model.name).join(', ')}`,
      )
    if (found.state === 'ready') return found
    const why = found.problem ?? (found.state === 'pulling' ? 'it is being pulled' : 'it is not installed')
    throw new ServiceError('conflict', `model '${name}': ${why}; pull it, or choose another`)
  }
}
