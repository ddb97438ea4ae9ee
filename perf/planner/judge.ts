import type { EditPlan, Reading, Step, Target } from 'pentimento/edit'
import { colourDistance, colours } from './colours.ts'
import type { Entry, Want, WantedPlan, WantedStep, WantedTarget } from './entry.ts'
import { isSameName } from './nouns.ts'

/** How far a reading is right. Each level needs those before it. */
export interface Verdict {
  readonly isRefused: boolean
  /** As many steps as were wished, of the right kinds; their order is free. */
  readonly kind: boolean
  /** And each step is done to the right thing. */
  readonly target: boolean
  /** And with the right parameters, and what should stay is kept. */
  readonly whole: boolean
}

/** OKLab distance up to which a colour is the one that was named; one given in numbers has to be met. */
const [nearName, nearNumber] = [0.13, 0.02]

/** Judges a reading of an instruction that can be done by the best of its right plans. */
export function judge(entry: Entry, reading: Reading): Verdict {
  if (reading.type !== 'plan') return { isRefused: true, kind: false, target: false, whole: false }
  const plans = entry.plans ?? []
  const holds = (fits: (wanted: WantedPlan) => boolean) => plans.some(fits)
  const { steps, keep } = reading.plan
  const kind = holds((wanted) => matched(wanted, steps, (a, b) => a.kind === b.kind))
  const target = holds((wanted) => matched(wanted, steps, hasTarget))
  const whole = holds(
    (wanted) =>
      matched(wanted, steps, (a, b) => hasTarget(a, b) && hasParameters(a, b)) && keeps(wanted, keep),
  )
  return { isRefused: false, kind, target, whole }
}

/** Whether the steps can be given to the wanted ones, one to one. */
function matched(
  { steps: wanted }: WantedPlan,
  steps: readonly Step[],
  fits: (wanted: WantedStep, step: Step) => boolean,
): boolean {
  if (wanted.length !== steps.length) return false
  if (wanted.length === 0) return true
  const [first, ...others] = wanted
  return steps.some(
    (step, at) =>
      first!.some((form) => fits(form, step)) &&
      matched(
        { steps: others },
        steps.filter((_, i) => i !== at),
        fits,
      ),
  )
}

/** Parts of a face need not be told apart where the operation itself knows its part; a background's subject is its default. */
function hasTarget(wanted: WantedStep, step: Step): boolean {
  if (wanted.kind !== step.kind) return false
  if (step.kind === 'crop') {
    if (wanted.around)
      return step.around ? isTarget(wanted.around, step.around) : wanted.aroundMayLack === true
    return step.around === undefined || ['subject', 'picture'].includes(step.around.type)
  }
  if (step.kind === 'background') {
    const target = step.target ?? { type: 'subject', phrase: 'subject' }
    return wanted.target === undefined || isTarget(wanted.target, target)
  }
  if (!('target' in step)) return true
  if (wanted.target) return isTarget(wanted.target, step.target)
  if (step.kind !== 'retouch' && step.kind !== 'red-eye') return true
  return step.target.place === undefined && step.target.order === undefined
}

/** As a user would take it: who asked for a car is served by the automobile, and the leftmost is the first from the left. */
function isTarget(wanted: WantedTarget, found: Target): boolean {
  const names = [found.noun, ...(found.type === 'thing' ? [] : [found.type])].filter(
    (name) => name !== undefined,
  )
  const isNamed = wanted.is.some(
    (name) =>
      names.some((each) => isSameName(name, each)) ||
      (names.length === 0 && found.phrase.toLowerCase().includes(name)),
  )
  if (wanted.is.length > 0 && !isNamed) return false
  if (wanted.colour ? !found.colour || !isColour(wanted.colour, found.colour.hex) : found.colour) return false
  const side = placeOf(found)
  const wantedSides = wanted.order?.index === 1 ? [wanted.order.from] : (wanted.place ?? ['-'])
  const wantedOrder = wanted.order?.index === 1 ? undefined : wanted.order
  if (!wantedSides.includes(side ?? '-')) return false
  const order = found.order?.index === 1 ? undefined : found.order
  if (order?.index !== wantedOrder?.index || order?.from !== wantedOrder?.from) return false
  if (found.size !== wanted.size) return false
  const isCounted = ['thing', 'person', 'face'].includes(found.type)
  if (isCounted && wanted.all !== 'any' && (found.all ?? false) !== (wanted.all ?? false)) return false
  return wanted.text === undefined || isSaid(wanted.text, found.text ?? '', false)
}

const placeOf = ({ place, order }: Target): string | undefined =>
  place ?? (order?.index === 1 ? order.from : undefined)

/** Parameters of a shape that nobody wished for change the picture, and so have to be absent. */
const shapes = ['ratio', 'sides', 'width', 'height', 'factor']

function hasParameters({ want = {} }: WantedStep, step: Step): boolean {
  for (const [path, wanted] of Object.entries(want)) if (!isMet(wanted, valueAt(step, path))) return false
  if (step.kind !== 'crop' && step.kind !== 'extend' && step.kind !== 'resize') return true
  const wished = Object.keys(want)
  return shapes.every((name) => {
    if (wished.includes(name)) return true
    const value = valueAt(step, name)
    if (value === undefined) return true
    if (name !== 'sides') return false
    return Object.entries(value as object).every(
      ([side, share]) => share === 0 || wished.includes(`sides.${side}`),
    )
  })
}

function isMet(wanted: Want, value: unknown): boolean {
  if (wanted === 'any') return true
  if (Array.isArray(wanted)) {
    if (value === undefined) return wanted.includes('-')
    return typeof value === 'string' && wanted.some((name) => isNameWithin(name, value))
  }
  const rule = wanted as Exclude<Want, 'any' | readonly string[]>
  if ('min' in rule) return typeof value === 'number' && value >= rule.min && value <= rule.max
  if ('turn' in rule) return typeof value === 'number' && Math.abs(turned(value - rule.turn)) < 0.51
  if ('colour' in rule) return typeof value === 'string' && isColour(rule.colour, value)
  return typeof value === 'string' && isSaid(rule.says, value, rule.exactly ?? false)
}

const turned = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180

/** `oil` is within `oil-painting`, and not within `foil`; `=oil` is only `oil`. */
function isNameWithin(name: string, value: string): boolean {
  if (name.startsWith('=')) return value === name.slice(1)
  const plain = (text: string) => ` ${text.toLowerCase().replaceAll(/[-_\s]+/g, ' ')} `
  return plain(value).includes(plain(name))
}

function isSaid(wanted: string, said: string, isExact: boolean): boolean {
  const plain = (text: string) =>
    text
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/^["'“”‘’「」《》]|["'“”‘’「」《》]$/g, '')
      .trim()
  return isExact ? plain(wanted) === plain(said) : plain(wanted).toLowerCase() === plain(said).toLowerCase()
}

function isColour(wanted: string, hex: string): boolean {
  if (wanted.startsWith('#')) return colourDistance(wanted, hex) <= nearNumber
  return colours[wanted]!.some((each) => colourDistance(each, hex) <= nearName)
}

const valueAt = (step: Step, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], step)

/** What has to stay is kept, and nothing else. */
function keeps({ keep: wanted = [] }: WantedPlan, found: EditPlan['keep']): boolean {
  return (
    wanted.length === found.length && wanted.every((each) => found.some((target) => isTarget(each, target)))
  )
}
