import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { overfit } from './overfit.ts'

it('a small model learns eight triplets until its edits are their targets', {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'overfit-'))
  try {
    const { losses, psnr } = await overfit(folder, { steps: 640, batch: 32 })
    expect(losses[0]).toBeGreaterThan(1.5)
    expect(Math.min(...psnr)).toBeGreaterThan(30)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
