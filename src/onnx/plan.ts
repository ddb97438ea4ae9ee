import type { Program } from '../graph/index.ts'
import { RuntimeError } from './error.ts'
import type { Machine } from './loadedStage.ts'
import type { LoadOptions } from './runtime.ts'
import { cutProgram, divide, loadedBytes, type Stage, stagesOf, wholeStage } from './stage.ts'

/**
 * Weights from which the next stage is loaded while one runs: below, starting threads and copying values between them costs
 * more.
 */
const aheadBytes = 2 ** 26

/** A stage of a plan. */
export interface PlannedStage {
  readonly stage: Stage
  /** Whether its session stays from run to run. */
  readonly isKept: boolean
}

/** A program's stages by its options. @throws RuntimeError when the plan means nothing */
export function stagesOfPlan(asked: Program, options: LoadOptions): readonly PlannedStage[] {
  const { plan = 'whole', keep, budget, widenWeights } = options
  checkPlan(plan, { keep, budget })
  if (plan === 'whole') return [{ stage: wholeStage(asked), isKept: true }]
  const cut = cutProgram(asked)
  const { starts, kept } = divide(cut, { keep, budget, widens: widenWeights !== 'use' })
  return stagesOf(cut, starts).map((stage, i) => ({ stage, isKept: kept && i === 0 }))
}

/** Whether a second thread loads ahead. Only the CPU's provider is known to run in several threads. */
export function isAhead(
  places: readonly PlannedStage[],
  { ahead, widenWeights }: LoadOptions,
  { provider, threads }: Machine,
): boolean {
  if (provider !== 'cpu' || places.length < 2) return false
  const passing = places.flatMap(({ stage, isKept }) => (isKept ? [] : [...stage.parameters.values()]))
  return ahead ?? (threads !== 1 && loadedBytes(passing, widenWeights !== 'use') >= aheadBytes)
}

function checkPlan(plan: string, room: Readonly<Record<string, number | undefined>>): void {
  if (plan !== 'whole' && plan !== 'streamed')
    throw new RuntimeError('model', `load: plan: expected whole or streamed, got ${plan}`)
  for (const [name, bytes] of Object.entries(room))
    if (bytes !== undefined && !(bytes >= 0))
      throw new RuntimeError('model', `load: ${name}: expected bytes, at least 0, got ${bytes}`)
}
