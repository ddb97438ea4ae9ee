import { describe, expect, it } from 'vitest'
import type { Picture } from '../image/index.ts'
import { type AnalysisStore, cachedToolbox } from './cached.ts'
import type { Job, Tool, Toolbox } from './tool.ts'

const facts = { implementation: 'counting', version: '1', concurrency: 1, timeLimitSeconds: 1 }
const picture = (level: number): Picture => ({ width: 2, height: 2, data: new Uint8Array(12).fill(level) })

/** A store in memory, and a toolbox that counts how often it is asked. */
function counting(version = '1', fail = false) {
  let asked = 0
  const count = <T>(value: T): Promise<T> => {
    asked++
    return fail ? Promise.reject(new Error('no')) : Promise.resolve(value)
  }
  const tools: { readonly [J in Job]?: Tool<J> } = {
    matting: {
      facts: { ...facts, version },
      matte: ({ width, height }) => count({ width, height, data: Uint8Array.of(0, 1, 128, 255) }),
    },
    segmenter: {
      facts,
      segment: ({ width, height }, box) => count({ width, height, data: new Uint8Array(4).fill(box.x) }),
    },
    depth: {
      facts,
      depth: ({ width, height }) => count({ width, height, data: Float32Array.of(0, 0.1, 1 / 3, 1) }),
    },
    inpainter: { facts, inpaint: (given) => count(given) },
    vision: {
      facts,
      ask: ({ parts }) => count(`${parts.length}`),
      answer: ({ parts, before = [] }) =>
        count({ outcome: 'answer', text: `${parts.length} after ${before.length}` }),
    },
  }
  const toolbox: Toolbox = {
    has: (job) => job in tools,
    get: (job) => tools[job] ?? expect.fail(`no ${job}`),
    close: async () => undefined,
  }
  return { toolbox, asked: () => asked }
}

function memory(): AnalysisStore & { readonly entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>()
  return {
    entries,
    get: async (key) => entries.get(key),
    put: async (key, bytes) => void entries.set(key, bytes),
  }
}

describe('cachedToolbox', () => {
  it('asks the same question of the same pixels once, in any process', async () => {
    const [store, first, second] = [memory(), counting(), counting()]
    const answer = await cachedToolbox(first.toolbox, store).get('matting').matte(picture(7))
    const again = await cachedToolbox(second.toolbox, store).get('matting').matte(picture(7))
    expect(again).toEqual(answer)
    expect([first.asked(), second.asked()]).toEqual([1, 0])
    expect([...store.entries.keys()]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  })

  it('keeps answers of a model by all that was said, whoever may stop it', async () => {
    const [store, { toolbox, asked }] = [memory(), counting()]
    const vision = cachedToolbox(toolbox, store).get('vision')
    const turn = (level: number) => ({ role: 'user' as const, parts: [picture(level), 'What?'] })
    const first = await vision.answer?.({ before: [turn(1)], parts: ['And?'], seed: 1 })
    const { signal } = new AbortController()
    expect(await vision.answer?.({ before: [turn(1)], parts: ['And?'], seed: 1, signal })).toEqual(first)
    expect(asked()).toBe(1)
    await vision.answer?.({ before: [turn(2)], parts: ['And?'], seed: 1 })
    await vision.answer?.({ before: [turn(1)], parts: ['And?'], seed: 2 })
    expect(asked()).toBe(3)
  })

  it('keeps answers apart by picture, arguments, job and version', async () => {
    const store = memory()
    const box = { x: 1, y: 0, width: 1, height: 1 }
    for (const version of ['1', '2']) {
      const tools = cachedToolbox(counting(version).toolbox, store)
      for (const level of [1, 2]) await tools.get('matting').matte(picture(level))
      for (const x of [1, 2])
        expect((await tools.get('segmenter').segment(picture(1), { ...box, x })).data[0]).toBe(x)
    }
    expect(store.entries.size).toBe(2 * 2 + 2)
  })

  it('keeps floats to the bit', async () => {
    const store = memory()
    const answers = [counting(), counting()].map(({ toolbox }) =>
      cachedToolbox(toolbox, store).get('depth').depth(picture(1)),
    )
    expect(await answers[1]).toEqual(await answers[0])
    expect((await answers[0])?.data).toBeInstanceOf(Float32Array)
  })

  it('asks once for those who ask at the same time', async () => {
    const { toolbox, asked } = counting()
    const tools = cachedToolbox(toolbox, memory())
    await Promise.all([1, 2, 3].map(() => tools.get('matting').matte(picture(1))))
    expect(asked()).toBe(1)
  })

  it('keeps neither failures nor pictures that are made', async () => {
    const store = memory()
    const failing = cachedToolbox(counting('1', true).toolbox, store)
    await expect(failing.get('matting').matte(picture(1))).rejects.toThrow('no')
    const tools = cachedToolbox(counting().toolbox, store)
    await tools.get('inpainter').inpaint(picture(1), { width: 2, height: 2, data: new Uint8Array(4) })
    expect(store.entries.size).toBe(0)
  })

  it('asks anew where what was kept is damaged', async () => {
    const store = memory()
    const answer = await cachedToolbox(counting().toolbox, store).get('matting').matte(picture(1))
    const [key] = store.entries.keys()
    store.entries.set(key!, Uint8Array.of(1, 2, 3))
    expect(await cachedToolbox(counting().toolbox, store).get('matting').matte(picture(1))).toEqual(answer)
    expect(store.entries.get(key!)!.length).toBeGreaterThan(3)
  })
})
