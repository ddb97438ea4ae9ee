import { createHash, randomUUID } from 'node:crypto'
import { EventEmitter, on } from 'node:events'
import { type DarkroomReport, openDarkroom } from 'pentimento/edit'
import { encodePicture, readPicture } from 'pentimento/image'
import {
  type Edit,
  type EditService,
  type Pictures,
  ServiceError,
  type StoredPicture,
} from 'pentimento/service'

/** Pictures and edits in memory, by the real darkroom. */
export function standIn() {
  const files = new Map<string, { stored: StoredPicture; bytes: Uint8Array }>()
  const edits = new Map<string, Edit>()
  const aborts = new Map<string, AbortController>()
  const news = new EventEmitter()
  const hold = { ms: 0 }
  const find = (owner: string, id: string) => {
    const found = files.get(`${owner} ${id}`)
    if (!found) throw new ServiceError('missing', `picture ${id}: no such picture`)
    return found
  }
  const pictures: Pictures = {
    async add(owner, name, bytes) {
      const read = await readPicture(bytes).catch((error: Error) => {
        throw new ServiceError('picture', error.message)
      })
      const id = createHash('sha256').update(bytes).digest('hex')
      const stored: StoredPicture = {
        id,
        name,
        type: `image/${read.format}` as 'image/png',
        width: read.width,
        height: read.height,
        bytes: bytes.length,
      }
      files.set(`${owner} ${id}`, { stored, bytes })
      return stored
    },
    get: async (owner, id) => find(owner, id).stored,
    read: async (owner, id) => find(owner, id).bytes,
    delete: async () => {},
    thumbnail: async (owner, id) => find(owner, id).bytes,
  }
  const set = (owner: string, id: string, change: Partial<Edit>) => {
    const key = `${owner} ${id}`
    const before = edits.get(key)!
    if (['done', 'failed', 'cancelled'].includes(before.state)) return
    const next = { ...before, ...change }
    edits.set(key, next)
    news.emit('edit', owner, next)
  }
  const run = async (owner: string, id: string) => {
    const { task } = edits.get(`${owner} ${id}`)!
    const { signal } = aborts.get(id)!
    const darkroom = await openDarkroom()
    try {
      set(owner, id, { state: 'active', startedAt: new Date().toISOString() })
      for (let i = 0; i < 10 && hold.ms > 0; i++) {
        await new Promise((done) => setTimeout(done, hold.ms / 10))
        signal.throwIfAborted()
        set(owner, id, {
          progress: {
            stage: 'edit',
            fraction: i / 10,
            done: 0,
            steps: 1,
            stepSeconds: undefined,
            secondsLeft: undefined,
          },
        })
      }
      let report: DarkroomReport | undefined
      const made = await darkroom.edit(await readPicture(find(owner, task.picture).bytes), task.instruction, {
        signal,
        onReport: (found) => {
          report = found
        },
        onProgress: (progress) => set(owner, id, { progress }),
      })
      const format = task.output?.format ?? 'png'
      const bytes = await encodePicture(made, format, {
        recipe: JSON.stringify({ instruction: task.instruction }),
      })
      const result = await pictures.add(owner, 'result', bytes)
      set(owner, id, {
        state: 'done',
        result,
        plan: report!.plan,
        did: report!.did,
        endedAt: new Date().toISOString(),
      })
    } catch (error) {
      const { code = 'internal', message } = error as { code?: string; message: string }
      set(owner, id, { state: 'failed', error: { code, message } })
    } finally {
      await darkroom.close()
    }
  }
  const service: EditService = {
    async submit(owner, tasks) {
      return tasks.map((task) => {
        const id = randomUUID()
        const edit: Edit = { id, task, state: 'waiting', position: 0, createdAt: new Date().toISOString() }
        edits.set(`${owner} ${id}`, edit)
        aborts.set(id, new AbortController())
        void run(owner, id)
        return edit
      })
    },
    async get(owner, id) {
      const found = edits.get(`${owner} ${id}`)
      if (!found) throw new ServiceError('missing', `edit ${id}: no such edit`)
      return found
    },
    find: async () => [],
    list: async () => [],
    async *watch(owner, [id = ''], signal) {
      const changes = on(news, 'edit', { signal: signal! })
      yield edits.get(`${owner} ${id}`)!
      for await (const [whose, edit] of changes as AsyncIterable<[string, Edit]>) {
        if (whose !== owner || edit.id !== id) continue
        yield edit
        if (['done', 'failed', 'cancelled'].includes(edit.state)) return
      }
    },
    async *changes() {},
    async cancel(owner, id) {
      const edit = await service.get(owner, id)
      aborts.get(id)?.abort()
      set(owner, id, { state: 'cancelled', endedAt: new Date().toISOString() })
      return { ...edit, state: 'cancelled' }
    },
    async delete() {},
  }
  return { edits: service, pictures, hold, all: () => [...edits.values()] }
}
