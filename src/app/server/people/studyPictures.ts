import { timingSafeEqual } from 'node:crypto'
import type { ShownTask, Study, StudyParticipant } from '../../../bench/index.ts'
import { encodeAlike, type Picture } from '../../../image/index.ts'
import { tokenOf } from './links.ts'
import type { StudyTaskAnswer } from './studySchemas.ts'

/** Where pictures of a study come from. */
export interface StudySources {
  /** A source by its path in the suite. */
  source(path: string): Promise<Picture>
  /** A result by its name in the file store. */
  result(name: string): Promise<Picture>
}

type Alike = Awaited<ReturnType<typeof encodeAlike>>

/**
 * The pictures of a study so that nothing but looking tells who made them: all of an item have one size in pixels and in
 * bytes and no metadata; they are made ready together, so that no answer takes longer for one than for another; and their
 * names are an HMAC by participant, task and place, so that the same picture has another name everywhere.
 */
export class StudyPictures {
  readonly #study: Study
  readonly #secret: Uint8Array
  readonly #sources: StudySources
  readonly #mostBytes: number
  /** Of the items that were asked for last. */
  readonly #ready = new Map<number, Promise<Alike>>()
  readonly #sizes = new Map<number, number>()

  constructor(
    study: Study,
    secret: Uint8Array,
    sources: StudySources,
    mostBytes: number = 512 * 1024 * 1024,
  ) {
    this.#study = study
    this.#secret = secret
    this.#sources = sources
    this.#mostBytes = mostBytes
  }

  /** A task with the names of its pictures, which are ready then. */
  async taskOf(person: StudyParticipant, task: ShownTask): Promise<StudyTaskAnswer> {
    const { number, instruction, language } = task
    const { width, height } = await this.#prepared(person.tasks[number]!.item)
    const [source, ...pictures] = this.#namesOf(person, number)
    return { number, instruction, language, width, height, source: source!, pictures }
  }

  /** The file of a name that this participant was given; undefined for any other name. */
  async fileOf(person: StudyParticipant, name: string): Promise<Uint8Array | undefined> {
    const number = Number(/^(\d{1,6})-/.exec(name)?.[1] ?? Number.NaN)
    const task = person.tasks[number]
    if (!task) return undefined
    const given = Buffer.from(name)
    let place = -1
    for (const [i, each] of this.#namesOf(person, number).entries()) {
      const own = Buffer.from(each)
      if (own.length === given.length && timingSafeEqual(own, given)) place = i
    }
    if (place < 0) return undefined
    const { files } = await this.#prepared(task.item)
    return place === 0 ? files[0] : files[1 + this.#systemsOf(task.item).indexOf(task.order[place - 1]!)]
  }

  /** Of the source, then of the pictures as they are shown. */
  #namesOf({ name, tasks }: StudyParticipant, number: number): readonly string[] {
    return [0, ...tasks[number]!.order.map((_, i) => i + 1)].map(
      (place) => `${number}-${tokenOf(this.#secret, `picture ${name} ${number} ${place}`)}`,
    )
  }

  /** Systems that gave a picture of an item. */
  #systemsOf(item: number): readonly number[] {
    return this.#study.items[item]!.pictures.flatMap((picture, system) => (picture === null ? [] : [system]))
  }

  #prepared(item: number): Promise<Alike> {
    const known = this.#ready.get(item)
    this.#ready.delete(item)
    const ready = known ?? this.#prepare(item)
    this.#ready.set(item, ready)
    return ready
  }

  async #prepare(item: number): Promise<Alike> {
    try {
      const { source, pictures } = this.#study.items[item]!
      const made = await Promise.all([
        this.#sources.source(source),
        ...pictures.flatMap((picture) => (picture === null ? [] : [this.#sources.result(picture)])),
      ])
      const alike = await encodeAlike(made)
      this.#sizes.set(item, alike.files.length * (alike.files[0]?.length ?? 0))
      this.#forget()
      return alike
    } catch (error) {
      this.#ready.delete(item)
      throw error
    }
  }

  /** Those that nobody asked for in the longest time, while all together are too large. */
  #forget(): void {
    let bytes = [...this.#sizes.values()].reduce((sum, each) => sum + each, 0)
    for (const item of [...this.#ready.keys()].slice(0, -1)) {
      if (bytes <= this.#mostBytes) return
      bytes -= this.#sizes.get(item) ?? 0
      this.#sizes.delete(item)
      this.#ready.delete(item)
    }
  }
}
