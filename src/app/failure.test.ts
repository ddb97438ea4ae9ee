import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EditError } from '../edit/index.ts'
import { RuntimeError } from '../onnx/index.ts'
import { describeFailure, UsageError } from './failure.ts'

/** What a function throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('expected an error')
}

it.each([
  [new UsageError('a: no'), { code: 'usage', line: 'a: no', exitCode: 2 }],
  [new EditError('input', 'a: no'), { code: 'input', line: 'a: no', exitCode: 2 }],
  [new EditError('input', 'a:\n  no'), { code: 'input', line: 'a:; no', exitCode: 2 }],
  [
    new EditError('cancelled', 'edit: cancelled'),
    { code: 'cancelled', line: 'edit: cancelled', exitCode: 130 },
  ],
  [AbortSignal.abort().reason, { code: 'cancelled', line: 'cancelled', exitCode: 130 }],
  [new RuntimeError('internal', 'odd'), { code: 'internal', line: 'internal: odd', exitCode: 1 }],
  [new TypeError('x is undefined'), { code: 'internal', line: 'internal: x is undefined', exitCode: 1 }],
  ['a text', { code: 'internal', line: 'internal: a text', exitCode: 1 }],
])('%s', (error, failure) => {
  expect(describeFailure(error)).toEqual(failure)
})

it('what the system refuses is no fault of ours', () => {
  const folder = mkdtempSync(join(tmpdir(), 'failure-'))
  try {
    expect(describeFailure(thrownBy(() => readFileSync(folder)))).toMatchObject({
      code: 'system',
      exitCode: 2,
    })
    expect(describeFailure(thrownBy(() => mkdirSync(folder)))).toEqual({
      code: 'system',
      line: `${folder}: it exists already`,
      exitCode: 2,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('neither is memory that it does not give', () => {
  const failure = describeFailure(thrownBy(() => new Float32Array(2 ** 46)))
  expect(failure).toMatchObject({ code: 'memory', exitCode: 2 })
  expect(failure.line).toMatch(/: out of memory; process less at a time/)
})
