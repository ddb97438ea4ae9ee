import { z } from 'zod'
import type { Tool } from '../../tools/index.ts'
import type { Language } from '../suite/suite.ts'
import { personalTexts, withPlaceholders } from './personalText.ts'

/** An instruction that says the same of no particular person. */
export interface ChangedInstruction {
  readonly text: string
  readonly reason: string
}

/** Changes an instruction; undefined where it may stay. */
export interface Rewriter {
  readonly name: string
  change(
    instruction: string,
    options: { readonly language: Language; readonly inPicture: readonly string[] },
  ): Promise<ChangedInstruction | undefined>
}

/** By rules: names of people become roles, other personal words placeholders of their length. */
export function ruleRewriter(): Rewriter {
  return {
    name: 'rules',
    change: async (instruction, { language, inPicture }) => changedByRules(instruction, language, inPicture),
  }
}

const role = { en: 'the person', cn: '这个人' } as const
const relations =
  /\b(my|our|his|her|their) ((?:best |old |little |big |older |younger )?(?:friend|wife|husband|partner|son|daughter|brother|sister|mother|mom|mum|father|dad|uncle|aunt|cousin|boss|colleague|neighbour|neighbor|grandma|grandpa|grandmother|grandfather|girlfriend|boyfriend|dog|cat))\s*,?$/i
const titles: Readonly<Record<string, string>> = {
  mr: 'the man',
  sir: 'the man',
  mrs: 'the woman',
  ms: 'the woman',
  miss: 'the woman',
  madam: 'the woman',
  dr: 'the doctor',
  prof: 'the professor',
}

/** Quoted text is to be written into the picture, so names in it stay. */
const isQuoted = (text: string, start: number, end: number): boolean =>
  /["'“”‘’「『《][^"'“”‘’「」『』《》]*$/u.test(text.slice(0, start)) &&
  /^[^"'“”‘’「」『』《》]*["'“”‘’」』》]/u.test(text.slice(end))

function changedByRules(
  instruction: string,
  language: Language,
  inPicture: readonly string[],
): ChangedInstruction | undefined {
  const reasons: string[] = []
  let out = ''
  let at = 0
  for (const { start, end, what, placeholder } of personalTexts(instruction)) {
    out += instruction.slice(at, start)
    const words = instruction.slice(start, end)
    const isRole = what === 'name' && !isQuoted(instruction, start, end)
    const said = isRole ? roleOf(words, out, language) : placeholder
    // `my friend Anna` becomes `my friend`.
    if (said === '') out = out.replace(/[\s,]+$/, '')
    out += said
    reasons.push(isRole ? 'a name became a role' : `${what} became a placeholder`)
    at = end
  }
  out += instruction.slice(at)
  for (const text of inPicture) {
    const words = text.trim()
    if (words.length < 3 || !out.includes(words)) continue
    const known = personalTexts(words)
    out = out.replaceAll(words, known.length > 0 ? withPlaceholders(words) : placeholderOf(words))
    reasons.push('it quoted personal text of the picture')
  }
  const text = out.replaceAll(/ {2,}/g, ' ').trim()
  return text === instruction ? undefined : { text, reason: [...new Set(reasons)].join('; ') }
}

function roleOf(words: string, before: string, language: Language): string {
  if (relations.test(before.trimEnd())) return ''
  const title = titles[words.split(/[. ]/)[0]!.toLowerCase()]
  if (title !== undefined)
    return /^$|[.!?]\s*$/.test(before) ? title[0]!.toUpperCase() + title.slice(1) : title
  const said = /\p{Script=Han}/u.test(words) ? role.cn : role[language]
  return before.trim() === '' && language === 'en' ? said[0]!.toUpperCase() + said.slice(1) : said
}

/** Placeholder words of the same lengths. */
function placeholderOf(words: string): string {
  const letters = 'SAMPLETEXT'
  let next = 0
  return words.replaceAll(/[\p{L}\p{N}]/gu, (sign) => {
    const letter = /\p{Script=Han}/u.test(sign) ? '某' : letters[next++ % letters.length]!
    return /\p{Lu}|\p{N}/u.test(sign) ? letter : letter.toLowerCase()
  })
}

const answer = z.object({ instruction: z.string(), changed: z.boolean(), reason: z.string() })

const answerSchema = {
  type: 'object',
  properties: {
    instruction: { type: 'string' },
    changed: { type: 'boolean' },
    reason: { type: 'string' },
  },
  required: ['instruction', 'changed', 'reason'],
  additionalProperties: false,
}

/** By a language model, which sees the words only, never the picture. What it leaves personal, the rules change. */
export function modelRewriter(vision: Tool<'vision'>): Rewriter {
  const rules = ruleRewriter()
  return {
    name: vision.facts.implementation,
    async change(instruction, options) {
      const reply = await vision.ask({
        system:
          'You prepare wishes about photographs for a public benchmark. Replace names of private people by their role, and other personal data (addresses, numbers, user names) by neutral placeholders of similar length. Keep language, meaning and tone. Change nothing else.',
        parts: [
          `Wish: ${JSON.stringify(instruction)}`,
          ...(options.inPicture.length > 0
            ? [`Personal text in its picture, which must not be quoted: ${JSON.stringify(options.inPicture)}`]
            : []),
          'Answer with JSON: { "instruction": the wish as it may be published, "changed": whether it differs, "reason": why, in a few words }',
        ],
        maxTokens: 400,
        temperature: 0,
        jsonSchema: answerSchema,
      })
      const parsed = answer.safeParse(jsonIn(reply))
      const said = parsed.success && parsed.data.instruction.trim() !== '' ? parsed.data : undefined
      if (!said) return rules.change(instruction, options)
      const again = await rules.change(said.instruction, options)
      if (again) return { text: again.text, reason: `${said.reason}; ${again.reason}` }
      return said.instruction.trim() === instruction
        ? undefined
        : { text: said.instruction.trim(), reason: said.reason }
    },
  }
}

/** The JSON value of an answer; undefined where there is none. */
export function jsonIn(reply: string): unknown {
  const [text] = /\{[\s\S]*\}|\[[\s\S]*\]/.exec(reply) ?? []
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
