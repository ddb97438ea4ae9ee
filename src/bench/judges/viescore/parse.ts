/**
 * Reads a judge's answer as the official parser does (`mllm_output_to_dict` of GEdit-Bench, Step1X-Edit at 570eba6), but
 * never makes up a number: where the official code guesses, errs or asks for ever, the answer has a problem instead.
 */

/** The content of an answer. */
export interface ScoreAnswer {
  /** The numbers that the official parser reads; undefined where it reads none, or no numbers. */
  readonly read?: readonly number[]
  readonly reasoning?: string
  /** Why `read` does not count as scores. */
  readonly problem?: 'unparsable' | 'out-of-range' | 'wrong-count'
}

/** How many scores each prompt asks for: editing success and over-editing, naturalness and artifacts. */
const askedFor = 2

/** The scores of an answer to a prompt of VIEScore. */
export function parseScores(answer: string): ScoreAnswer {
  const found = officialAnswer(answer)
  if (found === undefined) return { problem: 'unparsable' }
  const { score } = found
  const reasoning = reasoningOf(found.reasoning)
  const told = reasoning === undefined ? {} : { reasoning }
  if (!Array.isArray(score) || !score.every((each) => typeof each === 'number' && Number.isFinite(each)))
    return { ...told, problem: 'unparsable' }
  const read = score as readonly number[]
  if (read.some((each) => each < 0 || each > 10)) return { ...told, read, problem: 'out-of-range' }
  if (read.length !== askedFor) return { ...told, read, problem: 'wrong-count' }
  return { ...told, read }
}

/** VIEScore's number of a list of scores. Source: `min(results_dict['SC']['score'])` in VIEScore.evaluate. */
export function lowestScore(scores: readonly number[]): number {
  return Math.min(...scores)
}

interface Answered {
  readonly score: unknown
  readonly reasoning?: unknown
}

function reasoningOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const delimiter = '||V^=^V||'

/** The official parser: the part between delimiters, or between the outermost braces, or a bare list or number. */
function officialAnswer(answer: string): Answered | undefined {
  const parts = answer.split(delimiter)
  if (parts.length === 3) return objectOf(parts[1] as string)
  const start = answer.indexOf('{')
  const end = answer.lastIndexOf('}') + 1
  if (start === -1 || end === 0) return bareScores(answer)
  return start < end ? objectOf(answer.slice(start, end)) : undefined
}

/** `[8, 7]` anywhere in text without an object, or a whole number from 0 to 10 alone. */
function bareScores(answer: string): Answered | undefined {
  const list = answer.slice(Math.max(0, answer.indexOf('[')), answer.lastIndexOf(']') + 1)
  if (/^\[[0-9]+, ?[0-9]+\]$/.test(list)) {
    const score = jsonOf(list)
    return score === undefined ? undefined : { score }
  }
  if (!/^\s*\+?[0-9]+\s*$/.test(answer)) return undefined
  const score = Number(answer)
  return score <= 10 ? { score: [score] } : undefined
}

function objectOf(text: string): Answered | undefined {
  const line = text.trim().replaceAll('\n', '')
  const value = jsonOf(line)
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && 'score' in value) {
    const { score } = value
    return { ...value, score: Array.isArray(score) ? score : [score] }
  }
  const mended = jsonOf(withQuotes(line))
  return typeof mended === 'object' && mended !== null && 'score' in mended ? (mended as Answered) : undefined
}

/** As Python reads JSON: NaN and the infinities are words of it. They never count, so null stands for them. */
function jsonOf(text: string): unknown {
  const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (part) =>
    part.startsWith('"') ? part : 'null',
  )
  try {
    return JSON.parse(strict)
  } catch {
    return undefined
  }
}

/** Python's `\w`, as the module `regex` has it. */
const word = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d]'
const bareKey = new RegExp(`(${word}+):`, 'gu')

/** `fix_json` of the official code: keys and values without quotes get them, a number becomes a list. */
function withQuotes(text: string): string {
  return text
    .replace(bareKey, '"$1":')
    .replace(/(".*?"):(.*?)(,|\})/gs, (_, key: string, raw: string, end: string) => {
      const value = raw.trim()
      if (/^-?\p{Nd}+(\.\p{Nd}+)?$/u.test(value)) return `${key}: [${value}]${end}`
      return /^(true|false|null)$/i.test(value) ? `${key}: ${value}${end}` : `${key}: "${value}"${end}`
    })
}
