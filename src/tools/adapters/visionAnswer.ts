import type { VisionAnswer, VisionQuestion } from '../tool.ts'

/** Tokens of an answer where the question does not say. */
export const usualTokens = 1024

/** Asks for JSON by words. */
export function schemaWords(schema: object): string {
  return `Answer with one JSON value and nothing else. It has to fit this JSON schema: ${JSON.stringify(schema)}`
}

/**
 * The text of an answer, or its JSON where the question asks for that.
 * @param fail makes the error of an answer that is none: refused, filtered, cut off, empty, not JSON
 */
export function checkedAnswer(
  reply: VisionAnswer,
  question: VisionQuestion,
  fail: (what: string, code: 'tool-refused' | 'tool-answer') => Error,
): string {
  const { outcome, reason } = reply
  const text = reply.text.trim()
  switch (outcome) {
    case 'refused':
      throw fail(`the model refused: ${reason}`, 'tool-refused')
    case 'filtered':
      throw fail(
        reason === undefined || reason.startsWith('finish reason')
          ? 'a content filter stopped the answer; leave the picture out'
          : `a content filter refused the request: ${reason}`,
        'tool-refused',
      )
    case 'cut-off':
      throw fail(
        `the answer was cut off after ${question.maxTokens ?? usualTokens} tokens: '…${text.slice(-60)}'; raise maxTokens`,
        'tool-answer',
      )
    case 'answer': {
      if (text === '') throw fail('the answer is empty', 'tool-answer')
      if (!question.jsonSchema) return text
      const value = jsonIn(text)
      if (value !== undefined) return JSON.stringify(value)
      throw fail(`expected JSON, the model answered '${text.slice(0, 120)}'`, 'tool-answer')
    }
  }
}

/** The JSON of an answer, out of the fences and thoughts that models put around it; undefined where there is none. */
export function jsonIn(text: string): unknown {
  const bare = text.replace(/^[\s\S]*<\/think>/, '').trim()
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/.exec(bare)?.[1] ?? bare
  try {
    return JSON.parse(fenced)
  } catch {
    return undefined
  }
}
