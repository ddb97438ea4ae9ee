import { describe, expect, it } from 'vitest'
import { CutEverywhere } from '../../test/cutEverywhere.ts'
import { hasGpu } from '../../test/gpu.ts'
import { exp, Graph, tensorValue } from '../graph/index.ts'
import { openRuntime } from './open.ts'
import { runtimeContract } from './runtime.contract.ts'

runtimeContract('cpu', () => openRuntime({ provider: 'cpu', threads: 1 }))

runtimeContract(
  'cpu, streamed',
  async () => new CutEverywhere(await openRuntime({ provider: 'cpu', threads: 1 })),
)

if (hasGpu()) runtimeContract('webgpu', () => openRuntime({ provider: 'webgpu' }))

describe('openRuntime', () => {
  it('says in one line what is wrong with a provider', async () => {
    const refusal = openRuntime({ provider: 'dml' })
    await expect(refusal).rejects.toMatchObject({ code: 'provider' })
    await expect(refusal).rejects.toThrow(/^provider 'dml'[^\n]*choose [^\n]*$/)
    await expect(openRuntime({ provider: 'cpu', threads: 0 })).rejects.toThrow(
      'threads: expected a whole number above 0, got 0',
    )
  })

  it('finds something to run on', async () => {
    const runtime = await openRuntime()
    const x = new Graph().input('x', 'f32', ['n'])
    const session = await runtime.load({ y: exp(x) })
    const { y } = await session.run({ x: tensorValue('f32', [2], [0, 1]) })
    expect(y).toBeAllclose(tensorValue('f32', [2], [1, Math.E]), { rtol: 1e-6 })
    await runtime.close()
  })
})
