import type { JobStore } from '../../jobs/index.ts'
import { BenchError } from '../error.ts'
import type { Study, StudyMode, StudyParticipant, StudyTask, Vote } from './study.ts'

/** What a participant is shown next. Nothing in it tells who made a picture. */
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

/** How far a participant is. */
export interface StudyProgress {
  readonly participant: string
  readonly done: number
  readonly total: number
}

/** A study whose votes are counted. */
export interface OpenStudy {
  readonly study: Study
  /** The first task without a vote, wherever the participant stopped; none when all are done. */
  next(token: string): Promise<StudyProgress & { readonly task?: ShownTask }>
  /**
   * Counts a vote, which is never changed: a second one on the same task is not counted.
   * @throws BenchError `study` where the link is unknown, it is not the next task's turn, or the answers do not fit
   */
  vote(
    token: string,
    vote: Pick<Vote, 'task' | 'answers' | 'seconds'>,
  ): Promise<StudyProgress & { readonly counted: boolean }>
  /** All votes in the order in which they were counted. */
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

  return {
    study,
    async next(token) {
      const participant = find(token)
      const { name, tasks } = participant
      const done = await doneOf(participant)
      const task = tasks[done]
      const progress = { participant: name, done, total: tasks.length }
      return task ? { ...progress, task: shown(study, done, task) } : progress
    },
    async vote(token, { task: number, answers, seconds }) {
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
      const { added } = await jobs.append(journal, [
        {
          key: `${name}/${number}`,
          content: { participant: name, task: number, answers, ...(seconds !== undefined && { seconds }) },
        },
      ])
      return {
        participant: name,
        done: Math.max(done, number + added),
        total: tasks.length,
        counted: added === 1,
      }
    },
    async *votes() {
      for await (const { content, at } of jobs.entries(journal))
        yield { ...(content as unknown as Omit<Vote, 'at'>), at }
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

/** Whose link it is. @throws BenchError `study` where it is nobody's */
export function findParticipant({ name, participants }: Study, token: string): StudyParticipant {
  const found = participants.find((each) => each.token === token)
  if (found) return found
  throw new BenchError('study', `study '${name}': no participant has this link; is it whole?`)
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
  const fits = (rank: number): boolean => rank === 1 + answers.filter((other) => other < rank).length
  if (answers.every(fits)) return
  throw new BenchError(
    'study',
    `${where}: expected ranks from 1 (the best), equal pictures sharing one, such as 1, 2, 2, 4, ${got}`,
  )
}
