/** An editor that the server can open, or that is available to download. */
export interface ServiceModel {
  /** Its name in requests. */
  readonly name: string
  readonly kind: 'darkroom' | 'model' | 'remote'
  /** `ready`; `missing`: it can be pulled; `pulling`; `broken`, with the problem. */
  readonly state: 'ready' | 'missing' | 'pulling' | 'broken'
  readonly problem?: string | undefined
  /** Whether it is the default of requests. */
  readonly isDefault: boolean
  /** On disk; for a missing model, to download. */
  readonly bytes?: number | undefined
  /** Options of an edit that it takes; others are refused. */
  readonly options: readonly string[]
  /** Its own defaults for them. */
  readonly defaults?: Readonly<Record<string, unknown>> | undefined
  /** For a model: its family, as its authors spell it. */
  readonly family?: string | undefined
  /** Maximum number of pictures that it takes. */
  readonly pictures: number
  readonly licence?: string | undefined
  /** Whether it takes LoRAs. */
  readonly loras?: boolean | undefined
  /** Whether it can be deleted: it was pulled, and did not come with the package. */
  readonly isRemovable?: boolean | undefined
  /** Of a remote one, what it asks: `openai:gpt-image-1.5`. */
  readonly served?: string | undefined
  /** Of the darkroom: what it works with, by job, and the packs that would bring what is not there. */
  readonly tools?: readonly ServiceTool[] | undefined
  /** Of one that is being pulled, was, or waits for that. */
  readonly pull?: Transfer | undefined
}

/** A job that the darkroom needs a tool for. */
export interface ServiceTool {
  readonly job: string
  readonly isReady: boolean
  readonly packs: readonly string[]
}

/** A pack of vision tools. */
export interface ServicePack {
  readonly name: string
  readonly purpose: string
  readonly state: 'ready' | 'missing' | 'pulling' | 'broken'
  readonly bytes: number
  readonly downloadBytes: number
  readonly licence: string
  readonly problem?: string | undefined
  readonly pull?: Transfer | undefined
}

/** A download under way, one that waits for others, or one that was stopped or failed. */
export interface Transfer {
  /** Whether it waits for others to end. */
  readonly isWaiting?: boolean | undefined
  /** Of a pack: what is being done, of which only the whole size is known. */
  readonly stage?: 'check' | 'download' | 'extract' | undefined
  readonly file?: string | undefined
  readonly done: number
  readonly total: number
  readonly error?: string | undefined
}

/** A LoRA in the server's folder of them. */
export interface ServiceLora {
  /** Its file name without extension. */
  readonly name: string
  readonly bytes: number
}

/** Room on the disk, and what is taken of it, in bytes. */
export interface DiskUse {
  /** Free where models are kept. */
  readonly free: number
  readonly models: number
  readonly packs: number
  readonly loras: number
}

/** What the server can edit with. */
export interface Models {
  models(): Promise<readonly ServiceModel[]>
  packs(): Promise<readonly ServicePack[]>
  loras(): Promise<readonly ServiceLora[]>
  /** Starts a download, or resumes it; the list tells how far it is. @throws ServiceError `missing`, `conflict` */
  pull(name: string): Promise<void>
  /** Stops a download; the downloaded part is kept, and the next pull continues from it. */
  stopPull(name: string): Promise<void>
  /** Deletes a pulled model. @throws ServiceError `conflict` while an edit uses it, `missing` */
  delete(name: string): Promise<void>
  /** Installs a pack, or mends a damaged one. @throws ServiceError `missing`, `conflict` */
  installPack(name: string): Promise<void>
  /** Stops an install; nothing of it stays. */
  stopInstall(name: string): Promise<void>
  /** Deletes an installed pack. @throws ServiceError `conflict` while an edit of the darkroom runs, `missing` */
  deletePack(name: string): Promise<void>
  disk(): Promise<DiskUse>
  /** Stops all downloads; the downloaded parts are kept, and the next pull continues from them. */
  close(): Promise<void>
}
