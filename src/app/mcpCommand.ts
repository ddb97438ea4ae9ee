import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { openModels, type Pictures } from '../service/index.ts'
import { readConfiguration } from './configuration.ts'
import { Describer } from './mcp/describe.ts'
import { AllowedFolders } from './mcp/folders.ts'
import { serversOf } from './mcp/mcpServer.ts'
import type { McpParts } from './mcp/parts.ts'
import { serveStreams } from './mcp/stdio.ts'
import { addConfigFlag, addOpeningFlags } from './modelFlags.ts'
import { fetchPictures } from './server/remoteUrls.ts'
import { type OpenedService, openServiceOf, type ServiceFlags } from './service.ts'
import type { Terminal } from './terminal.ts'

interface Flags extends Omit<ServiceFlags, 'data'> {
  readonly allow?: readonly string[]
  readonly urls?: readonly string[]
}

/** Longer edits are answered by a task, where the client knows them, in milliseconds. */
const taskAfterMs = 5000

/** `pentimento mcp` */
export function mcpCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('mcp')
    .description('serve tools to a language model over standard input and output (MCP); see docs/mcp.md')
    .option(
      '--allow <folders...>',
      'folders whose pictures may be read, and in which results may be written (default: the working folder)',
    )
    .option('--urls <hosts...>', "allow pictures by URL from these hosts; 'any' for all of the Internet")
  addOpeningFlags(addConfigFlag(command)).action(async (flags: Flags) => {
    const folders = await AllowedFolders.open(flags.allow ?? [process.cwd()])
    const urls = flags.urls?.includes('any') ? 'any' : flags.urls
    const log = (line: string): void => terminal.error(`${line}\n`)
    if (process.stdin.isTTY)
      log(
        'this command speaks the Model Context Protocol and is started by a client (docs/mcp.md); Ctrl-C stops it',
      )
    const describer = new Describer(terminal.env)
    const local = new LocalService(flags, terminal)
    const { editors, folder: editorsFolder } = await readConfiguration(flags.config, terminal)
    const models = await openModels({ env: terminal.env, editors, editorsFolder, log })
    const parts: McpParts = {
      ...local.parts,
      models,
      describe: (request) => describer.describe(request),
      folders,
      fetchPicture: urls && fetchPictures({ hosts: urls }),
      taskAfterMs,
      finishing: new Map(),
      log,
    }
    try {
      await serveStreams(
        serversOf(parts, 'local'),
        { input: process.stdin, output: process.stdout },
        terminal.signal,
        log,
      )
    } finally {
      await Promise.all([describer.close(), local.close(), models.close()])
    }
  })
}

/**
 * A service of this process alone: the queue, the recipes and the limits of the server, in a folder that goes with it.
 * It is opened by the first edit, since a database takes a second and most conversations edit nothing.
 */
class LocalService {
  readonly #flags: Omit<ServiceFlags, 'data'>
  readonly #terminal: Terminal
  #opened: Promise<OpenedService> | undefined

  constructor(flags: Omit<ServiceFlags, 'data'>, terminal: Terminal) {
    this.#flags = flags
    this.#terminal = terminal
  }

  get parts(): Pick<McpParts, 'edits' | 'pictures'> {
    const edits = async () => (await this.#open()).service.edits
    const pictures = async (): Promise<Pictures> => (await this.#open()).service.pictures
    return {
      edits: {
        submit: async (owner, tasks) => (await edits()).submit(owner, tasks),
        get: async (owner, id) => (await edits()).get(owner, id),
        cancel: async (owner, id) => (await edits()).cancel(owner, id),
        watch: async function* (owner, ids, signal) {
          yield* (await edits()).watch(owner, ids, signal)
        },
      },
      pictures: {
        add: async (owner, name, bytes) => (await pictures()).add(owner, name, bytes),
        get: async (owner, id) => (await pictures()).get(owner, id),
        read: async (owner, id) => (await pictures()).read(owner, id),
        thumbnail: async (owner, id, side) => (await pictures()).thumbnail(owner, id, side),
      },
    }
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined)
    if (opened === undefined) return
    await opened.close()
    await rm(opened.folder, { recursive: true, force: true })
  }

  #open(): Promise<OpenedService> {
    this.#opened ??= this.#start()
    return this.#opened
  }

  async #start(): Promise<OpenedService> {
    const data = await mkdtemp(join(tmpdir(), 'pentimento-mcp-'))
    // A database that the environment names is that of a server.
    const { DATABASE_URL: _, ...env } = this.#terminal.env
    const opened = await openServiceOf({ ...this.#flags, data }, { ...this.#terminal, env })
    await opened.service.work()
    return opened
  }
}
