import type { Step } from '../../plan.ts'
import type { ReadClause } from './readClause.ts'
import { says } from './words.ts'

const vague = /柔和|自然|soft|natural|通透|clear/

/** A fault that is stated and then requested to be corrected is one request: `左边那个人的脸太黑了，提亮`. */
export function mergedComplaints(list: readonly ReadClause[]): readonly ReadClause[] {
  const asked = list.filter(({ told }) => !told)
  if (asked.length === 0 || asked.length === list.length) return list
  const result: ReadClause[] = []
  // `层次感弱，增强一下`: the fault says what to enhance. `黑眼圈太重，淡化`: a bare verb applies to the object of the fault.
  const isBare = ({ clause, outcome, told }: ReadClause): boolean =>
    !told &&
    outcome.type === 'steps' &&
    clause.mentions.length === 0 &&
    clause.tokens.filter(says).length <= 2 &&
    clause.has('increase', 'decrease', 'enhance', 'fix', 'smooth') &&
    outcome.steps.every(
      (step) => step.kind === 'adjust' || (step.kind === 'look' && step.look === 'enhanced'),
    )
  const told = list.filter((each) => each.told && each.outcome.type === 'steps')
  if (
    asked.every(isBare) &&
    told.some(
      ({ outcome }) => outcome.type === 'steps' && outcome.steps.some(({ kind }) => kind === 'retouch'),
    )
  )
    return list.filter((each) => !isBare(each))
  const isVague = ({ outcome, told }: ReadClause): boolean =>
    !told &&
    outcome.type === 'steps' &&
    outcome.steps.every(
      (step) =>
        (step.kind === 'look' && step.look === 'enhanced') ||
        (step.kind === 'retouch' && step.retouch === 'beautify'),
    )
  if (asked.every(isVague) && list.some(({ told, outcome }) => told && outcome.type === 'steps'))
    return list.filter((each) => !isVague(each))
  for (const each of list) {
    if (each.outcome.type !== 'steps') {
      result.push(each)
      continue
    }
    if (each.told) {
      const partner = asked.find(
        ({ outcome }) =>
          outcome.type === 'steps' &&
          outcome.steps.some(
            (step) =>
              each.outcome.type === 'steps' && each.outcome.steps.some((other) => isSameWish(other, step)),
          ),
      )
      if (!partner) result.push(each)
      continue
    }
    const tellers = list
      .filter((other) => other.told && other.outcome.type === 'steps')
      .flatMap(({ outcome }) => (outcome.type === 'steps' ? outcome.steps : []))
    const steps = each.outcome.steps.map((step) => {
      const teller = tellers.find((other) => isSameWish(other, step))
      if (!teller || !('target' in teller) || !('target' in step) || teller.target === undefined) return step
      if (step.kind === 'red-eye' && (teller.target.place ?? teller.target.order))
        return { ...step, target: teller.target } as Step
      return step.target?.type === 'picture' && teller.target.type !== 'picture'
        ? ({ ...step, target: teller.target } as Step)
        : step
    })
    // `too harsh, softer please`: nothing new.
    if (
      tellers.length > 0 &&
      vague.test(each.clause.text) &&
      !tellers.some((teller) => steps.some((step) => isSameWish(teller, step)))
    )
      continue
    result.push({ ...each, outcome: { ...each.outcome, steps } })
  }
  return result
}

const lit = new Set(['brightness', 'shadows', 'highlights'])

const tonal = new Set(['fade', 'contrast', 'saturation', 'clarity'])

function isSameWish(told: Step, asked: Step): boolean {
  if (told.kind !== asked.kind) {
    if (told.kind === 'adjust' && asked.kind === 'recolour') return true
    const colourful = (step: Step): boolean =>
      (step.kind === 'adjust' && step.property === 'saturation') ||
      (step.kind === 'look' && (step.look === 'vivid' || step.look === 'muted'))
    if (colourful(told) && colourful(asked)) return true
    const leans = (step: Step): boolean =>
      (step.kind === 'adjust' && (step.property === 'warmth' || step.property === 'tint')) ||
      (step.kind === 'look' && ['white-balanced', 'warm', 'cool'].includes(step.look))
    if (leans(told) && leans(asked)) return true
    const light = (step: Step): boolean =>
      (step.kind === 'adjust' && ['brightness', 'shadows', 'highlights'].includes(step.property)) ||
      (step.kind === 'retouch' && step.retouch === 'brighten-skin') ||
      (step.kind === 'look' && step.look === 'enhanced')
    return light(told) && light(asked)
  }
  if (told.kind === 'adjust' && asked.kind === 'adjust')
    return (
      (tonal.has(told.property) && tonal.has(asked.property)) ||
      told.property === asked.property ||
      (lit.has(told.property) && lit.has(asked.property) && told.amount > 0 === asked.amount > 0) ||
      (told.property === 'noise' && asked.property === 'grain')
    )
  if (told.kind === 'look' && asked.kind === 'look') return true
  return true
}
