import type { Figures, Perf } from '../measure.ts'
import { detail } from './detail.ts'
import { erasing } from './erase.ts'

import { finding } from './finding.ts'
import { objects } from './objects.ts'

import { steps } from './steps.ts'
import { texting } from './text.ts'

/** What measures each operation of the darkroom. */
const operations: Readonly<Record<string, (perf: Perf) => Promise<Figures>>> = {
  erase: erasing,
  finding,
  objects,
  detail,
  text: texting,
  steps,
}

/**
 * The darkroom's operations against their own ground truth, beside other ways to do the same, with time and memory.
 * `--only erase,…` takes some of them; `--photos` names a folder of photographs that nothing was tuned on, `--most` takes
 * so many of them, `--sheet` names a folder for pictures of the results.
 */
export async function darkroom(perf: Perf): Promise<Figures> {
  const names = perf.flags.only?.split(',') ?? Object.keys(operations)
  const figures: Record<string, number | string> = {}
  for (const name of names) {
    const measure = operations[name]
    if (!measure)
      throw new Error(`only: expected some of ${Object.keys(operations).join(', ')}, got '${name}'`)
    perf.line(`\n${name}`)
    for (const [key, value] of Object.entries(await measure(perf))) figures[`${name}.${key}`] = value
  }
  return figures
}
