import { BenchError } from '../error.ts'
import type { Study, StudyTask, Vote } from './study.ts'

/** A vote and the task that it answers. */
export interface Answered extends Vote {
  /** Place of the participant in the study's list. */
  readonly person: number
  readonly shown: StudyTask
  /** The vote on the earlier task with the same item, if this one repeats it. */
  readonly earlier?: Answered
}

/** Votes with their tasks. @throws BenchError `study` for a vote that does not belong to the study */
export function answeredTasks(study: Study, votes: readonly Vote[]): readonly Answered[] {
  const places = new Map(study.participants.map(({ name }, i) => [name, i]))
  const known = new Map<string, Answered>()
  return votes.map((vote) => {
    const person = places.get(vote.participant)
    const shown = person === undefined ? undefined : study.participants[person]?.tasks[vote.task]
    if (person === undefined || !shown || shown.order.length !== vote.answers.length)
      throw new BenchError(
        'study',
        `study '${study.name}': a vote of ${vote.participant} on task ${vote.task} is none of this study's`,
      )
    const earlier = known.get(`${person} ${shown.repeats}`)
    const answered = { ...vote, person, shown, ...(earlier && { earlier }) }
    known.set(`${person} ${vote.task}`, answered)
    return answered
  })
}

/** A vote's answers by place of the system in the study's list. */
export function bySystem({
  shown,
  answers,
}: Pick<Answered, 'shown' | 'answers'>): ReadonlyMap<number, number> {
  return new Map(shown.order.map((system, i) => [system, answers[i] as number]))
}

/** The answers of a repeated task paired with the first answers to the same pictures. */
export function repeatedPairs(answered: Answered): readonly (readonly [first: number, again: number])[] {
  const { earlier } = answered
  if (!earlier) return []
  const first = bySystem(earlier)
  return [...bySystem(answered)].map(([system, again]) => [first.get(system) as number, again] as const)
}
