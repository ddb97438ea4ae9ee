import { type Context, Hono, type MiddlewareHandler } from 'hono'
import {
  type Consents,
  type OpenStudy,
  type StudyParticipant,
  studyReport,
  type Vote,
  votesTable,
} from '../../../bench/index.ts'
import { refuse } from '../guards.ts'
import {
  atMost,
  csvOf,
  type GuestEnv,
  type GuestParts,
  guestApp,
  linkOf,
  noPicture,
  organiserOnly,
  pngOf,
} from './guestApp.ts'
import { liveReport } from './liveReport.ts'
import { itemCount } from './schemas.ts'
import type { StudyPictures } from './studyPictures.ts'
import {
  type ConsentText,
  consentRequest,
  type RatingsAnswer,
  type StudyFigures,
  type StudyMe,
  type TasksAnswer,
  type VotedAnswer,
  voteRequest,
} from './studySchemas.ts'

/** What the server of a study or an arena stands on. */
export interface StudyParts extends GuestParts {
  readonly open: OpenStudy
  readonly consents: Consents
  readonly consent: ConsentText
  readonly pictures: StudyPictures
  /** Whether voters of an arena see the ratings once they are done. */
  readonly showsRatings: boolean
}

/** The server of a study: participants by their links, and the organiser by his. An arena is a study of pairs. */
export function studyApp(parts: StudyParts): Hono {
  const { open, consents, consent, pictures } = parts
  const { study } = open
  const people = new Map(study.participants.map((each) => [each.name, each]))
  const personOf = (c: Context<GuestEnv>): StudyParticipant | undefined => people.get(c.get('guest').name)
  /** Consent is never taken back, so that it need not be read again. */
  const agreed = new Set<string>()
  const hasAgreed = async ({ name, token }: StudyParticipant): Promise<boolean> => {
    if (!agreed.has(name) && (await consents.of(token))) agreed.add(name)
    return agreed.has(name)
  }
  const participantOnly: MiddlewareHandler<GuestEnv> = async (c, next) =>
    personOf(c) ? next() : refuse(c, 403, 'role', 'only for participants')
  const agreedOnly: MiddlewareHandler<GuestEnv> = async (c, next) => {
    const person = personOf(c)
    if (!person) return refuse(c, 403, 'role', 'only for participants')
    return (await hasAgreed(person)) ? next() : refuse(c, 403, 'consent', 'nothing is shown before consent')
  }

  const api = new Hono<GuestEnv>()
  api.post('*', atMost(8 * 1024))
  api.get('/me', async (c) => {
    const person = personOf(c)
    if (!person) return c.json({ role: 'organiser', mode: study.mode } satisfies StudyMe)
    const { done, total } = await open.upcoming(person.token, 0)
    const { name } = person
    const about = { role: 'participant', name, mode: study.mode, done, total } as const
    const answer: StudyMe = (await hasAgreed(person)) ? about : { ...about, consent }
    return c.json(answer)
  })
  api.post('/consent', participantOnly, async (c) => {
    const { text } = consentRequest.parse(await c.req.json())
    if (text !== consent.id) return refuse(c, 409, 'consent', 'the text has changed; reload the page')
    await consents.give(personOf(c)!.token, text)
    return c.json({})
  })
  api.get('/tasks', agreedOnly, async (c) => {
    const person = personOf(c)!
    const { done, total, tasks } = await open.upcoming(person.token, itemCount.parse(c.req.query('count')))
    const answer: TasksAnswer = {
      done,
      total,
      tasks: await Promise.all(tasks.map((task) => pictures.taskOf(person, task))),
    }
    return c.json(answer)
  })
  api.post('/votes', agreedOnly, async (c) => {
    const vote = voteRequest.parse(await c.req.json())
    const { counted, done, total } = await open.vote(personOf(c)!.token, vote)
    if (!counted) return refuse(c, 409, 'voted', 'this task already has an answer, which is kept')
    return c.json({ done, total } satisfies VotedAnswer)
  })

  const votesNow = async (): Promise<readonly Vote[]> => {
    const votes: Vote[] = []
    for await (const each of open.votes()) votes.push(each)
    return votes
  }
  const report = liveReport(async () => studyReport(study, await votesNow()))
  api.get('/ratings', agreedOnly, async (c) => {
    const { done, total } = await open.upcoming(personOf(c)!.token, 0)
    if (!parts.showsRatings || done < total) return refuse(c, 403, 'role', 'only for the organiser')
    return c.json({ ranking: (await report()).ranking } satisfies RatingsAnswer)
  })
  const organiser = new Hono<GuestEnv>()
  organiser.use(organiserOnly)
  organiser.get('/figures', async (c) => {
    const times = new Map<string, string>()
    for await (const { participant, at } of consents.all()) times.set(participant, at)
    const answer: StudyFigures = {
      study: study.name,
      items: study.items.length,
      people: (await open.progress()).map(({ participant: name, done, total }) => {
        const agreedAt = times.get(name)
        const link = linkOf(parts, { name, role: 'participant' })
        return { name, link, done, total, ...(agreedAt !== undefined && { agreedAt }) }
      }),
      report: await report(),
    }
    return c.json(answer)
  })
  organiser.get('/votes.csv', async (c) => {
    const votes = await votesNow()
    return csvOf(c, 'votes.csv', votesTable(study, votes, studyReport(study, votes, { samples: 2 })))
  })
  api.route('/', organiser)

  return guestApp(parts, {
    page: study.mode === 'pair' ? 'arena' : 'study',
    api,
    picture: async (c, name) => {
      const person = personOf(c)
      const file = person && (await hasAgreed(person)) ? await pictures.fileOf(person, name) : undefined
      return file ? pngOf(c, file) : noPicture(c)
    },
    tells: false,
  })
}
