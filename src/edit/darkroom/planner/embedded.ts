import type { EditPlan, Planner, PlannerOptions, Reading, Step, StepKind } from '../plan.ts'
import { planSchema } from '../planSchema.ts'
import type { Clause, ClauseReader, Outcome } from './clause.ts'
import { splitClauses } from './clauses/split.ts'
import { describePlan } from './describe.ts'
import { readKeeps } from './keep.ts'
import { nearestTo } from './nearest.ts'
import { type Normalised, normalise, withLiterals } from './normalise.ts'
import { kindOf, readAsClass } from './reader/asClass.ts'
import { readClasses, readKind } from './reader/index.ts'
import { adjustments } from './readers/adjustments.ts'
import { backgroundReaders } from './readers/background.ts'
import { erased } from './readers/erase.ts'
import { faceReaders } from './readers/face.ts'
import { general } from './readers/general.ts'
import { geometryReaders } from './readers/geometry.ts'
import { invented } from './readers/invent.ts'
import { looks } from './readers/looks.ts'
import { ofStuff, rematerialised } from './readers/material.ts'
import { obscured } from './readers/obscure.ts'
import { plainReplaced, plainText } from './readers/plainText.ts'
import { quotedText } from './readers/quotedText.ts'
import { recoloured, recolouredTo } from './readers/recolour.ts'
import { sayings } from './readers/sayings.ts'
import { styles } from './readers/styles.ts'
import { leftOver, named, settled } from './settle.ts'
import { type Token, tokenise } from './tokens.ts'

/** Readings with a lower confidence are not carried out. */
const leastConfidence = 0.5

/** In order: the first that understands a clause takes it. */
const readers: readonly ClauseReader[] = [
  quotedText,
  sayings,
  plainReplaced,
  ...faceReaders,
  plainText,
  ...geometryReaders,
  ...backgroundReaders,
  styles,
  obscured,
  looks,
  erased,
  recoloured,
  recolouredTo,
  rematerialised,
  ofStuff,
  adjustments,
  general,
  invented,
]

/** Reads one clause. */
function readClause(clause: Clause): Outcome | undefined {
  if (clause.has('undo') && clause.mentions.length === 0 && clause.tokens.length <= 6)
    return { type: 'unclear' }
  // Another view and motion are `beyond`, whatever else the clause contains.
  if (
    clause.has('invent') &&
    !clause.has('remove', 'blur', 'pixelate', 'hide', 'recolour', 'crop', 'isolate', 'flip') &&
    clause.literals.length === 0
  )
    return { type: 'beyond' }
  for (const read of readers) {
    const outcome = read(clause)
    if (outcome) return outcome
  }
  return undefined
}

/** The planner by lexicon and rules, without tools; in English and Chinese. */
export function embeddedPlanner(): Planner {
  return {
    name: 'embedded',
    version: '6',
    read: async (instruction, options) => readInstruction(instruction, options),
  }
}

type Bare = Reading extends infer R
  ? R extends { readonly nearest: unknown }
    ? Omit<R, 'nearest'>
    : R
  : never

/** What an instruction asks for. */
export function readInstruction(instruction: string, options: PlannerOptions = {}): Reading {
  const reading = readBare(instruction, options)
  return reading.type === 'plan' ? reading : { ...reading, nearest: nearestInstructions(instruction) }
}

/** Up to three similar instructions that can be done, in the same language. */
export function nearestInstructions(instruction: string): readonly string[] {
  const normalised = normalise(instruction)
  const canRead = (near: string): boolean => readBare(near, {}).type === 'plan'
  return nearestTo(tokenise(normalised), normalised.language, canRead)
}

/** Minimum probabilities of a kind, chosen on lots of instructions that neither the rules nor the reader had seen. */
const trust = {
  /** To act if the rules are unclear. */
  act: 0.5,
  /** To act if the rules say `beyond`. */
  allow: 0.9,
  /** To act if it looks like a question. */
  answer: 0.9,
  /** To choose another kind of step than the rules. */
  differ: 0.75,
  /** To drop additional steps of other kinds. */
  only: 0.97,
  /** To refuse what the rules understood. */
  refuse: 0.65,
  /** To refuse what an explicit verb asks for. */
  deny: 0.8,
  never: 0.99,
}

/** The reading by the rules, corrected by the trained reader. */
function readBare(instruction: string, options: PlannerOptions): Bare {
  const { reading: ruled, outright } = readByRules(instruction, options)
  const likeliest = readKind(instruction)
  if (!likeliest || praise.test(normalise(instruction).text)) return ruled
  const { name, share } = likeliest
  const kind = kindOf(name)
  if (ruled.type === 'plan') {
    const { steps } = ruled.plan
    // A quoted text that is to go is sure by its quotes; the reader sees only that there is one.
    if (steps.some((step) => step.kind === 'erase' && step.target.text !== undefined)) return ruled
    const same = steps.filter((step) => step.kind === kind || outright.has(step.kind))
    const confidence = 1 - (1 - ruled.confidence) * (1 - share / 2)
    const isSame = same.some((step) => step.kind === kind)
    if (isSame && same.length === steps.length) return { ...ruled, confidence }
    if (isSame)
      return share >= trust.only && !steps.some((step) => !same.includes(step) && isOfPart(step, instruction))
        ? { ...ruled, plan: { ...ruled.plan, steps: same }, confidence: share }
        : ruled
    const isOneKind = steps.every((step) => step.kind === steps[0]?.kind)
    const outrightly = steps.some((step) => outright.has(step.kind))
    // The rules themselves refuse to remove clothes from a body.
    const erases = outrightly && steps.every((step) => step.kind === 'erase')
    const refuse = erases ? trust.never : outrightly ? trust.deny : trust.refuse
    if (!isOneKind || share < (kind === undefined ? refuse : outrightly ? trust.deny : trust.differ))
      return ruled
    if (kind === undefined) return refusal(name, instruction)
  } else {
    const least = isQuestion(normalise(instruction))
      ? trust.answer
      : ruled.type === 'beyond'
        ? trust.allow
        : trust.act
    if (kind === undefined || share < least) return ruled
  }
  return readAs(name, share, instruction, options) ?? ruled
}

const betweenParts = /[,，。；;!！?？、]|\.\s|\b(?:and|then|also)\b|然后|顺便|同时/u

/** Whether a part of an instruction, read alone, asks for such a step. */
function isOfPart(step: Step, instruction: string): boolean {
  const parts = instruction.split(betweenParts).filter((part) => part.trim() !== '')
  return (
    parts.length > 1 &&
    parts.some((part) => {
      const [likeliest] = readClasses(part)
      return likeliest !== undefined && likeliest.share >= 0.6 && kindOf(likeliest.name) === step.kind
    })
  )
}

function refusal(name: string, instruction: string): Bare {
  if (name === 'unclear') return { type: 'unclear', understood: '' }
  const { shown, literals } = normalise(instruction)
  return { type: 'beyond', wish: withLiterals(shown, literals) }
}

/** The instruction as a request of one class, with the targets that the rules find. */
function readAs(name: string, share: number, instruction: string, options: PlannerOptions): Bare | undefined {
  const normalised = normalise(instruction)
  const { keep, rest } = readKeeps(tokenise(normalised), normalised, options)
  const read = readAsClass(name, rest, normalised, options, readers)
  if (!read) return undefined
  const plan: EditPlan = { version: 1, steps: settled(read, keep), keep: named(keep, read).slice(0, 8) }
  return planSchema.safeParse(plan).success ? { type: 'plan', plan, confidence: share } : undefined
}

interface Ruled {
  readonly reading: Bare
  /** Kinds of steps that a verb asks for, which the trained reader does not remove. */
  readonly outright: ReadonlySet<StepKind>
}

const refused = (reading: Bare): Ruled => ({ reading, outright: new Set() })

function readByRules(instruction: string, options: PlannerOptions): Ruled {
  const normalised = normalise(instruction)
  const tokens = tokenise(normalised)
  if (!/[\p{L}\p{N}\ue000-\ue03f]/u.test(normalised.text)) return refused({ type: 'unclear', understood: '' })
  const { keep: told, rest } = readKeeps(tokens, normalised, options)
  const read = readAll(rest, normalised, options)
  if (read.beyond)
    return refused({ type: 'beyond', wish: withLiterals(normalised.shown, normalised.literals) })
  const left = leftOver(read.steps)
  const keep = [...told, ...left.keep]
  const list = settled(left.steps, keep)
  const plan: EditPlan = { version: 1, steps: list.slice(0, 12), keep: named(keep, list).slice(0, 8) }
  if (list.length === 0 || read.confidence < leastConfidence)
    return refused({
      type: 'unclear',
      understood: list.length === 0 ? '' : describePlan(plan, normalised.language),
    })
  return { reading: { type: 'plan', plan, confidence: read.confidence }, outright: read.outright }
}

interface Read {
  readonly steps: readonly Step[]
  readonly confidence: number
  readonly beyond: boolean
  readonly outright: ReadonlySet<StepKind>
}

const nothing: Read = { steps: [], confidence: 0, beyond: false, outright: new Set() }

function readAll(tokens: readonly Token[], normalised: Normalised, options: PlannerOptions): Read {
  if (isQuestion(normalised)) return nothing
  const list: Step[] = []
  let confidence = 1
  const outright = new Set<StepKind>()
  const outcomes = splitClauses(tokens, normalised, options, readClause)
  if (outcomes.length === 0) return nothing
  for (const { clause, outcome, told } of outcomes) {
    if (outcome.type === 'beyond') return { ...nothing, steps: list, beyond: true }
    if (outcome.type === 'unclear') return nothing
    const named = outcome.steps.every(({ kind }) => ['replace-text', 'add-text'].includes(kind))
    if (!told && (named || isOutright(clause))) for (const { kind } of outcome.steps) outright.add(kind)
    list.push(...outcome.steps)
    confidence = Math.min(confidence, confidenceOf(clause, outcome))
  }
  return { steps: list, confidence, beyond: false, outright }
}

/** Whether an explicit verb asks for a clause's reading; `p一下效果` and `fix it` add nothing. */
const isOutright = (clause: Clause): boolean =>
  clause.has(
    'remove',
    'recolour',
    'replace',
    'blur',
    'pixelate',
    'hide',
    'crop',
    'flip',
    'resize',
    'extend',
    'move',
    'isolate',
    'write',
    'whiten',
    'smooth',
    'slim',
    'sharpen',
    'denoise',
    'dehaze',
    'straighten',
    'add',
    'increase',
    'decrease',
  ) || clause.property().some(({ property, sign }) => sign > 0 || (sign < 0 && property !== 'saturation'))

/** Praise, which requests nothing. */
const praise =
  /^(?:wow[,! ]*)?(?:(?:that|this|it)(?:'s| is)? )?(?:so |very |really |what an? )?(?:cool|nice|great|awesome|amazing|lovely|beautiful|good|perfect|wonderful|love it)(?: (?:pic|picture|photo|shot|image|one|job|work|edit|app|tool|stuff))?s?[.! ]*$|^(?:(?:真|很|挺|太|还)?(?:不错|漂亮|厉害|可以|棒|赞|牛|6|哈|嗯|好)+了?)[!！。~ ]*$/

/** A question about the picture, or conversation, rather than a request. */
function isQuestion({ text }: Normalised): boolean {
  return (
    praise.test(text) ||
    (/^(?:what(?:'s| is| are| does| kind| breed| time| color)\b(?!.*\blook like (?:as|in|with|on|at|without)\b)|who(?:'s| is)?\b|where\b|when\b|why\b|which\b|how (?:many|old|do|does|did|much|is|was|to)\b|is (?:this|there|it|the|he|she)\b(?!.*possible)(?! (?:a|any) way)|are (?:there|these|you|they)\b|do you\b(?! (?:think you (?:could|can)|mind))|does\b|did\b|tell me|describe|explain|identify)/.test(
      text,
    ) &&
      !/\b(?:if|possible|without)\b|,.*\b(?:straighten|fix|remove|make|please|pls)\b/.test(text)) ||
    /^(?:这是(?:什么|谁|哪)|为什么|图(?:中|里)有(?:什么|几|多少)|照片(?:里|中)(?:有(?:什么|几|多少)|的人是谁)|你(?:是谁|会什么|能做什么|好$|觉得)|描述|谁|什么时候|在哪|怎么(?!.*(?:改|变|去|调|换|弄)))/.test(
      text,
    ) ||
    /^(?:请|帮我|给我|帮忙)*写一?(?:首|篇|段|封)/.test(text) ||
    /(?:是什么|是谁|在哪(?:里|儿)?|多少(?:个|人|只)?|几(?:个人|只|岁)|什么(?:品种|牌子|意思|时候|地方|季节|天气)|怎么样拍的)[??。]?$/.test(
      text,
    )
  )
}

/** The share of a clause that its reading explains. */
function confidenceOf(clause: Clause, outcome: Extract<Outcome, { type: 'steps' }>): number {
  const unused = clause.mentions.filter(
    (each) => !outcome.used.includes(each) && each.target.type !== 'picture',
  )
  const strange = clause.tokens.filter((token, at) => {
    const mention = clause.mentionOf(at)
    return (
      token.senses.length === 0 &&
      token.mark === undefined &&
      token.literal === undefined &&
      token.measure === undefined &&
      (mention === undefined || !outcome.used.includes(mention))
    )
  })
  const chars = clause.cn
    ? strange.reduce((sum, { text }) => sum + (/\p{Script=Han}/u.test(text) ? 0.4 : 1), 0)
    : strange.length
  const posed = clause.has('pose', 'invent', 'duplicate') ? 0.3 : 0
  return Math.max(0, (outcome.sure ?? 0.95) - 0.2 * unused.length - 0.1 * chars - posed)
}
