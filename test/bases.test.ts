import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBase } from 'pentimento/edit'
import { expect, it } from 'vitest'
import { learnEight } from './overfit.ts'
import { tinyLanguageModel, writeSmallFlux, writeSmallSd3, writeTinyFlux, writeTinySd3 } from './tinyBases.ts'

it.each([
  ['flux', [writeTinyFlux, writeSmallFlux]],
  ['sd3', [writeTinySd3, writeSmallSd3]],
] as const)(
  'an editor on %s learns eight triplets until its edits show their targets',
  {
    timeout: 300_000,
  },
  async (base, writers) => {
    const folder = mkdtempSync(join(tmpdir(), 'base-'))
    try {
      for (const write of writers) await write(folder)
      const parts = await openBase(
        folder,
        { base, seed: 1, languageModel: tinyLanguageModel(folder) },
        { provider: 'cpu', threads: 1, cache: join(folder, 'cache') },
      )
      try {
        const { losses, psnr } = await learnEight(parts, { steps: 120, batch: 16 })
        expect(losses[0]).toBeGreaterThan(1.8)
        expect(Math.max(...losses.slice(-5))).toBeLessThan(0.3)
        // A picture of noise lies at 10 dB.
        expect(Math.min(...psnr)).toBeGreaterThan(15)
      } finally {
        await parts.close()
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
