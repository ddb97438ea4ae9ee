import { digestOf } from '../../jobs/index.ts'
import { type JudgeQuestion, type OpenJudgeOptions, openJudge, sha256 } from '../../judges/index.ts'
import type { EditAnswer, EditJudge, EditJudgeCall, EditQuestion } from './judge.ts'
import { pairPrompt, pairPromptVersion, pairSchema, parsePreference } from './pairwise.ts'
import { JudgePictures } from './pictures.ts'
import { parseScores } from './viescore/parse.ts'
import { consistencyPrompt, qualityPrompt } from './viescore/prompts.ts'

/**
 * A judge of edits by name: `gpt-4.1`, `qwen2.5-vl-72b:<address>`, `local`, or a judge of the configuration.
 * @throws JudgeError `judge` where the name is unknown, `judge-unusable` where its key or tool is missing
 */
export function openEditJudge(named: string, options: OpenJudgeOptions = {}): EditJudge {
  const judge = openJudge(named, options)
  const pictures = new JudgePictures()
  return {
    name: judge.name,
    identity: digestOf({
      ...judge.facts,
      prompts: [consistencyPrompt('<instruction>'), qualityPrompt, pairPromptVersion].map(sha256),
    }),
    concurrency: judge.concurrency,
    ...(judge.price && {
      estimate: (question) =>
        judge.estimate({ prompt: promptOf(question), pictures: sizesOf(question), answerTokens: 100 }).cost ??
        0,
    }),
    async ask(question, request) {
      const call = await judge.ask(asked(question, pictures), request)
      return call as EditJudgeCall
    },
  }
}

function asked(question: EditQuestion, pictures: JudgePictures): JudgeQuestion<EditAnswer> {
  const { type } = question
  return {
    type,
    prompt: promptOf(question),
    pictures: pictures.of(question),
    schema: type === 'pair' ? pairSchema : scoreSchema,
    read: type === 'pair' ? preferenceOf : scoresOf,
  }
}

function promptOf(question: EditQuestion): string {
  switch (question.type) {
    case 'sc':
      return consistencyPrompt(question.instruction)
    case 'pq':
      return qualityPrompt
    case 'pair':
      return pairPrompt(question.instruction)
  }
}

/** All pictures of a question have the size of its source. */
function sizesOf(question: EditQuestion): readonly { readonly width: number; readonly height: number }[] {
  const size = question.type === 'pq' ? question.sourceSize : question.source
  return Array.from({ length: { sc: 2, pq: 1, pair: 3 }[question.type] }, () => size)
}

/** The JSON schema of answers to VIEScore's prompts. */
const scoreSchema: object = {
  type: 'object',
  properties: { score: { type: 'array', items: { type: 'number' } }, reasoning: { type: 'string' } },
  required: ['score', 'reasoning'],
  additionalProperties: false,
}

function scoresOf(text: string): ReturnType<JudgeQuestion<EditAnswer>['read']> {
  const { read, reasoning, problem } = parseScores(text)
  const told = reasoning === undefined ? {} : { reasoning }
  if (problem) return { ...told, problem, ...(read && { read }) }
  return { ...told, ...(read && { scores: read }) }
}

function preferenceOf(text: string): ReturnType<JudgeQuestion<EditAnswer>['read']> {
  const found = parsePreference(text)
  return found.preferred === undefined ? { ...found, problem: 'unparsable' } : found
}
