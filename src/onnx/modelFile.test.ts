import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tensorValue } from '../graph/index.ts'
import { openModelFile } from './modelFile.ts'
import { encodeModel, type Model } from './proto.ts'

/** sum = a + b, and difference = a − b, for vectors of any length. */
const model: Model = {
  inputs: ['a', 'b'].map((name) => ({ name, dtype: 'f32', shape: ['n'] })),
  outputs: ['sum', 'difference'].map((name) => ({ name, dtype: 'f32', shape: ['n'] })),
  initializers: [],
  nodes: [
    { name: 'add', op: 'Add', domain: '', inputs: ['a', 'b'], outputs: ['sum'], attributes: {} },
    { name: 'sub', op: 'Sub', domain: '', inputs: ['a', 'b'], outputs: ['difference'], attributes: {} },
  ],
  values: [],
  hostNodes: [],
}
const feeds = { a: tensorValue('f32', [2], [3, 5]), b: tensorValue('f32', [2], [1, 2]) }

describe('openModelFile', () => {
  it('runs a foreign model from bytes or from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'model-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'model.onnx')
    writeFileSync(file, encodeModel(model))
    for (const source of [encodeModel(model), file]) {
      const foreign = await openModelFile(source, { threads: 1 })
      expect([foreign.inputs, foreign.outputs]).toEqual([
        ['a', 'b'],
        ['sum', 'difference'],
      ])
      const { sum, difference } = await foreign.run(feeds)
      expect(sum).toBeAllclose(tensorValue('f32', [2], [4, 7]))
      expect(difference).toBeAllclose(tensorValue('f32', [2], [2, 3]))
      expect(Object.keys(await foreign.run(feeds, ['difference']))).toEqual(['difference'])
      await foreign.release()
      await foreign.release()
    }
  })

  it('says in one line what is missing or does not fit', async () => {
    const foreign = await openModelFile(encodeModel(model))
    const refusals = [
      [() => foreign.run({ a: feeds.a }), 'feeds', 'model: expected inputs b, got a'],
      [
        () => foreign.run(feeds, ['product']),
        'feeds',
        'model: expected outputs product, got sum, difference',
      ],
      [() => foreign.run({ ...feeds, b: tensorValue('f32', [3], [1, 2, 3]) }), 'model', 'could not run it'],
    ] as const
    for (const [run, code, message] of refusals) {
      const refusal = run()
      await expect(refusal).rejects.toMatchObject({ name: 'RuntimeError', code })
      await expect(refusal).rejects.toThrow(message)
    }
    await foreign.release()
    await expect(foreign.run(feeds)).rejects.toMatchObject({ code: 'released' })
  })

  it('refuses what is no model, or is not there', async () => {
    for (const source of [new Uint8Array(100), '/no/such/model.onnx']) {
      const refusal = openModelFile(source)
      await expect(refusal).rejects.toMatchObject({ code: 'model' })
      await expect(refusal).rejects.toThrow(/: expected an ONNX model that ONNX Runtime loads, got: [^\n]+$/)
    }
  })
})
