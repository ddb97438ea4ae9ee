import { afterAll, beforeAll, expect, it } from 'vitest'
import { Graph, mul, program, tensorValue } from '../graph/index.ts'
import { lower } from './lower.ts'
import { loadOrt } from './ort.ts'
import { prepare } from './prepare.ts'
import { encodeModel } from './proto.ts'
import { SessionThread } from './sessionThread.ts'
import { wholeStage } from './stage.ts'
import { targets } from './target.ts'
import { partsOfValue } from './values.ts'

const thread = new SessionThread()
// Its telemetry has to be off before the first thread starts.
beforeAll(() => loadOrt())
afterAll(() => thread.close())

const value = (numbers: readonly number[]) => tensorValue('f32', [numbers.length], numbers)

function twice(): Uint8Array {
  const y = mul(new Graph().input('x', 'f32', ['n']), 2)
  const prepared = prepare(wholeStage(program({ y })), { attention: 'auto', widenWeights: 'load' })
  return encodeModel(lower(prepared, { target: targets.cpu, place: () => undefined, accuracyLevel: 4 }))
}

it('leaves the memory of what it is given, and writes into given memory', async () => {
  const session = await thread.open(twice(), {})
  const x = value([1, 2])
  const run = (wanted: Parameters<typeof session.run>[1]) =>
    session.run({ 'input:x': partsOfValue(x) }, wanted)
  const { data, dims } = (await run({ 'output:y': null }))['output:y']!
  expect([...(data as Float32Array)]).toEqual([2, 4])
  expect(dims).toEqual([2])
  expect(x).toEqual(value([1, 2]))
  const place = value([0, 0])
  expect((await run({ 'output:y': partsOfValue(place) }))['output:y']!.data).toBe(place.data)
  expect(place).toEqual(value([2, 4]))
  await session.release()
  await expect(run({ 'output:y': null })).rejects.toThrow()
})

it('says what ONNX Runtime says, and goes on', async () => {
  await expect(thread.open(new Uint8Array(3), {})).rejects.toThrow(/protobuf/i)
  const session = await thread.open(twice(), {})
  await expect(session.run({}, { 'output:y': null })).rejects.toThrow(/input:x/)
  await session.release()
})

it('starts again after it was closed; closing what never started is no error', async () => {
  await thread.close()
  await thread.close()
  await (await thread.open(twice(), {})).release()
})
