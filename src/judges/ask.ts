import { type ChatReply, ToolError } from '../tools/index.ts'
import type { Convention } from './convention.ts'
import { JudgeError } from './error.ts'
import type {
  JudgeCall,
  JudgeProblem,
  JudgeQuestion,
  JudgeRequest,
  Reading,
  TokenPrice,
  Turn,
} from './judge.ts'
import { sha256 } from './pictures.ts'

/** The time of day, which may jump, and one that only goes forward. */
export interface JudgeClock {
  now(): Date
  /** Seconds since whenever. */
  monotonic(): number
}

const systemClock: JudgeClock = { now: () => new Date(), monotonic: () => performance.now() / 1000 }

/** How one judge is asked. */
export interface Asking {
  readonly name: string
  readonly model: string
  readonly convention: Convention
  /** How often an answer that cannot be read is asked for again. */
  readonly moreTries: number
  readonly price: TokenPrice | undefined
  readonly clock?: JudgeClock | undefined
  send(request: {
    readonly question: JudgeQuestion
    readonly seed: number | undefined
    readonly signal: AbortSignal
    /** Runs what sends the request, once that is ready. */
    readonly turn: Turn
  }): Promise<{ readonly pictureHashes: readonly string[]; readonly reply: ChatReply }>
}

/** Answers after which the same question may be answered better. */
const worthAsking: ReadonlySet<JudgeProblem> = new Set(['unparsable', 'out-of-range', 'wrong-count'])

/** The longest raw answer that is kept, in characters. */
const longestRaw = 20_000

/** Asks until the answer can be read or the tries are used up, and returns all calls. */
export async function askJudge<Answer extends object>(
  asking: Asking,
  question: JudgeQuestion<Answer>,
  { repeat, signal, whenReady = (run) => run() }: JudgeRequest,
): Promise<JudgeCall & Partial<Answer>> {
  const { name, model, convention, moreTries, price, clock = systemClock } = asking
  let seconds = 0
  const turn: Turn = (run) =>
    whenReady(async () => {
      const started = clock.monotonic()
      try {
        return await run()
      } finally {
        seconds += Math.max(0, clock.monotonic() - started)
      }
    })
  const raw: string[] = []
  let inputTokens: number | undefined
  let outputTokens: number | undefined
  for (let attempt = 0; ; attempt++) {
    const seed = convention.seed === undefined ? undefined : convention.seed + 1000 * repeat + attempt
    const { pictureHashes, reply } = await sent(asking, { question, seed, signal, turn })
    raw.push(rawOf(reply))
    inputTokens = sum(inputTokens, reply.inputTokens)
    outputTokens = sum(outputTokens, reply.outputTokens)
    const verdict = verdictOf(question, reply)
    if (verdict.problem && worthAsking.has(verdict.problem) && attempt < moreTries) continue
    return {
      question: question.type,
      judge: name,
      convention: convention.name,
      model,
      ...(reply.model !== undefined && { reported: reply.model }),
      ...(reply.fingerprint !== undefined && { fingerprint: reply.fingerprint }),
      promptHash: sha256(question.prompt),
      pictureHashes,
      ...(typeof reply.parameters.seed === 'number' && { seed: reply.parameters.seed }),
      parameters: withoutSeed(reply.parameters),
      repeat,
      raw,
      ...verdict,
      ...(inputTokens !== undefined && { inputTokens }),
      ...(outputTokens !== undefined && { outputTokens }),
      ...(price &&
        (inputTokens ?? outputTokens) !== undefined && {
          cost: (price.input * (inputTokens ?? 0) + price.output * (outputTokens ?? 0)) / 1e6,
        }),
      seconds,
      at: clock.now().toISOString(),
    }
  }
}

type Sent = Awaited<ReturnType<Asking['send']>>

async function sent(asking: Asking, request: Parameters<Asking['send']>[0]): Promise<Sent> {
  try {
    return await asking.send(request)
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    throw judgeError(asking, error)
  }
}

/** Statuses after which no other question would be answered either: key, account, rights, model. */
const unusable: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 410])

function judgeError({ convention, model }: Asking, error: ToolError): JudgeError {
  const { code, message, status } = error
  if (code === 'cancelled') return new JudgeError('cancelled', message, { cause: error })
  if (status === undefined || !unusable.has(status)) return new JudgeError('judge', message, { cause: error })
  const gone =
    (status === 404 || status === 410) && convention.name === 'gpt-4.1'
      ? `; OpenAI shuts ${model} down on 2027-01-14: after that use another judge, whose figures cannot be compared with these`
      : ''
  return new JudgeError('judge-unusable', `${message}${gone}`, { cause: error })
}

/** What is kept of an answer: what the model said, else what the server did. */
function rawOf({ outcome, text, reason, body }: ChatReply): string {
  const said = outcome === 'filtered' ? body : text === '' ? (reason ?? '') : text
  return said.slice(0, longestRaw)
}

type Verdict<Answer extends object> = Partial<Answer> & {
  readonly reasoning?: string
  readonly problem?: JudgeProblem
  readonly reason?: string
}

function verdictOf<Answer extends object>(
  { read }: JudgeQuestion<Answer>,
  { outcome, text, reason }: ChatReply,
): Verdict<Answer> {
  if (outcome === 'filtered' || outcome === 'refused')
    return { problem: outcome, ...(reason !== undefined && { reason }) } as Verdict<Answer>
  const reading: Reading<Answer> = read(text)
  // Scores may be read from an answer whose reasoning was cut off; without them it is no use to ask again.
  return reading.problem === 'unparsable' && outcome === 'cut-off'
    ? { ...reading, problem: 'cut-off' }
    : reading
}

function sum(total: number | undefined, more: number | undefined): number | undefined {
  return more === undefined ? total : (total ?? 0) + more
}

function withoutSeed(parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { seed: _, ...rest } = parameters
  return rest
}
