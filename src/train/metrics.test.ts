import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { StepMetrics } from './loop.ts'
import { MetricsFile } from './metrics.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const row = (step: number) => ({ step, loss: step / 10 }) as StepMetrics

it('goes on after a step: later measures and a line that was cut are removed', async () => {
  const file = join(folder, 'metrics.jsonl')
  const first = await MetricsFile.open(file, 0)
  for (const step of [1, 2, 3]) await first.add(row(step))
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"step": 4, "lo`)
  const second = await MetricsFile.open(file, 2)
  expect(second.rows).toEqual([row(1), row(2)])
  await second.add(row(3))
  expect(readFileSync(file, 'utf8')).toBe([1, 2, 3].map((step) => `${JSON.stringify(row(step))}\n`).join(''))
  expect(readdirSync(folder)).toEqual(['metrics.jsonl'])
})

it('takes nothing but a missing file for a new one', async () => {
  mkdirSync(join(folder, 'metrics.jsonl'))
  await expect(MetricsFile.open(join(folder, 'metrics.jsonl'), 0)).rejects.toMatchObject({
    name: 'FileError',
    message: `${join(folder, 'metrics.jsonl')}: cannot read it, it is a folder`,
  })
})
