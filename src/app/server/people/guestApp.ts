import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { describeFailure } from '../../failure.ts'
import { type Doors, guard, headers, refuse } from '../guards.ts'
import type { Pages } from '../pages.ts'
import type { Guest, Links } from './links.ts'

/** What every server for people with links stands on. */
export interface GuestParts {
  readonly links: Links
  readonly pages: Pages
  /** Known once it listens. */
  readonly doors: () => Doors
  /** What goes before `/r/…` in the links that the organiser sees. */
  readonly address: () => string
  readonly log: (line: string) => void
}

export type GuestEnv = { Variables: { guest: Guest } }

interface GuestPages {
  /** The page of the built studio that everyone with a link gets. */
  readonly page: string
  /** What the page asks for, below `/r/<token>/api`. */
  readonly api: Hono<GuestEnv>
  /** `/r/<token>/pictures/<name>.png` */
  readonly picture: (c: Context<GuestEnv>, name: string) => Promise<Response>
  /** Whether guests get the server's own error messages, which may name systems and files. */
  readonly tells: boolean
}

/** A server of pages for people: everything below `/r/<token>/` is for the person who has that link. */
export function guestApp(parts: GuestParts, { page, api, picture, tells }: GuestPages): Hono {
  const { links, pages, doors } = parts
  const app = new Hono()
  app.use(headers(), guard(doors))
  app.get('/assets/*', pages.assets)
  app.get('/', (c) => c.text('Open the link that you were given.\n打开您收到的链接。\n'))

  const own = new Hono<GuestEnv>()
  const enter: MiddlewareHandler<GuestEnv> = async (c, next) => {
    const guest = links.find(c.req.param('token') ?? '')
    if (!guest) return refuse(c, 401, 'link', 'this link is not valid; ask for a new one')
    c.set('guest', guest)
    c.header('cache-control', 'no-store')
    return next()
  }
  // With its slash, so that what the page asks for lies below it.
  app.get('/r/:token/', enter, pages.page(page))
  app.get('/r/:token', (c) => c.redirect(`${c.req.path}/`))
  own.use(enter)
  own.get('/pictures/:name', (c) => {
    const name = /^([\w-]+)\.png$/.exec(c.req.param('name'))?.[1]
    return name === undefined ? noPicture(c) : picture(c, name)
  })
  // Last: routes are copied as they stand.
  own.route('/api', api)
  app.route('/r/:token', own)
  app.notFound((c) => refuse(c, 404, 'missing', `nothing at ${c.req.path.replace(/^\/r\/[^/]+/, '/r/…')}`))
  app.onError((error, c) => failed(error, c, { log: parts.log, tells }))
  return app
}

/** Lets the organiser pass. */
export const organiserOnly: MiddlewareHandler<GuestEnv> = async (c, next) =>
  c.get('guest').role === 'organiser' ? next() : refuse(c, 403, 'role', 'only for the organiser')

/** Requests of at most so many bytes. */
export const atMost = (maxSize: number): MiddlewareHandler =>
  bodyLimit({ maxSize, onError: (c) => refuse(c, 413, 'size', 'the request is too large') })

/** A guest's link. */
export const linkOf = ({ links, address }: Pick<GuestParts, 'links' | 'address'>, guest: Guest): string =>
  `${address()}/r/${links.tokenOf(guest)}/`

export const noPicture = (c: Context): Response => refuse(c, 404, 'missing', 'no such picture')

/** A picture under a name that stands for its content, so that browsers keep it; nothing else is said of it. */
export const pngOf = (c: Context, bytes: Uint8Array): Response =>
  c.body(new Uint8Array(bytes), 200, {
    'content-type': 'image/png',
    'cache-control': 'private, max-age=31536000, immutable',
  })

/** A table as a file. */
export const csvOf = (c: Context, name: string, table: string): Response =>
  c.body(table, 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  })

/** Errors of the sender are returned; internal errors go to the terminal. */
function failed(
  error: Error,
  c: Context,
  { log, tells }: { readonly log: (line: string) => void; readonly tells: boolean },
): Response {
  if (error.name === 'ZodError' || error instanceof SyntaxError) {
    const line = error.message.replaceAll(/\s+/g, ' ')
    return refuse(c, 400, 'request', `the request is not as expected: ${line}`)
  }
  const { code, line, exitCode } = describeFailure(error)
  const where = `${c.req.method} ${c.req.path.replace(/^\/r\/[^/]+/, '/r/…')}`
  const isTold = tells || (c as Context<GuestEnv>).get('guest')?.role === 'organiser'
  if (exitCode === 2 && code !== 'system') {
    if (!isTold) log(`${where}: ${line}`)
    return refuse(
      c,
      409,
      isTold ? code : 'refused',
      isTold ? line : 'the request was not accepted; reload the page',
    )
  }
  log(`${where}: ${line}`)
  return refuse(c, 500, isTold ? code : 'internal', isTold ? line : 'a server error; try again soon')
}
