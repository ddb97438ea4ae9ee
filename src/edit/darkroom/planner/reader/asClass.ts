import type { Place, PlannerOptions, Property, Step, StepKind, Target } from '../../plan.ts'
import { Clause, type ClauseReader, clamp, type Outcome, picture, steps } from '../clause.ts'
import type { Mention } from '../mentions/mention.ts'
import type { Normalised } from '../normalise.ts'
import { ofScene } from '../readers/looks.ts'
import { factorOf, fillOf, sidesOf } from '../readers/measures.ts'
import { manner } from '../readers/textTarget.ts'
import { sense } from '../senses.ts'
import type { Token } from '../tokens.ts'

type Steps = Extract<Outcome, { type: 'steps' }>

/** The kind of step of a class; undefined for `beyond` and `unclear`. */
export function kindOf(name: string): StepKind | undefined {
  return name === 'beyond' || name === 'unclear' ? undefined : (name.split(':')[0] as StepKind)
}

/**
 * The reading of an instruction as a class: the first reading of that class by any clause reader, of the complete text
 * or a part between punctuation marks, otherwise one built from its mentions. Undefined if something required is
 * missing.
 */
export function readAsClass(
  name: string,
  tokens: readonly Token[],
  normalised: Normalised,
  options: PlannerOptions,
  readers: readonly ClauseReader[],
): readonly Step[] | undefined {
  const words = tokens.filter(({ mark }) => mark === undefined)
  const parts = partsOf(tokens)
  const clauses = [words, ...(parts.length > 1 ? parts : [])].map(
    (list) => new Clause(list, normalised, options, undefined),
  )
  for (const clause of clauses)
    for (const read of readers) {
      const outcome = read(clause)
      if (outcome?.type === 'steps' && outcome.steps.every((step) => isOf(name, step))) return outcome.steps
    }
  for (const clause of clauses) {
    const made = madeOf(name, clause)
    if (made) return made.steps
  }
  return undefined
}

function partsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (token.mark !== undefined) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts.filter((part) => part.length > 0)
}

/** Whether a step belongs to a class: its kind, and the choice within the kind. */
function isOf(name: string, step: Step): boolean {
  const [kind, choice] = name.split(':')
  if (step.kind !== kind) return false
  if (step.kind === 'adjust') return choice === `${step.property}${step.amount < 0 ? '-' : '+'}`
  if (step.kind === 'background') return step.to.type === choice
  if (step.kind === 'flip') return step.axis === choice
  return true
}

function madeOf(name: string, clause: Clause): Steps | undefined {
  const [kind, choice] = name.split(':') as [StepKind, string | undefined]
  const thing = clause.mention(
    ({ target, fresh }) => !['picture', 'background'].includes(target.type) && !fresh,
  )
  const made = stepOf(kind, choice, clause, thing)
  return made && (steps(made, [thing]) as Steps)
}

function stepOf(
  kind: StepKind,
  choice: string | undefined,
  clause: Clause,
  thing: Mention | undefined,
): Step | undefined {
  const target = thing?.target ?? clause.antecedent
  const [colour, second] = clause.free('colour').map((each) => each.sense.colour)
  const named = (is: 'look' | 'style' | 'retouch' | 'backdrop' | 'material'): string | undefined =>
    clause.free(is)[0]?.sense.name
  const { strength } = clause
  switch (kind) {
    case 'erase': {
      // `左下角有只手`: its place, stated before it.
      const [place] = clause.cn && target?.place === undefined ? placesOf(clause) : []
      return target && { kind, target: place ? { ...target, place } : target }
    }
    case 'recolour': {
      if (target && colour) return { kind, target, colour }
      // `he should have brown hair`: the colour in its mention is the new one.
      const painted = clause.mention(
        ({ target: each }) => each.colour !== undefined && each.type !== 'picture',
      )
      if (!painted || clause.mentions.filter((each) => each.target.type !== 'picture').length > 2)
        return undefined
      const { colour: own, ...bare } = painted.target
      return own && { kind, target: bare, colour: own }
    }
    case 'material': {
      const material =
        named('material') ??
        clause.tokens.flatMap((token) => sense(token, 'material') ?? []).map(({ name: each }) => each)[0]
      return target && material !== undefined ? { kind, target, material } : undefined
    }
    case 'obscure':
      return target && { kind, target, how: howOf(clause.text), strength }
    case 'background': {
      if (choice === 'blur') return { kind, to: { type: 'blur', strength } }
      if (choice === 'transparent') return { kind, to: { type: 'transparent' } }
      if (choice === 'picture')
        return clause.hasSmall('second picture') || clause.options.second === true
          ? { kind, to: { type: 'picture' } }
          : undefined
      if (choice === 'gradient')
        return colour && second && { kind, to: { type: 'gradient', from: colour, to: second } }
      if (choice === 'colour') {
        const behind =
          colour ?? clause.mention(({ target: each }) => each.type === 'background')?.target.colour
        return behind && { kind, to: { type: 'colour', colour: behind } }
      }
      const backdrop = named('backdrop')
      return backdrop === undefined ? undefined : { kind, to: { type: 'backdrop', name: backdrop } }
    }
    case 'adjust': {
      const property = choice!.slice(0, -1) as Property
      const amount = (choice!.endsWith('-') ? -1 : 1) * clause.amount
      return { kind, property, amount, target: thing && !thing.unknown ? thing.target : picture(clause) }
    }
    case 'look': {
      const look = named('look')
      const whole = look !== undefined && ofScene.has(look)
      return look === undefined
        ? undefined
        : { kind, look, strength, target: whole ? picture(clause) : clause.target.target }
    }
    case 'style': {
      const style = named('style')
      return style === undefined ? undefined : { kind, style, strength, target: clause.target.target }
    }
    case 'retouch': {
      const retouch = named('retouch') ?? (colour ? undefined : retouchOf(thing?.target))
      const face: Target = { type: 'face', phrase: clause.cn ? '脸' : 'the face' }
      return retouch === undefined ? undefined : { kind, retouch, strength, target: face }
    }
    case 'red-eye':
      return { kind, target: { type: 'face', phrase: clause.cn ? '脸' : 'the face' } }
    case 'straighten':
      return { kind }
    case 'flip':
      return { kind, axis: choice === 'vertical' ? 'vertical' : 'horizontal' }
    case 'crop': {
      const ratio = clause.measure('ratio')?.value
      const sides = sidesOf(clause, 0.2)
      if (ratio !== undefined) return { kind, ratio }
      return target ? { kind, around: target } : sides && { kind, sides }
    }
    case 'rotate': {
      const left = clause.hasSmall('counter') || placesOf(clause).includes('left')
      const usual = /upside|on its head|颠倒|倒/.test(clause.text) ? 180 : 90
      return { kind, degrees: (left ? -1 : 1) * (clause.measure('degrees')?.value ?? usual) }
    }
    case 'extend': {
      const ratio = clause.measure('ratio')?.value
      const sides = sidesOf(clause, 0.25) ?? { left: 0.15, top: 0.15, right: 0.15, bottom: 0.15 }
      const painted = clause.mention(({ target: each }) => each.colour !== undefined)
      const fill = painted?.target.colour ?? fillOf(clause)
      return ratio === undefined ? { kind, sides, fill } : { kind, ratio, fill }
    }
    case 'move': {
      if (
        !target ||
        ['face', 'hair', 'skin', 'lips', 'teeth'].includes(target.type) ||
        target.noun === 'body'
      )
        return undefined
      const [place] = placesOf(clause)
      if (place === 'center') return { kind, target, right: 0, down: 0, scale: 1, to: place }
      // `i want the moon in the top right corner`: its new place.
      if (place === undefined && target.place && !['front', 'back'].includes(target.place)) {
        const { place: to, ...bare } = target
        return { kind, target: bare, right: 0, down: 0, scale: 1, to }
      }
      const right = place === 'left' ? -0.15 : place === 'right' ? 0.15 : 0
      const raised = /\b(?:up|higher|raise|lift)\b|往上|靠上|高/.test(clause.text)
      const sunk = /\b(?:down|lower)\b|往下|靠下|低/.test(clause.text)
      const down = place === 'top' || raised ? -0.15 : place === 'bottom' || sunk ? 0.15 : 0
      if (right !== 0 || down !== 0) return { kind, target, right, down, scale: 1 }
      const scale =
        factorOf(clause) ?? (/big|large|huge|大/.test(clause.text) ? 1.3 : isLess(clause) ? 0.75 : 1)
      return scale === 1 ? undefined : { kind, target, right, down, scale: clamp(scale, 0.2, 5) }
    }
    case 'resize': {
      const width = clause.measure('pixels')?.value
      if (width !== undefined && width >= 16) return { kind, width: Math.round(width) }
      const factor =
        factorOf(clause) ??
        (isLess(clause) ? 0.5 : /big|large|high|more|up|大|高|放/.test(clause.text) ? 2 : undefined)
      return factor !== undefined && factor >= 0.05 && factor <= 8 ? { kind, factor } : undefined
    }
    case 'replace-text': {
      const [first, last] = clause.literals
      if (!last) {
        const to = first?.text ?? lastWords(clause)
        return to === undefined
          ? undefined
          : { kind, target: { ...(target ?? textIn(clause)), type: 'text' }, from: '', to }
      }
      if (!first) return undefined
      // `make it say "B" instead of "A"`.
      const between = clause.tokens.slice(first.at + 1, last.at).map((each) => each.text)
      const isSwapped = /instead|in place|rather|\bnot\b|而不是|不要|不是|代替/.test(between.join(' '))
      const [from, to] = isSwapped ? [last.text, first.text] : [first.text, last.text]
      return { kind, target: { type: 'text', phrase: from, text: from }, from, to }
    }
    case 'add-text': {
      const text = clause.literals[0]?.text ?? lastWords(clause)
      return text === undefined ? undefined : { kind, text, ...manner(clause) }
    }
    default:
      return undefined
  }
}

/** The usual request for a part of the face. */
function retouchOf(target: Target | undefined): string | undefined {
  if (target?.type === 'skin') return 'smooth-skin'
  if (target?.type === 'teeth') return 'whiter-teeth'
  if (target?.type === 'eyes') return 'brighter-eyes'
  if (target?.noun === 'eyebrows') return 'darker-brows'
  return target?.noun === 'cheeks' ? 'blush' : undefined
}

/** The text to write: after `say`, `to` or a colon, with a capital letter or a number. */
function lastWords(clause: Clause): string | undefined {
  const [first, last] = [clause.tokens[0], clause.tokens.at(-1)]
  if (!first || !last || clause.cn) return undefined
  const shown = clause.normalised.shown.slice(first.start, last.end)
  return /(?:\b(?:says?|reads?|saying|reading|to|with|as|write|text)|:) ((?:[A-Z][\w'’&!-]*|\d[\w'’.,:/-]*)(?: (?:[A-Z][\w'’&!-]*|\d[\w'’.,:/-]*|and|of|the|for|to|in|is|&))*)[.!]?$/.exec(
    shown,
  )?.[1]
}

const textIn = (clause: Clause): Target => ({ type: 'text', phrase: clause.cn ? '文字' : 'the text' })

const isLess = (clause: Clause): boolean =>
  /small|shrink|reduce|lower|less|down|half|tiny|too (?:big|large|heavy)|缩|小|降|压/.test(clause.text)

const placesOf = (clause: Clause): readonly Place[] => clause.free('place').map((each) => each.sense.place)

const howOf = (text: string): 'blur' | 'pixelate' | 'black' =>
  /pixel|mosaic|censor|码|马赛克/.test(text)
    ? 'pixelate'
    : /black|bar|redact|黑/.test(text)
      ? 'black'
      : 'blur'
