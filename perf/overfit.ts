import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { overfit } from '../test/overfit.ts'
import { type Figures, type Perf, round3, time } from './measure.ts'

/** A small model learns eight triplets by heart: how near its sampled edits come to their targets, and in what time. */
export async function overfitting(perf: Perf): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'overfit-'))
  try {
    const figures: Record<string, number> = {}
    for (const steps of [640, 2000]) {
      let least = 0
      const ms = await time(async () => {
        const { psnr } = await overfit(folder, { steps, batch: 32 })
        least = Math.min(...psnr)
      })
      perf.line(
        `${steps} steps of 32: every edit within ${least.toFixed(1)} dB of its target, ${(ms / 1000).toFixed(0)} s`,
      )
      figures[`overfit_${steps}_leastPsnr`] = round3(least)
      figures[`overfit_${steps}_seconds`] = round3(ms / 1000)
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true })
  }
}
