import type {
  RatingsAnswer,
  StudyFigures,
  StudyMe,
  StudyTaskAnswer,
  TasksAnswer,
  VotedAnswer,
  VoteRequest,
} from '../../../src/app/server/people/studySchemas.ts'
import { ask, send } from '../shared/ask.ts'

export type { StudyFigures, StudyTaskAnswer, VoteRequest }
export type Participant = Extract<StudyMe, { role: 'participant' }>

/** The requests of a study or an arena; all are relative to the link, `/r/<token>/`, and throw ServerError. */
export const server = {
  me: (): Promise<StudyMe> => ask('api/me'),
  agree: (text: string): Promise<unknown> => send('POST', 'api/consent', { text }),
  tasks: (count: number): Promise<TasksAnswer> => ask(`api/tasks?count=${count}`),
  vote: (vote: VoteRequest): Promise<VotedAnswer> => send('POST', 'api/votes', vote),
  ratings: (): Promise<RatingsAnswer> => ask('api/ratings'),
  figures: (): Promise<StudyFigures> => ask('api/figures'),
}

/** The address of a picture that was given to this participant. */
export const pictureUrl = (name: string): string => `pictures/${name}.png`
