import type { JobStore } from '../../jobs/index.ts'
import { BenchError } from '../error.ts'
import {
  pairAnswers,
  type Study,
  type StudyMode,
  type StudyParticipant,
  type StudyTask,
  type Vote,
} from './study.ts'

/** The next task of a participant. It does not reveal which system made a picture. */
export interface ShownTask {
  readonly number: number
  readonly mode: StudyMode
  readonly instruction: string
  readonly language: string
  /** Path of the source picture in the suite. */
  readonly source: string
  /** Names in the file store, shown as A, B, …. */
  readonly pictures: readonly string[]
}

/** A participant's progress. */
export interface StudyProgress {
  readonly participant: string
  readonly done: number
  readonly total: number
}

/** A study that takes votes. */
export interface OpenStudy {
  readonly study: Study
  /** The first task without a vote, wherever the participant stopped; none when all are done. */
  next(token: string): Promise<StudyProgress & { readonly task?: ShownTask }>
  /** The first tasks without a vote, so that their pictures can be made ready. */
  upcoming(token: string, most: number): Promise<StudyProgress & { readonly tasks: readonly ShownTask[] }>
  /**
   * Counts a vote, which is never changed: a second one on the same task is not counted. With a nonce, the same vote sent
   * again is told from another one: it is `counted`, once.
   * @throws BenchError `study` where the link is unknown, it is not the next task's turn, or the answers do not fit
   */
  vote(
    token: string,
    vote: Pick<Vote, 'task' | 'answers' | 'seconds'> & { readonly nonce?: string },
  ): Promise<StudyProgress & { readonly counted: boolean }>
  /** All votes in the order in which they were recorded. */
  votes(): AsyncIterable<Vote>
  progress(): Promise<readonly StudyProgress[]>
}

/** Opens a study on a job store, where its votes are kept in a journal. */
export function openStudy(study: Study, jobs: Pick<JobStore, 'append' | 'entries'>): OpenStudy {
  const journal = `study ${study.id}`
  const find = (token: string): StudyParticipant => findParticipant(study, token)
  /** Votes come in the order of tasks, so their number is the next task's. */
  const doneOf = async ({ name }: StudyParticipant): Promise<number> => {
    let done = 0
    for await (const _ of jobs.entries(journal, { prefix: `${name}/` })) done++
    return done
  }

  /** Whether the vote that counts on a task was sent with this nonce. */
  const isOf = async (key: string, nonce: string): Promise<boolean> => {
    for await (const entry of jobs.entries(journal, { prefix: key }))
      if (entry.key === key) return (entry.content as { nonce?: string }).nonce === nonce
    return false
  }

  return {
    study,
    async next(token) {
      const {
        tasks: [task],
        ...progress
      } = await this.upcoming(token, 1)
      return task ? { ...progress, task } : progress
    },
    async upcoming(token, most) {
      const participant = find(token)
      const { name, tasks } = participant
      const done = await doneOf(participant)
      return {
        participant: name,
        done,
        total: tasks.length,
        tasks: tasks.slice(done, done + most).map((task, i) => shown(study, done + i, task)),
      }
    },
    async vote(token, { task: number, answers, seconds, nonce }) {
      const participant = find(token)
      const { name, tasks } = participant
      const task = tasks[number]
      const done = await doneOf(participant)
      if (!task || number > done)
        throw new BenchError(
          'study',
          `study '${study.name}', ${name}: expected a vote on task ${Math.min(done, tasks.length - 1)} or one before it, got ${number}`,
        )
      checkAnswers(study, name, number, task, answers)
      if (seconds !== undefined && !(Number.isFinite(seconds) && seconds >= 0))
        throw new BenchError(
          'study',
          `study '${study.name}', ${name}: seconds: expected 0 or more, got ${seconds}`,
        )
      const key = `${name}/${number}`
      const content = {
        ...{ participant: name, task: number, answers },
        ...(seconds !== undefined && { seconds }),
        ...(nonce !== undefined && { nonce }),
      }
      const { added } = await jobs.append(journal, [{ key, content }])
      return {
        participant: name,
        done: Math.max(done, number + added),
        total: tasks.length,
        counted: added === 1 || (nonce !== undefined && (await isOf(key, nonce))),
      }
    },
    async *votes() {
      for await (const { content, at } of jobs.entries(journal)) {
        const { nonce: _, ...vote } = content as unknown as Omit<Vote, 'at'> & { readonly nonce?: string }
        yield { ...vote, at }
      }
    },
    async progress() {
      const counts = new Map<string, number>()
      for await (const { participant } of this.votes())
        counts.set(participant, (counts.get(participant) ?? 0) + 1)
      return study.participants.map(({ name, tasks }) => ({
        participant: name,
        done: counts.get(name) ?? 0,
        total: tasks.length,
      }))
    },
  }
}

/** The participant of a link. @throws BenchError `study` if the link is unknown */
export function findParticipant({ name, participants }: Study, token: string): StudyParticipant {
  const found = participants.find((each) => each.token === token)
  if (found) return found
  throw new BenchError('study', `study '${name}': no participant has this link; check that it is complete`)
}

function shown(study: Study, number: number, { item, order }: StudyTask): ShownTask {
  const { instruction, language, source, pictures } = study.items[item]!
  return {
    number,
    mode: study.mode,
    instruction,
    language,
    source,
    pictures: order.map((system) => pictures[system] as string),
  }
}

function checkAnswers(
  { name, mode }: Study,
  participant: string,
  number: number,
  { order }: StudyTask,
  answers: readonly number[],
): void {
  const where = `study '${name}', ${participant}, task ${number}`
  const got = `got ${answers.join(', ')}`
  if (answers.length !== order.length)
    throw new BenchError('study', `${where}: expected ${order.length} answers, one a picture, ${got}`)
  if (mode === 'rate') {
    if (answers.every((each) => Number.isInteger(each) && each >= 1 && each <= 5)) return
    throw new BenchError('study', `${where}: expected levels from 1 (worst) to 5 (excellent), ${got}`)
  }
  if (mode === 'pair') {
    if (Object.values(pairAnswers).some((each) => each.join() === answers.join())) return
    throw new BenchError(
      'study',
      `${where}: expected ranks 1, 2; 2, 1; 1, 1 (a tie) or 2, 2 (both bad), ${got}`,
    )
  }
  const fits = (rank: number): boolean => rank === 1 + answers.filter((other) => other < rank).length
  if (answers.every(fits)) return
  throw new BenchError(
    'study',
    `${where}: expected ranks from 1 (the best), equal pictures sharing one, such as 1, 2, 2, 4, ${got}`,
  )
}
