import { Hono } from 'hono'
import {
  decisionTable,
  type PairStore,
  type Review,
  rejectReasons,
  takeRetouched,
} from '../../../dataset/index.ts'
import type { FileStore } from '../../../jobs/index.ts'
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
import type { Guest } from './links.ts'
import {
  type DecidedAnswer,
  type DecisionRequest,
  decisionRequest,
  type FiguresAnswer,
  type ItemsAnswer,
  type Me,
  undoRequest,
} from './reviewSchemas.ts'
import { itemCount } from './schemas.ts'

/** What the review's server stands on. */
export interface ReviewParts extends GuestParts {
  readonly dataset: string
  readonly review: Review
  readonly pairs: PairStore
  readonly files: FileStore
}

/** A mask of 24 megapixels in base64, and a retouched picture. */
const [mostJson, mostPicture] = [16 * 1024 * 1024, 100 * 1024 * 1024]

const png = [0x89, 0x50, 0x4e, 0x47]

/** The review's server. */
export function reviewApp(parts: ReviewParts): Hono {
  const { review, files, links, dataset } = parts
  const api = new Hono<GuestEnv>()
  api.use('/retouched/*', atMost(mostPicture))
  api.use('/decisions', atMost(mostJson))
  api.use('/undo', atMost(1024))
  api.get('/me', (c) => c.json({ ...c.get('guest'), dataset, reasons: [...rejectReasons] } satisfies Me))
  api.get('/items', async (c) => {
    const { name } = c.get('guest')
    const items = await review.next(name, itemCount.parse(c.req.query('count')))
    const answer: ItemsAnswer = { items, done: review.done(name), ...(await review.left()) }
    return c.json(answer)
  })
  api.get('/disputes', async (c) => {
    const { name, role } = c.get('guest')
    const count = itemCount.parse(c.req.query('count'))
    return c.json({ items: await review.disputes(name, count, role === 'organiser') })
  })
  api.post('/decisions', async (c) => {
    const answer: DecidedAnswer = await decide(
      review,
      c.get('guest'),
      decisionRequest.parse(await c.req.json()),
    )
    return c.json(answer)
  })
  api.post('/undo', async (c) => {
    const { name } = c.get('guest')
    const undone = await review.undo(name, undoRequest.parse(await c.req.json()).nonce)
    return undone ? c.json(undone) : refuse(c, 409, 'review', 'nothing to undo')
  })
  api.post('/retouched/:pair', async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer())
    const child = await takeRetouched(parts, c.req.param('pair'), bytes)
    return c.json({ pair: child.id })
  })
  const organiser = new Hono<GuestEnv>()
  organiser.use(organiserOnly)
  organiser.get('/figures', async (c) => {
    const reviewers = links.guests.filter(({ role }) => role === 'reviewer')
    const answer: FiguresAnswer = {
      figures: await review.figures(),
      links: reviewers.map((guest) => ({ name: guest.name, link: linkOf(parts, guest) })),
    }
    return c.json(answer)
  })
  organiser.get('/decisions.csv', async (c) => csvOf(c, 'decisions.csv', await decisionTable(parts.pairs)))
  api.route('/', organiser)
  return guestApp(parts, {
    page: 'review',
    api,
    // By the hash of its content.
    picture: async (c, name) => {
      if (!/^[0-9a-f]{64}$/.test(name) || !(await files.has(name))) return noPicture(c)
      const bytes = await files.get(name)
      return png.some((byte, i) => bytes[i] !== byte) ? noPicture(c) : pngOf(c, bytes)
    },
    tells: true,
  })
}

function decide(review: Review, { name }: Guest, request: DecisionRequest): ReturnType<Review['decide']> {
  const { mask, reason, note, caption, text, seconds, ...rest } = request
  return review.decide(name, {
    ...rest,
    ...(reason !== undefined && { reason }),
    ...(note !== undefined && { note }),
    ...(caption !== undefined && { caption }),
    ...(text && { text: { ...(text.en && { en: text.en }), ...(text.cn && { cn: text.cn }) } }),
    ...(seconds !== undefined && { seconds }),
    ...(mask !== undefined && { drawn: new Uint8Array(Buffer.from(mask, 'base64')) }),
  })
}
