/* How the answers of the language model of Step1X-Edit v1.2 are read. Source: as in texts.ts. */

/** The word for the language in which the model is to answer: Chinese from two Chinese characters on. */
export function languageWord(instruction: string): '中文' | '英文' {
  return (instruction.match(/[\u4e00-\u9fff]/g) ?? []).length >= 2 ? '中文' : '英文'
}

const think = '<#Think>'
const endings = ['<#Success>', '<#Failed>', '<#Reflection>', '<#Others>'] as const

/** The model's verdict on a result. */
export interface Verdict {
  readonly isSuccess: boolean
  /** The instruction that corrects the result, with the space before it; undefined if it cannot be corrected. */
  readonly refined: string | undefined
}

const failed: Verdict = { isSuccess: false, refined: undefined }

/**
 * The part of an answer that counts, from its first thought on; undefined where it has not exactly one ending, and is
 * to be asked for again.
 */
export function verdictText(answer: string): string | undefined {
  const start = answer.indexOf(think)
  if (start < 0) return undefined
  const text = answer.slice(start).trim()
  const found = endings.reduce((count, ending) => count + text.split(ending).length - 1, 0)
  return found === 1 ? text : undefined
}

/** The verdict of {@link verdictText}. Anything else counts as failed. */
export function verdictOf(text: string | undefined): Verdict {
  if (text === undefined || text.split(think).length !== 2) return failed
  if (text.includes('<#Success>') || text.includes('<#Others>'))
    return { isSuccess: true, refined: undefined }
  const [, refined] = text.split('<#Reflection>')
  return { isSuccess: false, refined }
}

/** How well a picture agrees with what it is to show, 0 to 10, and why. */
export interface Consistency {
  readonly score: number
  readonly reason: string
}

/** The JSON between the first and the last brace; undefined where it is none. */
export function jsonBlock(answer: string): Readonly<Record<string, unknown>> | undefined {
  const [start, end] = [answer.indexOf('{'), answer.lastIndexOf('}')]
  if (start < 0 || end < start) return undefined
  return parsed(answer.slice(start, end + 1))
}

/** The score under the caps of what is wrong; undefined where numbers are none. */
export function consistencyOf(answer: Readonly<Record<string, unknown>>): Consistency | undefined {
  const number = (key: string): number => {
    const given = answer[key] ?? 0
    return typeof given === 'number' || (typeof given === 'string' && given.trim() !== '')
      ? Number(given)
      : Number.NaN
  }
  const [raw, major, omissions, inventions] = [
    'raw_score',
    'major_conflicts',
    'omissions',
    'hallucinations',
  ].map(number) as [number, number, number, number]
  if ([raw, major, omissions, inventions, number('minor_conflicts')].some(Number.isNaN)) return undefined
  const meets = String(answer.meets_instruction ?? '')
    .trim()
    .toLowerCase()
  // Some answers go from 0 to 1.
  const scaled = Math.min(10, Math.max(0, raw <= 1.0000001 ? raw * 10 : raw))
  const caps = [
    meets === 'yes' ? 10 : meets === 'no' ? 2 : 5,
    major >= 2 ? 5 : major === 1 ? 8 : 10,
    omissions + inventions > 0 ? 7 : 10,
  ]
  const score = Math.min(scaled, ...caps)
  return { score: Math.round(score * 1e4) / 1e4, reason: String(answer.reason ?? '') }
}

/** The scores of an answer, out of its fence; undefined where it is no such JSON. */
export function scoresOf(answer: string): readonly number[] | undefined {
  const bare = answer
    .trim()
    .replace(/^```(?:json)?/, '')
    .replace(/```$/, '')
    .trim()
  const { score, reasoning } = parsed(bare) ?? {}
  return Array.isArray(score) && typeof reasoning === 'string' ? score.map(Number) : undefined
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
