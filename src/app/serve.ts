import { spawn } from 'node:child_process'
import { type Command, InvalidArgumentError } from 'commander'
import { untilAborted } from '../jobs/index.ts'
import { UsageError } from './failure.ts'
import { wholeOf } from './options.ts'
import { bracketed, isLoopback } from './server/guards.ts'
import { ApiKeys } from './server/keys.ts'
import { defaultLimits } from './server/limits.ts'
import { Metrics } from './server/metrics.ts'
import { readPages } from './server/pages.ts'
import { type ServeFlags as PlaceFlags, serveOptions, shownHost } from './server/people/serve.ts'
import { type RunningServer, startServer } from './server/start.ts'
import {
  addServiceFlags,
  addWorkFlags,
  type OpenedService,
  openServiceOf,
  type ServiceFlags,
  type WorkFlags,
  workOptions,
} from './service.ts'
import type { Terminal } from './terminal.ts'

interface ServeFlags extends PlaceFlags, ServiceFlags, WorkFlags {
  readonly cors?: readonly string[]
  readonly trustProxy?: true
  readonly rate: number
  readonly urls?: readonly string[]
  readonly worker: boolean
  readonly open?: true
}

/** `pentimento serve` */
export function serveCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('serve')
    .description('serve the studio and an OpenAI-compatible API; Ctrl-C stops')
  addWorkFlags(addServiceFlags(serveOptions(command, 4810)))
    .option(
      '--cors <origins...>',
      'sites whose pages may use the API, such as https://app.example',
      collectOrigin,
    )
    .option('--trust-proxy', "take the client's address from the last entry of the proxy's X-Forwarded-For")
    .option(
      '--rate <n>',
      'requests per minute for each key; 0 for no limit',
      wholeOf(0, 1_000_000),
      defaultLimits.requestsPerMinute,
    )
    .option('--urls <hosts...>', "allow pictures by URL from these hosts; 'any' for all of the Internet")
    .option('--no-worker', 'accept edits but make none; other workers do')
    .option('--open', 'open the studio in the browser')
    .action(async (flags: ServeFlags) => {
      checkKeys(flags, terminal.env.PENTIMENTO_API_KEYS)
      // Before the database is opened: it takes seconds.
      const pages = await readPages()
      const opened = await openServiceOf(flags, terminal, flags.worker ? undefined : '--no-worker')
      try {
        await serveService(opened, pages, flags, terminal)
      } finally {
        await opened.close()
      }
    })
}

/** @throws UsageError for keys that cannot be read, and where others could reach a server without keys */
function checkKeys({ host, origin }: ServeFlags, keys = ''): void {
  if (new ApiKeys(keys, new Uint8Array()).areNeeded) return
  const open = !isLoopback(host) ? `--host ${host}` : undefined
  const proxied =
    origin !== undefined && !isLoopback(new URL(origin).hostname) ? `--origin ${origin}` : undefined
  const reach = open ?? proxied
  if (reach === undefined) return
  throw new UsageError(
    `${reach}: the server would be reachable from other machines; expected PENTIMENTO_API_KEYS, such as anna=$(openssl rand -hex 24)`,
  )
}

async function serveService(
  { service, models, folder }: OpenedService,
  pages: Awaited<ReturnType<typeof readPages>>,
  flags: ServeFlags,
  terminal: Terminal,
): Promise<void> {
  const log = (line: string): void => terminal.error(`${line}\n`)
  const status = async () => ({ queues: await service.queues() })
  const metrics = new Metrics(status)
  let worker: 'ok' | 'failing' | 'none' = flags.worker ? 'failing' : 'none'
  const server = await startServer(
    {
      edits: service.edits,
      pictures: service.pictures,
      models,
      history: service.history,
      pages,
      status,
      worker: () => worker,
      folder,
      secret: service.secret,
      metrics,
      log,
    },
    {
      host: flags.host,
      port: flags.port,
      origin: flags.origin,
      trustProxy: flags.trustProxy === true,
      allowed: flags.cors ?? [],
      keys: terminal.env.PENTIMENTO_API_KEYS ?? '',
      requestsPerMinute: flags.rate,
      urls: flags.urls?.includes('any') ? 'any' : flags.urls,
    },
  )
  try {
    if (flags.worker) {
      await service.work({
        ...workOptions(flags),
        onEnded: ({ model, state, seconds }) => metrics.ended(model, state, seconds),
      })
      worker = 'ok'
    }
    const address = flags.origin ?? `http://${bracketed(shownHost(flags.host))}:${server.port}`
    await announce(server, address, await models.models(), terminal)
    if (flags.open) openBrowser(address, log)
    await untilAborted(terminal.signal)
    terminal.error('stopping: open requests are finished, running edits return to the queue\n')
  } finally {
    await server.close()
  }
}

async function announce(
  { needsKey }: RunningServer,
  address: string,
  models: Awaited<ReturnType<OpenedService['models']['models']>>,
  terminal: Terminal,
): Promise<void> {
  const ready = models.filter(({ state }) => state === 'ready')
  const names = ready.map(({ name, isDefault }) => (isDefault ? `${name} (default)` : name))
  terminal.out(`${address}  studio; API at /v1, reference at /docs\n`)
  terminal.out(`models: ${names.join(', ')}\n`)
  terminal.out(
    needsKey ? 'an API key is needed\n' : 'no key is needed: anyone who can reach this address has access\n',
  )
  terminal.out('Ctrl-C stops without losing anything\n')
}

function collectOrigin(text: string, before: readonly string[] = []): readonly string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, ''))
    throw new InvalidArgumentError('expected an origin such as https://app.example')
  return [...before, url.origin]
}

/** With what each system opens addresses. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

function openBrowser(address: string, log: (line: string) => void): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true })
  child.on('error', () => log(`--open: there is no ${program}; open ${address} yourself`))
  child.unref()
}
