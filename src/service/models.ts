/** An editor that the server can open, or could after a download. */
export interface ServiceModel {
  /** What requests name it by. */
  readonly name: string
  readonly kind: 'darkroom' | 'model' | 'remote'
  /** `ready`; `missing`: it can be pulled; `pulling`; `broken`, with the problem. */
  readonly state: 'ready' | 'missing' | 'pulling' | 'broken'
  readonly problem?: string | undefined
  /** Whether requests that name none get it. */
  readonly isDefault: boolean
  /** On disk; of a missing one, to download. */
  readonly bytes?: number | undefined
  /** Options of an edit that it takes; others are refused. */
  readonly options: readonly string[]
  /** Its own defaults of them. */
  readonly defaults?: Readonly<Record<string, unknown>> | undefined
  /** How many pictures it takes at most. */
  readonly pictures: number
  readonly licence?: string | undefined
  /** Of one that is being pulled. */
  readonly pull?: Transfer | undefined
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

/** A download under way, or one that failed. */
export interface Transfer {
  readonly file?: string | undefined
  readonly done: number
  readonly total: number
  readonly error?: string | undefined
}

/** A LoRA in the server's folder of them. */
export interface ServiceLora {
  /** Its file's name without ending. */
  readonly name: string
  readonly bytes: number
}

/** What the server can edit with. */
export interface Models {
  models(): Promise<readonly ServiceModel[]>
  packs(): Promise<readonly ServicePack[]>
  loras(): Promise<readonly ServiceLora[]>
  /** Starts a download, or resumes it; the list tells how far it is. @throws ServiceError `missing`, `conflict` */
  pull(name: string): Promise<void>
  stopPull(name: string): Promise<void>
  /** Deletes a pulled model. @throws ServiceError `conflict` while an edit uses it, `missing` */
  delete(name: string): Promise<void>
  installPack(name: string): Promise<void>
  deletePack(name: string): Promise<void>
}
