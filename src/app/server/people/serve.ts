import { type Command, InvalidArgumentError } from 'commander'
import type { Hono } from 'hono'
import { untilAborted } from '../../../jobs/index.ts'
import type { Terminal } from '../../terminal.ts'
import { bracketed, doorsOf } from '../guards.ts'
import { listen } from '../listen.ts'
import type { Pages } from '../pages.ts'
import { type GuestParts, linkOf } from './guestApp.ts'
import type { Links } from './links.ts'

/** Where a server for people listens. */
export interface ServeFlags {
  readonly port: number
  readonly host: string
  readonly origin?: string
}

/** The options of {@link ServeFlags}. */
export function serveOptions(command: Command, port: number): Command {
  return command
    .option('--port <n>', 'port; 0 takes a free one', portOf, port)
    .option(
      '--host <address>',
      'address to listen at; 0.0.0.0 makes it reachable from other machines',
      '127.0.0.1',
    )
    .option('--origin <url>', 'public address, if it is behind a proxy', originOf)
}

function portOf(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= 65_535) return value
  throw new InvalidArgumentError('expected a whole number from 0 to 65535')
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return text.replace(/\/$/, '')
  throw new InvalidArgumentError('expected an address such as https://study.example')
}

/** Serves people until Ctrl-C, and prints everyone's link. @param failed ends it with its error */
export async function servePeople(
  { host, port: asked, origin }: ServeFlags,
  { links, pages }: { readonly links: Links; readonly pages: Pages },
  appOf: (parts: GuestParts) => Hono,
  terminal: Terminal,
  failed: Promise<never> = new Promise(() => undefined),
): Promise<void> {
  let port = asked
  const parts: GuestParts = {
    links,
    pages,
    doors: () => doorsOf(host, port, origin),
    address: () => origin ?? `http://${bracketed(shownHost(host))}:${port}`,
    log: (line) => terminal.error(`${line}\n`),
  }
  const server = await listen(appOf(parts), host, asked)
  port = server.port
  for (const guest of links.guests) terminal.out(`${guest.name.padEnd(14)} ${linkOf(parts, guest)}\n`)
  terminal.out('each link is for one person; Ctrl-C stops without losing anything\n')
  try {
    await Promise.race([untilAborted(terminal.signal), failed])
  } finally {
    await server.close()
  }
}

/** An address that a browser of this machine reaches. */
export const shownHost = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host)
