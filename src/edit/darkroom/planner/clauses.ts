import type { PlannerOptions, Step, StepKind, Target } from '../plan.ts'
import { Clause, type Outcome } from './clause.ts'
import { isSmall, sense } from './mentions.ts'
import type { Normalised } from './normalise.ts'
import { mergedComplaints } from './settle.ts'
import type { Token } from './tokens.ts'

/** A clause with what it was read as. */
export interface ReadClause {
  readonly clause: Clause
  readonly outcome: Outcome
  /** Whether it says how things are, rather than what is wished. */
  readonly told?: boolean
}

type Read = (clause: Clause) => Outcome | undefined

const parting = /^[,.;!?，。；！？…()*•—|~]$/u

const silent = new Set([
  'the',
  'a',
  'de',
  'my',
  'it',
  'and',
  'next',
  'to',
  'in',
  'ba',
  'of',
  'only',
  'that',
  'one',
  'with',
  'from',
])

/** Whether a token says something that can be asked for. */
const says = (token: Token): boolean =>
  token.literal !== undefined ||
  token.measure !== undefined ||
  (token.mark === undefined && token.senses.length === 0) ||
  token.senses.some((each) => each.is !== 'frame' && !(each.is === 'small' && silent.has(each.small)))

const manners = new Set(['filter', 'picture', 'rest', 'all', 'style', 'day', 'only', 'here', 'not'])

/** Words of a manner or a degree alone: they belong to what stands beside them. */
const isManner = (tokens: readonly Token[]): boolean =>
  tokens.every(
    (token) =>
      !says(token) ||
      token.senses.some(
        (each) =>
          each.is === 'degree' || each.is === 'frame' || (each.is === 'small' && manners.has(each.small)),
      ) ||
      token.measure?.unit === 'percent',
  )

const tellingEnglish =
  /^(?:i|we|you) (?:cut|took|shot|held|made|lost|forgot|accidentally|was|hate)\b|^(?:a |it s |its )?(?:bit|little|too|very|kinda|so|super|really|quite)? ?(?:blurry|out of focus|noisy|grainy|dark|dull|flat|crooked|tilted|hazy|foggy|washed out|red eyes)$|(?:^|\b)(?:is|are|was|were|looks?|looked|seems?|seemed|came|has|have|had|s|its|got|walked|ruins?|turned|feels?|sticks?|stands?|hates?|need to print|want to print|wants? to know|starved|ma(?:de|kes) (?:everything|it|us|me|the|our|my|his|her)|cannot (?:really |even )?see|barely see)\b/
const wishingEnglish =
  /\b(?:should|could|can|must|needs?|would|want|like|let|make|to be|please|pls|has to|have to|had|gone|if|turn|change|remove|rather|prefer)\b/

/** Whether a part says how things are: `my ex is in this pic`, `左边那个人的脸太黑了`. */
function isTold(tokens: readonly Token[], cn: boolean): boolean {
  const text = tokens.map((each) => each.text).join(cn ? '' : ' ')
  const complains = tokens.some((token) =>
    token.senses.some((each) => each.is === 'verb' && (each.verb === 'retone' || each.verb === 'lacks')),
  )
  if (cn) {
    if (/把|将|要|想|应该|希望|能|改|换|变|调|给我|帮|请|去|让/u.test(text.replace('想要', '要')))
      return false
    return (
      complains ||
      /是|好烦|看起来|有点|有|挡|很|拍|没|烦|丑|乱|死|灰蒙蒙|灰扑扑|偏|发[黄灰白暗蓝绿红]/u.test(text)
    )
  }
  const first = tokens.find(says)
  if (first && startsOrder(first)) return false
  if (tokens.some(({ measure }) => measure?.unit === 'pixels' || measure?.unit === 'size')) return false
  if (/\b\d{3,5} (?:wide|tall|high)\b/.test(text)) return false
  if (complains && !/\b(?:make|should|could|turn)\b/.test(text)) return true
  if (/^for (?:a|my|the|our|his|her)\b/.test(text) && !tokens.some((token) => token.measure !== undefined))
    return true
  if (/\b(?:dont|doesnt|do not|does not|didnt|not) want to be\b/.test(text)) return true
  if (wishingEnglish.test(text) || tokens.some(({ literal }) => literal !== undefined)) return false
  return (
    tellingEnglish.test(text) ||
    /^(?:(?:and|but|because|since|so|btw|ps) )?(?:i|we|he|she|they|it|there|everyone|nobody|people|someone|somebody) (?!want|need|d\b|wish|wanna|prefer|rather|dont|do not|hate|m looking|am looking|was wondering|ll|gone|in|on|as|to|a bit|more|less|too|brighter|darker)[a-z]+/.test(
      text,
    ) ||
    subjectTells(tokens)
  )
}

/** `her boyfriend spilled coffee`: a thing, and what it does or did. */
function subjectTells(tokens: readonly Token[]): boolean {
  const list = tokens.filter(
    (token) => !token.senses.some((each) => each.is === 'frame') || /^(?:my|the)$/.test(token.text),
  )
  const [first, second, third] = list
  if (!first || !second) return false
  const starts = isSmall(first, 'the', 'my', 'that', 'it') ? second : first
  const then = starts === second ? third : second
  if (!sense(starts, 'noun') || !then || then.mark !== undefined || list.length < 4) return false
  return (
    then.senses.length === 0 && /(?:s|ed|ew|ook|ent|ot|ame)$/.test(then.text) && /^[a-z]{4,}$/.test(then.text)
  )
}

const startsOrder = (token: Token): boolean =>
  token.senses.some(
    (each) =>
      each.is === 'verb' &&
      !['keep', 'lacks', 'retone', 'straighten', 'rotate', 'question', 'denoise', 'blur'].includes(each.verb),
  )

/** What a fault may be told of, and the telling is the wish. */
const complaints: ReadonlySet<StepKind> = new Set([
  'adjust',
  'retouch',
  'straighten',
  'red-eye',
  'rotate',
  'erase',
  'look',
  'flip',
])

const isComplaint = ({ clause, outcome }: ReadClause): boolean => {
  if (outcome.type !== 'steps') return false
  if (!outcome.steps.every(({ kind }) => complaints.has(kind))) return false
  if (outcome.steps.some(({ kind }) => kind === 'erase')) return clause.has('remove')
  if (outcome.steps.some(({ kind }) => kind === 'adjust'))
    return (
      clause.has('retone', 'lacks', 'denoise', 'dehaze') ||
      clause.property().some(({ sign }) => sign !== 0) ||
      /cast|flat|dull|blur|糊|灰/.test(clause.text)
    )
  if (outcome.steps.some((step) => step.kind === 'look'))
    return outcome.steps.some((step) => step.kind === 'look' && ['white-balanced'].includes(step.look))
  return true
}

/** Cuts what was asked for into clauses and reads each; what cannot be read alone is read with its neighbour. */
export function splitClauses(
  tokens: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
  read: Read,
): readonly ReadClause[] {
  const cn = normalised.language === 'cn'
  const parts = partedBy(
    joinedAdjectives(tokens, cn),
    (token) => token.mark !== undefined && parting.test(token.mark),
  )
    .filter((part) => part.some(says))
    .map(withParticles)
  const found: ReadClause[] = []
  const weak: ReadClause[] = []
  let pending: Token[] = []
  let verb: readonly Token[] = []
  let before: Target | undefined
  let topic: Target | undefined
  const attemptOnce = (list: readonly Token[]): ReadClause[] | undefined =>
    divided(list, { normalised, options, read, topic }, verb, before)
  const attempt = (list: readonly Token[]): ReadClause[] | undefined => {
    const all = attemptOnce(list)
    if (all && good(all)) return all
    // `…, so that I stand out more`: what for is no wish of its own.
    const end = list.findIndex((token, at) => at > 1 && reason.test(token.text))
    const without = end > 0 ? attemptOnce(list.slice(0, end)) : undefined
    return without && good(without) ? without : all
  }
  for (const [index, part] of parts.entries()) {
    const last = found.at(-1)
    if (pending.length === 0 && last?.outcome.type === 'steps') {
      if (isManner(part)) {
        const again = attempt([...last.clause.tokens, ...part])
        if (
          again?.length === 1 &&
          again[0]!.outcome.type === 'steps' &&
          sameKinds(again[0]!.outcome.steps, last.outcome.steps)
        )
          found[found.length - 1] = again[0]!
        continue
      }
      const closer = closerTarget(part, last, normalised, options)
      if (closer) {
        found[found.length - 1] = closer
        continue
      }
    }
    if (found.length > 0 && pending.length === 0 && isMending(part)) continue
    const told = isTold(part, cn)
    const list = [...pending, ...part]
    const alone = attempt(part)
    if (told && parts.length > 1) {
      const complaint = alone?.every((each) => isComplaint(each)) === true
      if (alone && good(alone) && complaint) found.push(...alone.map((each) => ({ ...each, told: true })))
      else if (alone && good(alone)) weak.push(...alone)
      before = toldThing(part, normalised, options) ?? before
      topic = subjectOf(part, normalised, options) ?? topic
      continue
    }
    if (before && part.every((token) => !says(token) || sense(token, 'place') || sense(token, 'degree'))) {
      const place = part.map((token) => sense(token, 'place')?.place).find((each) => each !== undefined)
      if (place && before.place === undefined && found.length === 0) {
        before = { ...before, place }
        topic = before
      }
      continue
    }
    const withPending = pending.length > 0 ? attempt(list) : undefined
    const best =
      alone && good(alone) && before !== undefined
        ? alone
        : withPending && good(withPending)
          ? withPending
          : alone
    if (best && good(best)) {
      found.push(...best)
      pending = []
    } else {
      const joined =
        last && last.outcome.type === 'steps' && !best ? attempt([...last.clause.tokens, ...part]) : undefined
      if (joined && good(joined) && joined.length === 1 && index > 0) found[found.length - 1] = joined[0]!
      else if (best && index === parts.length - 1) {
        found.push(...best)
        pending = []
      } else if (best) {
        // Beyond on its own: with what follows it may be clear.
        const next = parts[index + 1]
        const asksMore = best.some(
          ({ clause }) => clause.has('pose', 'invent', 'add', 'old') && modal.test(clause.text),
        )
        const together = next && !asksMore ? attempt([...list, ...next]) : undefined
        if (together && good(together)) pending = list
        else {
          found.push(...best)
          pending = []
        }
      } else pending = list
    }
    const latest = found.at(-1)
    if (latest) {
      verb = leadOf(latest.clause)
      before = thingOf(latest) ?? before
    }
    if (pending.length > 0) {
      before = toldThing(part, normalised, options) ?? before
      topic = before ?? topic
    }
  }
  if (found.length === 0 && weak.length > 0) return weak
  if (found.length === 0) {
    const all = attempt(tokens.filter((token) => token.mark === undefined || !parting.test(token.mark)))
    return all ?? []
  }
  // `kid playing in front, remove him`: what somebody does is no wish beside one that is said outright.
  const outright = found.some((each) => each.outcome.type === 'steps' && wishes(each.clause))
  if (outright) {
    const first = found.findIndex((each) => each.outcome.type === 'steps' && wishes(each.clause))
    const kept = found.filter(
      (each, at) =>
        each.outcome.type === 'steps' || at > first || wishes(each.clause) || modal.test(each.clause.text),
    )
    found.splice(0, found.length, ...kept)
  }
  // What nobody could read, beside what was read: a wish that must not be passed over.
  if (pending.length > 0 && asks(pending))
    found.push({ clause: new Clause(pending, normalised, options, before), outcome: { type: 'unclear' } })
  return mergedComplaints(found)
}

const isAdjective = (token: Token | undefined): boolean =>
  token?.senses.some(
    (each) => (each.is === 'property' && each.sign !== 0) || each.is === 'look' || each.is === 'colour',
  ) === true

/** `a dark, moody photo` has one wish; so have two quoted texts of which one is to become the other. */
function joinedAdjectives(tokens: readonly Token[], cn: boolean): readonly Token[] {
  const literals = tokens.flatMap(({ literal }, at) => (literal === undefined ? [] : [at]))
  const [first, second] = literals
  const padded =
    tokens.some(({ measure }) => measure?.unit === 'ratio') &&
    tokens.some(({ text }) => /填|补|fill|pad|mirror|镜像/.test(text))
  const swaps =
    literals.length === 2 &&
    !tokens.some((token) => sense(token, 'verb')?.verb === 'add') &&
    tokens.some(
      (token) =>
        sense(token, 'verb')?.verb === 'replace' || /^(?:swap|change|改|换|改一下|换一下)$/.test(token.text),
    )
  return tokens.filter((token, at) => {
    if (token.mark === undefined || !/^[,，.]$/.test(token.mark)) return true
    if (padded) return false
    if (swaps && at > first!) return false
    if (
      !cn &&
      /^(?:i want|should be|it should be|make it|i need) ?[$€£\d]/.test(
        tokens
          .slice(at + 1, at + 5)
          .map(({ text }) => text)
          .join(' '),
      ) &&
      tokens.slice(0, at).some(({ measure }) => measure)
    )
      return false
    if (literals.length === 2 && first! < at && at < second!) {
      const between = tokens
        .slice(first! + 1, second)
        .map((each) => each.text)
        .join(cn ? '' : ' ')
      return !/^[,，.] ?(?:not|it should|make that|make it|instead|而不是|不是|应该是|改成|换成|改为|写错了|要)|(?:不是|而不是|改成|换成|应该是|should be|should say|should read|must be|ought to be|has to be|change to|make it|correct is)$/.test(
        between,
      )
    }
    if (cn || token.mark !== ',') return true
    const right = tokens.slice(at + 1, at + 6)
    const end = right.findIndex((each) => each.mark !== undefined)
    const rest = end < 0 ? right : right.slice(0, end)
    return !(
      isAdjective(tokens[at - 1]) &&
      isAdjective(tokens[at + 1]) &&
      rest.some((each) => isSmall(each, 'picture', 'day', 'filter') || /sky|light|day|photo/.test(each.text))
    )
  })
}

const reason = /^(?:so|so that|so it|so they|so the|because|bc|cuz|since|in order to)$/

/** `…, please fix it`: no more than what was told of. */
const isMending = (part: readonly Token[]): boolean =>
  part.some((token) =>
    /^(?:fix|fix it|fix this|correct|fixed|repair|fix that|修一下|修|修正|处理一下|调一下|调整|弄一下|改一下|修复|修修|校正|矫正|纠正|改正)$/.test(
      token.text,
    ),
  ) &&
  part.every(
    (token) =>
      !says(token) ||
      token.senses.every(
        (each) =>
          each.is === 'frame' ||
          each.is === 'small' ||
          (each.is === 'verb' && ['fix', 'enhance', 'make', 'restore', 'straighten'].includes(each.verb)),
      ),
  )

/** Whether a clause has a verb that asks. */
const wishes = (clause: Clause): boolean =>
  clause.tokens.some((token) =>
    token.senses.some(
      (each) =>
        each.is === 'verb' && !['pose', 'keep', 'retone', 'lacks', 'question', 'old'].includes(each.verb),
    ),
  )

const modal = /\b(?:should|must|could|let|have|has to|needs?|want|please)\b|应该|要|让|想|请/

const sameKinds = (one: readonly Step[], other: readonly Step[]): boolean =>
  one.length === other.length && one.every(({ kind }, at) => kind === other[at]!.kind)

/** `…, the red one`, `… (far right)`: says more of what a step is done to. */
function closerTarget(
  part: readonly Token[],
  last: ReadClause,
  normalised: Normalised,
  options: PlannerOptions,
): ReadClause | undefined {
  if (last.outcome.type !== 'steps' || last.outcome.steps.length !== 1) return undefined
  const [step] = last.outcome.steps
  if (
    !step ||
    !('target' in step) ||
    step.target === undefined ||
    !['thing', 'person', 'face'].includes(step.target.type)
  )
    return undefined
  const clause = new Clause(part, normalised, options, undefined)
  const [mention] = clause.mentions
  const places = part.map((token) => sense(token, 'place')?.place).filter((each) => each !== undefined)
  const onlyPlace =
    part.every((token) => !says(token) || sense(token, 'place') !== undefined) && places.length > 0
  const pronoun =
    mention !== undefined &&
    clause.mentions.length === 1 &&
    mention.target.noun === undefined &&
    mention.from <= 1 &&
    part.slice(mention.to).every((token) => !says(token)) &&
    !hasVerb(part)
  if (!onlyPlace && !pronoun) return undefined
  const said = pronoun ? mention.target : { place: places[0] }
  const target = {
    ...step.target,
    ...('colour' in said && said.colour && { colour: said.colour }),
    ...(said.place && { place: said.place }),
    ...('order' in said && said.order && { order: said.order }),
    ...('size' in said && said.size && { size: said.size }),
  } as Target
  const { all: _, ...one } = target
  return {
    ...last,
    outcome: { ...last.outcome, steps: [{ ...step, target: pronoun ? one : target } as Step] },
  }
}

/** What a part tells of, with the place that it tells of it. */
function toldThing(
  part: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): Target | undefined {
  const clause = new Clause(part, normalised, options, undefined)
  // `天上有只鸟`, `I sell my house and the truck is in the shot`: what is there, not where or whose.
  const there =
    normalised.language === 'cn'
      ? part.findIndex((token) => /有/.test(token.text))
      : part.findIndex(
          (token, at) =>
            isSmall(token, 'in') && part.slice(at, at + 3).some((each) => isSmall(each, 'picture')),
        )
  const known = clause.mentions.filter(({ target, unknown }) => !unknown && target.type !== 'picture')
  const mention =
    (there < 0
      ? undefined
      : normalised.language === 'cn'
        ? known.find(({ from }) => from > there)
        : known.filter(({ to }) => to <= there).at(-1)) ??
    known[0] ??
    clause.mentions.find(({ unknown }) => !unknown)
  if (!mention) return undefined
  const place = clause.free('place')[0]?.sense.place
  return mention.target.place === undefined && place !== undefined
    ? { ...mention.target, place }
    : mention.target
}

/** What a part is about: what it begins with. */
function subjectOf(
  part: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
): Target | undefined {
  const clause = new Clause(part, normalised, options, undefined)
  const [first] = clause.mentions
  if (!first || first.unknown || (normalised.language === 'en' && part.slice(0, first.from).some(says)))
    return undefined
  return toldThing(part, normalised, options)
}

const isUnknownWord = (token: Token): boolean => token.senses.length === 0 && token.mark === undefined

const takers =
  /^(?:take|takes|taking|get|gets|photoshop|shop|edit|paint|clone|retouch|airbrush|wipe|clean|clear|kick|throw|leave|pull|remove|heal|brush|erase)\b/

/** `take him out`, `photoshop the guy … out of this`: the word at the end makes the verb. */
function withParticles(part: readonly Token[]): Token[] {
  // `the two boats on the right, out`, `all text off the poster`
  const bare = part.filter(says)
  const off = part.findIndex((token) => token.text === 'off' || token.text === 'out')
  if (
    off >= 0 &&
    (bare.length === 1 || (off > 0 && part[off]!.text === 'off' && isSmall(part[off + 1], 'the', 'my'))) &&
    !hasVerb(part)
  )
    return part.map((token, i) =>
      i === off ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] } : token,
    )
  const at = part.findIndex((token) => takers.test(token.text))
  const cutOut = part.findIndex((token) => /^(?:cut|crop)$/.test(token.text))
  const fromPicture = /\bout of (?:the |this |my )?(?:picture|photo|pic|image|shot|frame)/.test(
    part.map(({ text }) => text).join(' '),
  )
  if (cutOut >= 0 && fromPicture)
    return part.map((token, i) =>
      i === cutOut ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] } : token,
    )
  if (
    (at < 0 && cutOut < 0) ||
    part.some((token) => token.senses.some((each) => each.is === 'verb' && each.verb === 'remove'))
  )
    return [...part]
  // `take me out of this office` is no erasing: it is a place that is left, not the picture.
  const out = part.findIndex((token, i) => i > at && token.text === 'out')
  const left = part.slice(out + 1)
  if (
    out > 0 &&
    isSmall(left[0], 'of') &&
    left.some((token) => sense(token, 'noun') ?? isUnknownWord(token)) &&
    !left.some((token) => isSmall(token, 'picture'))
  )
    return [...part]
  const cuts = part.findIndex((token) => token.text === 'cut')
  if (cuts >= 0)
    return part.map((token, i) =>
      i > cuts && token.text === 'out'
        ? { ...token, senses: [{ is: 'verb', verb: 'isolate' } as const] }
        : i === cuts && part.slice(i + 2).some(({ text }) => text === 'out')
          ? { ...token, senses: [{ is: 'frame' } as const] }
          : token,
    )
  if (at < 0) return [...part]
  return part.map((token, i) =>
    i > at + 1 &&
    (/^(?:out|away|outta)$/.test(token.text) ||
      (token.text === 'off' &&
        /^(?:get|take|clean|wipe)/.test(part[at]!.text) &&
        part.slice(at, i).every((each) => each.measure === undefined)))
      ? { ...token, senses: [{ is: 'verb', verb: 'remove' } as const] }
      : token,
  )
}

const asks = (tokens: readonly Token[]): boolean =>
  tokens.some((token) =>
    token.senses.some(
      (each) =>
        each.is === 'verb' &&
        ![
          'keep',
          'question',
          'make',
          'remove',
          'enhance',
          'lacks',
          'retone',
          'pose',
          'undo',
          'write',
        ].includes(each.verb),
    ),
  )

const good = (list: readonly ReadClause[]): boolean => list.every(({ outcome }) => outcome.type === 'steps')

function thingOf({ outcome }: ReadClause): Target | undefined {
  const step = outcome.type === 'steps' ? outcome.steps.at(-1) : undefined
  return step && 'target' in step && step.target?.type !== 'picture' ? step.target : undefined
}

function partedBy(tokens: readonly Token[], isPart: (token: Token) => boolean): Token[][] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (isPart(token)) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}

/** The verb that a clause began with, for one after it that has none. */
function leadOf(clause: Clause): readonly Token[] {
  const at = clause.tokens.findIndex(
    (token, i) => token.senses.some((each) => each.is === 'verb') && clause.mentionOf(i) === undefined,
  )
  return at < 0 ? [] : [clause.tokens[at]!]
}

const isConnector = (token: Token): boolean =>
  (isSmall(token, 'and', 'next') && token.literal === undefined) || token.mark === '、' || token.mark === '+'

interface Context {
  readonly normalised: Normalised
  readonly options: PlannerOptions
  readonly read: Read
  /** What was told of before. */
  readonly topic: Target | undefined
}

/** Tries to read both sides of `and` and `then` apart; as one where that fails. */
function divided(
  tokens: readonly Token[],
  context: Context,
  verb: readonly Token[],
  before: Target | undefined,
): ReadClause[] | undefined {
  const list = trimmed(tokens)
  if (!list.some(says)) return undefined
  const whole = (): ReadClause[] | undefined => {
    const clause = new Clause(list, context.normalised, context.options, before, context.topic)
    const outcome = context.read(clause)
    if (outcome) return [{ clause, outcome }]
    if (verb.length === 0 || hasVerb(list) || !isList(clause)) return undefined
    const inherited = new Clause(
      [...verb, ...list],
      context.normalised,
      context.options,
      before,
      context.topic,
    )
    const second = context.read(inherited)
    return second ? [{ clause: inherited, outcome: second }] : undefined
  }
  for (let at = 1; at < list.length - 1; at++) {
    const adds =
      isSmall(list[at]!, 'with') &&
      /border|frame|vignette|边框|白边|暗角|grain|\btext\b|caption|\bwords\b|title/.test(
        list
          .slice(at + 1)
          .map(({ text }) => text)
          .join(' '),
      )
    if (!isConnector(list[at]!) && !adds) continue
    const right = list.slice(at + 1)
    if (!right.some(says)) continue
    // A property alone, as in `花的颜色再浓一点`, is not yet a wish.
    if (
      !hasVerb(list.slice(0, at)) &&
      !hasNamed(list.slice(0, at)) &&
      !list.slice(0, at).some((token) => sense(token, 'colour') ?? sense(token, 'retouch') ?? token.measure)
    )
      continue
    const left = divided(list.slice(0, at), context, verb, before)
    if (!left || !good(left)) continue
    const last = left.at(-1)!
    const lead = leadOf(last.clause)
    const known = thingOf(last) ?? before
    const rest =
      hasVerb(right) || hasNamed(right) || right.some(({ literal }) => literal !== undefined)
        ? divided(right, context, lead, known)
        : lead.length > 0
          ? divided([...lead, ...right], context, lead, known)
          : undefined
    if (!rest) continue
    if (!good(rest)) {
      const together = whole()
      if (together && good(together)) return together
    }
    return [...left, ...rest]
  }
  return whole()
}

/** Whether a part only goes on with a list: names, colours, properties, no word that nobody knows. */
const isList = (clause: Clause): boolean =>
  (!clause.cn ||
    clause.tokens.every(
      (token, at) =>
        clause.mentionOf(at) !== undefined ||
        token.measure !== undefined ||
        token.senses.some(
          (each) =>
            each.is === 'small' ||
            each.is === 'degree' ||
            each.is === 'colour' ||
            each.is === 'property' ||
            each.is === 'place',
        ),
    )) &&
  (clause.mentions.length > 0 || clause.property().length > 0) &&
  clause.tokens.every(
    (token, at) =>
      clause.mentionOf(at) !== undefined ||
      (token.senses.length > 0 && !/^(?:is|are|was|were|its|it s|i|for|my)$/.test(token.text)) ||
      token.measure !== undefined,
  ) &&
  clause.mentions.every(({ unknown }) => !unknown)

const hasVerb = (tokens: readonly Token[]): boolean =>
  tokens.some((token) =>
    token.senses.some((each) => each.is === 'verb' && each.verb !== 'retone' && each.verb !== 'lacks'),
  )

/** Words that ask without a verb: `warmer`, `black and white`. */
const hasNamed = (tokens: readonly Token[]): boolean =>
  tokens.some((token) => {
    const property = sense(token, 'property')
    return (
      (property !== undefined && property.sign !== 0) ||
      (sense(token, 'look') ?? sense(token, 'style')) !== undefined
    )
  })

function trimmed(tokens: readonly Token[]): readonly Token[] {
  let [from, to] = [0, tokens.length]
  while (from < to && (isConnector(tokens[from]!) || tokens[from]!.mark !== undefined)) from++
  while (to > from && (isConnector(tokens[to - 1]!) || tokens[to - 1]!.mark !== undefined)) to--
  return tokens.slice(from, to)
}
