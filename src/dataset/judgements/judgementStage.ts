import pLimit from 'p-limit'
import { readFilePicture } from '../../image/index.ts'
import { digestOf, type FileStore } from '../../jobs/index.ts'
import type { CallEstimate, Judge, JudgeCall, JudgeQuestion, Spending } from '../../judges/index.ts'
import type { Dossier, Judgement, Usage } from '../pairs/pair.ts'
import type { PairStage } from '../pairs/stage.ts'
import { chooseCaptions } from '../selection/captions.ts'
import { verdictOf } from '../selection/decisions.ts'
import { defaultSelection } from '../selection/defaults.ts'
import type { Kind } from '../taxonomy.ts'
import type { CallCache } from './calls.ts'
import { answerSchema, judgePrompt, promptVersion, readAnswer, type Scores } from './prompt.ts'
import { type QuestionChanges, type Questions, questionsHash, questionsOf } from './questions.ts'

/** Someone who judges the pairs of a dataset. */
export interface DatasetJudge {
  readonly judge: Judge
  readonly kinds: readonly Kind[]
  readonly repeats: number
  readonly questions: QuestionChanges
}

export interface JudgementOptions {
  /** Store of complete answers. Default: none; only the parsed content is kept. */
  readonly calls?: CallCache | undefined
  /** No call is started that could exceed it. */
  readonly budget?: Spending | undefined
}

/** A stage that can also estimate its questions. */
export interface JudgementStage extends PairStage {
  readonly judge: string
  /** The judgement that it would give; undefined where it has nothing to judge. */
  judgementOf(dossier: Dossier): string | undefined
  /** What judging a pair takes: calls, tokens, USD where the price is known. */
  estimate(dossier: Dossier): (CallEstimate & { readonly calls: number }) | undefined
}

interface Task {
  readonly id: string
  readonly version: string
  readonly captions: readonly string[]
  readonly questions: Questions
  readonly prompt: string
}

/**
 * One judge as a stage over pairs: it sees source, target and the first wording in both languages, and scores the questions
 * of the pair's kind. A refusal is no verdict, and what cannot be read is asked for again, then `unreadable`.
 */
export function judgementStage(
  { judge, kinds, repeats, questions: changes }: DatasetJudge,
  { calls, budget }: JudgementOptions = {},
): JudgementStage {
  const limit = pLimit(judge.concurrency)
  const name = `judgements ${judge.name}`

  const taskOf = ({ pair, captions, decisions }: Dossier): Task | undefined => {
    if (!kinds.includes(pair.kind)) return undefined
    const criteria = { ...defaultSelection[pair.kind].captions, agreement: 0, wordings: 1 }
    const chosen = chooseCaptions(captions, criteria, verdictOf(decisions))
    const first = 'state' in chosen ? undefined : chosen[0]
    if (first === undefined) return undefined
    const { en, cn, ids } = first
    const questions = questionsOf(pair.kind, changes)
    const hash = questionsHash(questions, promptVersion)
    const prompt = judgePrompt(pair.kind, { en, cn }, questions)
    return {
      id: digestOf({ judgement: pair.id, judge: judge.identity, questions: hash, prompt, repeats }),
      version: `${promptVersion}.${judge.identity.slice(0, 8)}.${hash.slice(0, 8)}`,
      captions: ids,
      questions,
      prompt,
    }
  }

  const ask = async (
    task: Task,
    question: JudgeQuestion<Scores>,
    repeat: number,
    signal: AbortSignal,
  ): Promise<JudgeCall & Partial<Scores>> => {
    const hash = digestOf({ task: task.id, repeat })
    const known = await calls?.get(hash)
    if (known !== undefined) return JSON.parse(known) as JudgeCall & Partial<Scores>
    const { cost } = judge.estimate(sizeOf(task, question.pictures))
    const call = (): Promise<JudgeCall & Partial<Scores>> =>
      limit(async () => {
        signal.throwIfAborted()
        const made = await judge.ask(question, { repeat, signal })
        await calls?.put(hash, JSON.stringify(made))
        return made
      })
    return budget ? budget.spend(judge.name, cost, call, (made) => made.cost) : call()
  }

  return {
    name,
    judge: judge.name,
    limits: { [`judge ${judge.name}`]: judge.concurrency },
    keyOf: (dossier) => taskOf(dossier)?.id,
    judgementOf: (dossier) => taskOf(dossier)?.id,
    estimate(dossier) {
      const task = taskOf(dossier)
      if (task === undefined) return undefined
      const { width, height } = dossier.pair
      const once = judge.estimate(
        sizeOf(task, [
          { width, height },
          { width, height },
        ]),
      )
      return {
        calls: repeats,
        inputTokens: repeats * once.inputTokens,
        outputTokens: repeats * once.outputTokens,
        cost: once.cost === undefined ? undefined : repeats * once.cost,
      }
    },
    async run(dossier, { files, pairs, signal }) {
      const task = taskOf(dossier)
      if (task === undefined || dossier.judgements.some(({ id }) => id === task.id)) return
      const { source, target } = dossier.pair.pictures
      const pictures = [await pictureOf(files, source), await pictureOf(files, target)]
      const question: JudgeQuestion<Scores> = {
        type: 'triplet',
        prompt: task.prompt,
        pictures,
        schema: answerSchema(task.questions),
        read: (text) => readAnswer(text, task.questions),
      }
      const made: (JudgeCall & Partial<Scores>)[] = []
      for (let repeat = 0; repeat < repeats; repeat++) made.push(await ask(task, question, repeat, signal))
      await pairs.addJudgements(dossier.pair.id, [judgementFrom(judge, task, made)])
    },
  }
}

const pictureOf = async (files: FileStore, name: string) => readFilePicture(await files.get(name))

/** A question's answer takes about so many tokens: a dozen words, a number, a name and marks. */
const tokensPerQuestion = 32

function sizeOf(
  { prompt, questions }: Pick<Task, 'prompt' | 'questions'>,
  pictures: readonly { readonly width: number; readonly height: number }[],
) {
  return { prompt, pictures, answerTokens: tokensPerQuestion * Object.keys(questions).length }
}

function judgementFrom(
  judge: Judge,
  { id, version, captions }: Task,
  made: readonly (JudgeCall & Partial<Scores>)[],
): Judgement {
  const scored = made.flatMap(({ scores }) => (scores ? [scores] : []))
  const problem = made.find(({ problem: each }) => each !== undefined)
  const isRefused = problem?.problem === 'refused' || problem?.problem === 'filtered'
  const scores: Record<string, number> = {}
  for (const question of Object.keys(scored[0] ?? {}))
    scores[question] = scored.reduce((sum, each) => sum + each[question]!, 0) / scored.length
  const why = problem?.reason ?? problem?.problem
  return {
    id,
    judge: { name: judge.name, version, model: made.at(-1)?.reported ?? judge.facts.model },
    captions,
    state: scored.length > 0 ? 'scored' : isRefused ? 'refused' : 'unreadable',
    scores,
    reasons:
      scored.length > 0
        ? (made.find((each) => each.scores)?.reasons ?? {})
        : { [problem?.problem ?? 'unparsable']: (why ?? 'no answer').slice(0, 500) },
    usage: usageOf(made),
  }
}

function usageOf(made: readonly JudgeCall[]): Usage {
  const sum = (of: (call: JudgeCall) => number | undefined): number | undefined => {
    const known = made.flatMap((call) => of(call) ?? [])
    return known.length === 0 ? undefined : known.reduce((total, each) => total + each, 0)
  }
  const [input, output, cost] = [
    sum((call) => call.inputTokens),
    sum((call) => call.outputTokens),
    sum((call) => call.cost),
  ]
  return {
    calls: made.reduce((total, { raw }) => total + raw.length, 0),
    ...(input !== undefined && { inputTokens: input }),
    ...(output !== undefined && { outputTokens: output }),
    ...(cost !== undefined && { cost }),
    seconds: made.reduce((total, { seconds }) => total + seconds, 0),
  }
}

/** Several judges as the stage `judgements`: a pair is judged anew by those whose model, questions or words changed. */
export function judgingStage(stages: readonly JudgementStage[]): PairStage {
  return {
    name: 'judgements',
    limits: Object.assign({}, ...stages.map(({ limits }) => limits)) as PairStage['limits'],
    keyOf(dossier) {
      const keys = stages.flatMap((stage) => stage.keyOf(dossier) ?? [])
      return keys.length === 0 ? undefined : digestOf(keys)
    },
    async run(dossier, context) {
      for (const stage of stages) await stage.run(dossier, context)
    },
  }
}
