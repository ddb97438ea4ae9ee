import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ProfileEvent, profileOf, writeTrace } from './profile.ts'

const event = (
  segment: string,
  op: string,
  startMicroseconds: number,
  microseconds: number,
): ProfileEvent => ({
  segment,
  op,
  node: `${segment}/${op.toLowerCase()}.1/${op}.0`,
  startMicroseconds,
  microseconds,
})

const events = [
  event('a', 'MatMul', 0, 10),
  event('a', 'Add', 10, 2),
  event('b', 'MatMul', 12, 30),
  event('a', 'MatMul', 50, 10),
]

describe('a profile', () => {
  it('sums by op, segment and node, the slowest first', () => {
    const { byOp, bySegment, byNode } = profileOf(events)
    expect(byOp).toEqual([
      { name: 'MatMul', microseconds: 50, count: 3 },
      { name: 'Add', microseconds: 2, count: 1 },
    ])
    expect(bySegment).toEqual([
      { name: 'b', microseconds: 30, count: 1 },
      { name: 'a', microseconds: 22, count: 3 },
    ])
    expect(byNode.map(({ name, count }) => [name, count])).toEqual([
      ['b/matmul.1/MatMul.0', 1],
      ['a/matmul.1/MatMul.0', 2],
      ['a/add.1/Add.0', 1],
    ])
  })

  it('is written as chrome://tracing reads it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pentimento-'))
    try {
      const file = join(folder, 'trace.json')
      await writeTrace(file, { transformer: profileOf(events), decoder: profileOf([]) })
      const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as {
        traceEvents: Record<string, unknown>[]
      }
      const spans = traceEvents.filter(({ ph }) => ph === 'X')
      // Kernels of one segment in a row are one span of it.
      expect(spans.filter(({ tid }) => tid === 1).map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
        ['a', 0, 12],
        ['b', 12, 30],
        ['a', 50, 10],
      ])
      expect(spans.filter(({ tid }) => tid === 2)).toHaveLength(4)
      expect(spans.find(({ name }) => name === 'Add')).toMatchObject({
        ts: 10,
        dur: 2,
        args: { node: 'a/add.1/Add.0', segment: 'a' },
      })
      const names = traceEvents.filter(({ name }) => name === 'process_name').map(({ args }) => args)
      expect(names).toEqual([{ name: 'transformer' }, { name: 'decoder' }])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
