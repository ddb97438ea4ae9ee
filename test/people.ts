import type { Ended } from './commandLine.ts'

type Run = (
  args: readonly string[],
  given?: { env?: NodeJS.ProcessEnv; signal?: AbortSignal; onOut?: (text: string) => void },
) => Promise<Ended>

/** Links by the names of who has them. */
export type GuestLinks = Readonly<Record<string, string>>

/** Runs a command that serves people while something is done with their links. @returns its end */
export async function served(
  run: Run,
  args: readonly string[],
  use: (links: GuestLinks) => Promise<void>,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const stop = new AbortController()
  let out = ''
  let running: Promise<Ended> | undefined
  await new Promise<void>((done, fail) => {
    const onOut = (text: string): void => {
      out += text
      if (text.includes('Ctrl-C')) done()
    }
    running = run([...args, '--port', '0'], { signal: stop.signal, onOut, env })
    running.then(({ error }) => fail(new Error(error)), fail)
  })
  try {
    await use(
      Object.fromEntries([...out.matchAll(/^(\S+)\s+(http\S+)$/gm)].map(([, name, link]) => [name!, link!])),
    )
  } finally {
    stop.abort()
    await running
  }
  return running!
}

/** A task as a participant gets it. */
export interface SeenTask {
  readonly number: number
  readonly instruction: string
  readonly width: number
  readonly height: number
  readonly source: string
  readonly pictures: readonly string[]
}

/** Somebody who takes part in a study, without a browser. */
export class Visitor {
  readonly link: string

  constructor(link: string) {
    this.link = link
  }

  get(path: string): Promise<Response> {
    return fetch(`${this.link}${path}`)
  }

  post(path: string, body: unknown): Promise<Response> {
    return fetch(`${this.link}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  async agree(): Promise<void> {
    const { consent } = (await (await this.get('api/me')).json()) as { consent: { id: string } }
    const { status } = await this.post('api/consent', { text: consent.id })
    if (status !== 200) throw new Error(`consent: ${status}`)
  }

  async tasks(count = 1): Promise<readonly SeenTask[]> {
    const answer = await this.get(`api/tasks?count=${count}`)
    return ((await answer.json()) as { tasks: readonly SeenTask[] }).tasks
  }

  vote(task: number, answers: readonly number[], nonce = `nonce ${Math.random()}`): Promise<Response> {
    return this.post('api/votes', { task, answers, seconds: 8, nonce })
  }

  /** Answers everything. */
  async finish(answersOf: (task: number, pictures: number) => readonly number[]): Promise<void> {
    for (let [task] = await this.tasks(); task; [task] = await this.tasks()) {
      const { status } = await this.vote(task.number, answersOf(task.number, task.pictures.length))
      if (status !== 200) throw new Error(`vote: ${status}`)
    }
  }
}
