import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import {
  decisionTable,
  type PairStore,
  type Review,
  rejectReasons,
  takeRetouched,
} from '../../dataset/index.ts'
import type { FileStore } from '../../jobs/index.ts'
import { describeFailure } from '../failure.ts'
import { type Doors, guard, headers, refuse } from './guards.ts'
import type { Guest, Links } from './links.ts'
import type { Pages } from './pages.ts'
import {
  type DecidedAnswer,
  type DecisionRequest,
  decisionRequest,
  type FiguresAnswer,
  type ItemsAnswer,
  itemCount,
  type Me,
  undoRequest,
} from './schemas.ts'

/** What the review's server stands on. */
export interface ReviewParts {
  readonly dataset: string
  readonly review: Review
  readonly pairs: PairStore
  readonly files: FileStore
  readonly links: Links
  readonly pages: Pages
  /** Known once it listens. */
  readonly doors: () => Doors
  /** What goes before `/r/…` in the links that the organiser sees. */
  readonly address: () => string
  readonly log: (line: string) => void
}

type Env = { Variables: { guest: Guest } }

/** A mask of 24 megapixels in base64, and a retouched picture. */
const [mostJson, mostPicture] = [16 * 1024 * 1024, 100 * 1024 * 1024]

const png = [0x89, 0x50, 0x4e, 0x47]

/** The review's server: everything below `/r/<token>/` is for the person who has that link. */
export function reviewApp(parts: ReviewParts): Hono {
  const { review, files, links, pages, doors, dataset } = parts
  const app = new Hono()
  app.use(headers(), guard(doors))
  app.get('/assets/*', pages.assets)
  app.get('/', (c) => c.text('Open the link that you were given.\n打开您收到的链接。\n'))

  const own = new Hono<Env>()
  const enter: MiddlewareHandler<Env> = async (c, next) => {
    const guest = links.find(c.req.param('token') ?? '')
    if (!guest) return refuse(c, 401, 'link', 'this link is not valid; ask for a new one')
    c.set('guest', guest)
    c.header('cache-control', 'no-store')
    return next()
  }
  // With its slash, so that what the page asks for lies below it.
  app.get('/r/:token/', enter, pages.page('review'))
  app.get('/r/:token', (c) => c.redirect(`${c.req.path}/`))
  own.use(enter)
  own.get('/pictures/:name', (c) => picture(c, files))
  const api = new Hono<Env>()
  api.use('/retouched/*', bodyLimit({ maxSize: mostPicture, onError: tooLarge }))
  api.use('/decisions', bodyLimit({ maxSize: mostJson, onError: tooLarge }))
  api.use('/undo', bodyLimit({ maxSize: 1024, onError: tooLarge }))
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
  const organiser = new Hono<Env>()
  organiser.use(async (c, next) =>
    c.get('guest').role === 'organiser' ? next() : refuse(c, 403, 'role', 'this is for the organiser'),
  )
  organiser.get('/figures', async (c) => {
    const reviewers = links.guests.filter(({ role }) => role === 'reviewer')
    const answer: FiguresAnswer = {
      figures: await review.figures(),
      links: reviewers.map((guest) => ({ name: guest.name, link: linkOf(parts, guest) })),
    }
    return c.json(answer)
  })
  organiser.get('/decisions.csv', async (c) =>
    c.body(await decisionTable(parts.pairs), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="decisions.csv"',
    }),
  )
  // Last: routes are copied as they stand.
  api.route('/', organiser)
  own.route('/api', api)
  app.route('/r/:token', own)
  app.notFound((c) => refuse(c, 404, 'missing', `nothing at ${c.req.path.replace(/^\/r\/[^/]+/, '/r/…')}`))
  app.onError((error, c) => failed(error, c, parts.log))
  return app
}

/** A guest's link. */
export const linkOf = ({ links, address }: Pick<ReviewParts, 'links' | 'address'>, guest: Guest): string =>
  `${address()}/r/${links.tokenOf(guest)}/`

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

/** A picture by the hash of its content: it never changes, so that browsers keep it. */
async function picture(c: Context, files: FileStore): Promise<Response> {
  const name = /^([0-9a-f]{64})\.png$/.exec(c.req.param('name') ?? '')?.[1]
  if (name === undefined || !(await files.has(name))) return refuse(c, 404, 'missing', 'no such picture')
  const bytes = await files.get(name)
  if (png.some((byte, i) => bytes[i] !== byte)) return refuse(c, 404, 'missing', 'no such picture')
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': 'image/png',
    'cache-control': 'private, max-age=31536000, immutable',
  })
}

const tooLarge = (c: Context): Response => refuse(c, 413, 'size', 'the request is too large')

/** What the sender did wrong is told to him; faults of ours go to the terminal. */
function failed(error: Error, c: Context, log: (line: string) => void): Response {
  if (error.name === 'ZodError' || error instanceof SyntaxError)
    return refuse(
      c,
      400,
      'request',
      `the request is not as expected: ${error.message.replaceAll(/\s+/g, ' ')}`,
    )
  const { code, line, exitCode } = describeFailure(error)
  if (exitCode === 2 && code !== 'system') return refuse(c, 409, code, line)
  log(`${c.req.method} ${c.req.path.replace(/^\/r\/[^/]+/, '/r/…')}: ${line}`)
  return refuse(c, 500, code, line)
}
