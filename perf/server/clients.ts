/** What clients have measured, in milliseconds, and what they were told of their edits in the end. */
export interface Told {
  readonly submit: number[]
  readonly get: number[]
  /** Until the first event of a stream. */
  readonly events: number[]
  /** By the ids of edits: state, and the picture that came out. */
  readonly ends: Map<string, string>
}

export const newTold = (): Told => ({ submit: [], get: [], events: [], ends: new Map() })

interface AnsweredEdit {
  readonly id: string
  readonly state: string
  readonly result?: { readonly id: string }
}

/** State and result of an edit in one word, as two accounts of it are compared. */
export const endOf = ({ state, result }: AnsweredEdit): string => `${state} ${result?.id ?? 'none'}`

const hasEnded = ({ state }: AnsweredEdit): boolean => ['done', 'failed', 'cancelled'].includes(state)

/** Loops that each submit an edit, watch it to its end, and ask for it, until so many edits were accepted by all. */
export async function runClients(
  address: string,
  {
    clients,
    edits,
    pictures,
    told,
  }: { clients: number; edits: number; pictures: readonly string[]; told: Told },
): Promise<void> {
  let begun = 0
  const loop = async (client: number): Promise<void> => {
    while (begun < edits) {
      const number = begun++
      const task = {
        model: 'darkroom',
        instruction: `make it ${10 + (number % 40)}% warmer`,
        picture: pictures[number % pictures.length],
      }
      const edit = await submit(address, task, told)
      const last = await watch(address, edit.id, told)
      const [found] = await timed(told.get, () =>
        asked<AnsweredEdit>(`${address}/v1/edits/${edit.id}`, { method: 'GET' }),
      )
      if (endOf(found) !== last)
        throw new Error(`client ${client}: ${edit.id} ended as '${last}', and is '${endOf(found)}'`)
      if (told.ends.has(edit.id)) throw new Error(`client ${client}: ${edit.id} ended twice`)
      told.ends.set(edit.id, last)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)))
}

async function submit(address: string, task: object, told: Told): Promise<AnsweredEdit> {
  const [edits] = await timed(told.submit, () =>
    asked<readonly AnsweredEdit[]>(`${address}/v1/edits`, {
      method: 'POST',
      body: JSON.stringify({ tasks: [task] }),
      headers: { 'content-type': 'application/json' },
    }),
  )
  return edits[0]!
}

/** Follows the events of an edit; a stream that ends before the edit is begun again. */
async function watch(address: string, id: string, told: Told): Promise<string> {
  for (;;) {
    const started = performance.now()
    const answer = await fetch(`${address}/v1/edits/${id}/events`)
    let [text, isFirst, end] = ['', true, '']
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data === undefined) continue
        if (isFirst) told.events.push(performance.now() - started)
        isFirst = false
        const edit = JSON.parse(data) as AnsweredEdit
        if (!hasEnded(edit)) continue
        if (end !== '') throw new Error(`${id}: ended as '${end}', then as '${endOf(edit)}'`)
        end = endOf(edit)
      }
    }
    if (end !== '') return end
  }
}

async function asked<Answer>(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Answer
}

async function timed<Result>(into: number[], run: () => Promise<Result>): Promise<[Result]> {
  const started = performance.now()
  const result = await run()
  into.push(performance.now() - started)
  return [result]
}
