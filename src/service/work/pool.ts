import type { RecordingEditor } from '../../edit/index.ts'
import type { NamedLora, OpenEditors } from '../models/openEditors.ts'

/** Options of the pool. */
export interface PoolOptions {
  /**
   * Number of models that stay open, each with its LoRAs. The darkroom and remote editors take little memory and always
   * stay open.
   */
  readonly most: number
  /** Seconds after which an unused editor is closed. */
  readonly idleSeconds: number
  readonly log: (line: string) => void
}

/** An editor by its name in the server's list. */
export interface ChosenEditor {
  readonly name: string
  readonly loras: readonly NamedLora[]
  /** Whether it is a local model. */
  readonly isModel: boolean
}

interface Entry {
  readonly name: string
  readonly isModel: boolean
  readonly stamp: string
  readonly editor: Promise<RecordingEditor>
  users: number
  idle: NodeJS.Timeout | undefined
}

/**
 * The open editors of a process: each model, with its LoRAs, is opened once and stays open for later edits. Beyond the
 * limit, the least recently used one is closed before another is opened.
 */
export class EditorPool {
  readonly #editors: OpenEditors
  readonly #options: PoolOptions
  /** In order of last use, the most recent last. */
  readonly #entries = new Map<string, Entry>()

  constructor(editors: OpenEditors, options: PoolOptions) {
    this.#editors = editors
    this.#options = options
  }

  /**
   * Runs a function on an editor. If it fails in a way that `isSound` does not accept, the editor is discarded.
   * @throws what opening it throws, or what `run` throws
   */
  async use<Result>(
    chosen: ChosenEditor,
    run: (editor: RecordingEditor) => Promise<Result>,
    isSound: (error: unknown) => boolean,
  ): Promise<Result> {
    const key = JSON.stringify([chosen.name, chosen.loras.map(({ name, strength }) => [name, strength])])
    const entry = await this.#enter(key, chosen)
    clearTimeout(entry.idle)
    entry.users++
    let isBroken = false
    try {
      const editor = await entry.editor.catch((error: unknown) => {
        isBroken = true
        throw error
      })
      return await run(editor)
    } catch (error) {
      isBroken ||= !isSound(error)
      throw error
    } finally {
      entry.users--
      if (isBroken) await this.#close(key, entry)
      else if (this.#entries.get(key) !== entry) await this.#closeUnused(entry)
      else this.#startIdle(key, entry)
    }
  }

  /** Closes all editors; those in use, once they are free. */
  async close(): Promise<void> {
    await Promise.all([...this.#entries].map(([key, entry]) => this.#close(key, entry)))
  }

  async #enter(key: string, { name, loras, isModel }: ChosenEditor): Promise<Entry> {
    const stamp = await this.#editors.stamp(name, loras)
    const known = this.#entries.get(key)
    if (known?.stamp === stamp) {
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known
    }
    // Its files have changed since it was opened.
    if (known) await this.#close(key, known)
    if (isModel) await this.#makeRoom()
    // Another call may have opened it meanwhile.
    const other = this.#entries.get(key)
    if (other) return other
    const editor = this.#editors.openRecording(name, loras)
    editor.catch(() => undefined)
    const entry: Entry = { name, isModel, stamp, editor, users: 0, idle: undefined }
    this.#entries.set(key, entry)
    return entry
  }

  /** Closes the least recently used editors until one more may be opened. */
  async #makeRoom(): Promise<void> {
    const models = [...this.#entries].filter(([, { isModel }]) => isModel)
    const unused = models.filter(([, { users }]) => users === 0)
    const tooMany = models.length + 1 - this.#options.most
    for (const [key, entry] of unused.slice(0, Math.max(0, tooMany))) await this.#close(key, entry)
  }

  #startIdle(key: string, entry: Entry): void {
    if (entry.users > 0) return
    entry.idle = setTimeout(() => {
      if (entry.users === 0) void this.#close(key, entry)
    }, 1000 * this.#options.idleSeconds)
    entry.idle.unref()
  }

  /** It is not handed out any more, and closed once it is free. */
  async #close(key: string, entry: Entry): Promise<void> {
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
    clearTimeout(entry.idle)
    await this.#closeUnused(entry)
  }

  async #closeUnused(entry: Entry): Promise<void> {
    if (entry.users > 0) return
    const editor = await entry.editor.catch(() => undefined)
    await editor?.close().catch((error: unknown) => {
      this.#options.log(`model '${entry.name}': could not be closed, ${(error as Error).message}`)
    })
  }
}
