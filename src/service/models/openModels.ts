import { join } from 'node:path'
import { modelsFolder } from '../../edit/index.ts'
import {
  installPack,
  isInstalled,
  type Pack,
  type PackName,
  packFolder,
  packs,
  toolsFolder,
} from '../../tools/index.ts'
import {
  freeSpace,
  type HubSettings,
  hubSettings,
  publishedModels,
  pull,
  pulledSoFar,
} from '../../weights/index.ts'
import { ServiceError } from '../error.ts'
import type { Models, ServiceModel, ServicePack } from '../models.ts'
import { findKnown, isEmbedded } from './find.ts'
import { bytesIn, listEditors, withoutFolder } from './list.ts'
import { listLoras } from './loras.ts'
import { finishRemovals, removeBelow } from './remove.ts'
import type { EditorSettings } from './settings.ts'
import { Transfers } from './transfers.ts'

/** Dependencies of a server's models. */
export interface ModelsOptions extends EditorSettings {
  /** Whether an edit of this model waits or runs. Default: none does. */
  readonly isInUse?: ((name: string) => Promise<boolean>) | undefined
  /** Default: of the environment. */
  readonly hub?: HubSettings | undefined
  /** Milliseconds before the first retry of a download. */
  readonly retryDelay?: number | undefined
  readonly log?: ((line: string) => void) | undefined
}

/** The models, packs and LoRAs of this machine. Interrupted deletions of an earlier process are completed. */
export async function openModels(options: ModelsOptions = {}): Promise<Models> {
  const { env = process.env } = options
  await Promise.all([modelsFolder(env), toolsFolder(env)].map(finishRemovals))
  return new OwnModels(options, env)
}

class OwnModels implements Models {
  readonly #options: ModelsOptions
  readonly #env: NodeJS.ProcessEnv
  readonly #pulls = new Transfers()
  readonly #installs = new Transfers()

  constructor(options: ModelsOptions, env: NodeJS.ProcessEnv) {
    this.#options = options
    this.#env = env
  }

  async models(): Promise<readonly ServiceModel[]> {
    const found = await listEditors(this.#options)
    return found.map((model) => (model.kind === 'model' ? this.#withPull(model) : model))
  }

  #withPull(model: ServiceModel): ServiceModel {
    const pull = this.#pulls.get(model.name)
    if (!pull) return model
    const { error, ...rest } = pull
    return {
      ...model,
      state: this.#pulls.isActive(model.name) ? 'pulling' : model.state,
      pull: { ...rest, ...(error !== undefined && { error: withoutFolder(error, this.#env) }) },
    }
  }

  async packs(): Promise<readonly ServicePack[]> {
    const folder = toolsFolder(this.#env)
    return Object.values(packs).map((pack) => {
      const { name, purpose, downloadBytes, licence } = pack
      const install = this.#installs.get(name)
      const state = isInstalled(folder, pack) ? 'ready' : 'missing'
      return {
        name,
        purpose,
        state: this.#installs.isActive(name) ? 'pulling' : state,
        bytes: sizeOf(pack),
        downloadBytes,
        licence,
        ...(install && { pull: install }),
      }
    })
  }

  loras(): ReturnType<Models['loras']> {
    return listLoras(this.#env)
  }

  async pull(name: string): Promise<void> {
    const model = await this.#model(name)
    if (model.state === 'pulling') return
    if (model.state === 'ready')
      throw new ServiceError('conflict', `model '${name}': is complete, nothing to pull`)
    if (!Object.hasOwn(publishedModels, name) && !name.includes('/'))
      throw new ServiceError(
        'conflict',
        `model '${name}': was not pulled, so it cannot be repaired by a pull; repair its folder: ${model.problem}`,
      )
    const folder = join(modelsFolder(this.#env), name)
    const before = await pulledSoFar(folder)
    const { done = 0, total = model.bytes ?? 0, revision } = before ?? {}
    await checkRoom(folder, total - done)
    const { hub = hubSettings(this.#env), retryDelay } = this.#options
    this.#pulls.start(name, total, async (tell, signal) => {
      await pull(name, folder, { revision, hub, retryDelay, signal, onProgress: tell })
    })
  }

  async stopPull(name: string): Promise<void> {
    await this.#model(name)
    await this.#pulls.stop(name)
  }

  async delete(name: string): Promise<void> {
    const editor = await findKnown(name, this.#options)
    if (editor.kind !== 'model' || isEmbedded(editor))
      throw new ServiceError('conflict', `model '${name}': was not pulled, and cannot be deleted`)
    if (await this.#options.isInUse?.(name))
      throw new ServiceError(
        'conflict',
        `model '${name}': its edits are waiting or running; cancel them, or delete it when they have ended`,
      )
    await this.#pulls.stop(name)
    await removeBelow(modelsFolder(this.#env), editor.folder)
    this.#log(`model ${name}: deleted`)
  }

  async installPack(name: string): Promise<void> {
    const pack = packOf(name)
    if (this.#installs.isActive(name)) return
    const folder = toolsFolder(this.#env)
    await checkRoom(folder, pack.downloadBytes + sizeOf(pack))
    const total = pack.downloadBytes
    this.#installs.start(name, total, async (tell, signal) => {
      await installPack(pack, {
        folder,
        signal,
        onProgress: (stage) => tell({ stage, done: stage === 'extract' ? total : 0, total }),
      })
    })
  }

  async stopInstall(name: string): Promise<void> {
    await this.#installs.stop(packOf(name).name)
  }

  async deletePack(name: string): Promise<void> {
    const pack = packOf(name)
    const folder = toolsFolder(this.#env)
    if (this.#installs.isActive(name))
      throw new ServiceError('conflict', `pack '${name}': is being installed; stop that first`)
    if (!isInstalled(folder, pack)) throw new ServiceError('missing', `pack '${name}': is not installed`)
    if (await this.#options.isInUse?.('darkroom'))
      throw new ServiceError(
        'conflict',
        `pack '${name}': the darkroom's edits are waiting or running; cancel them, or delete it when they have ended`,
      )
    await removeBelow(folder, packFolder(folder, pack))
    this.#log(`pack ${name}: deleted`)
  }

  async disk(): ReturnType<Models['disk']> {
    const folder = modelsFolder(this.#env)
    const [free, models, tools, found] = await Promise.all([
      freeSpace(folder),
      bytesIn(folder),
      bytesIn(toolsFolder(this.#env)),
      this.loras(),
    ])
    return { free, models, packs: tools, loras: found.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pulls.stopAll(), this.#installs.stopAll()])
  }

  /** A model that was pulled or can be pulled. @throws ServiceError */
  async #model(name: string): Promise<ServiceModel> {
    const found = (await this.models()).find((each) => each.name === name)
    if (!found) throw new ServiceError('missing', `model '${name}': no such model on this server`)
    if (found.kind !== 'model' || isEmbedded(found))
      throw new ServiceError('conflict', `model '${name}': is not a model that can be pulled`)
    return found
  }

  #log(line: string): void {
    this.#options.log?.(line)
  }
}

const sizeOf = ({ files }: Pack): number => files.reduce((sum, { bytes }) => sum + bytes, 0)

/** @throws ServiceError `missing` */
function packOf(name: string): Pack {
  if (Object.hasOwn(packs, name)) return packs[name as PackName]
  throw new ServiceError(
    'missing',
    `pack '${name}': no such pack, expected one of ${Object.keys(packs).join(', ')}`,
  )
}

/** @throws ServiceError `conflict` if the disk has less space */
async function checkRoom(folder: string, needed: number): Promise<void> {
  const free = await freeSpace(folder)
  if (needed <= free) return
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  throw new ServiceError(
    'conflict',
    `disk: ${gigabytes(needed)} are needed, but only ${gigabytes(free)} are free; free some space`,
  )
}
