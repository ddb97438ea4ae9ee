import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { freeAll, LoadCache } from './loadCache.ts'
import { Queue } from './queue.ts'

/** A promise that is settled from outside. */
function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

describe('Queue', () => {
  it('runs tasks one at a time, in the order in which they came, whatever they throw', async () => {
    const queue = new Queue()
    const events: string[] = []
    const task = (name: string) => async () => {
      events.push(`+${name}`)
      await setImmediate()
      events.push(`-${name}`)
      if (name === 'b') throw new Error('b failed')
      return name
    }
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => queue.run(task(name))))
    expect(events).toEqual(['+a', '-a', '+b', '-b', '+c', '-c'])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await queue.run(async () => 'later')).toBe('later')
  })

  it('lets a cancelled task leave at once, while another runs, and keeps the order of the rest', async () => {
    const queue = new Queue()
    const first = deferred<string>()
    const cancel = new AbortController()
    const order: string[] = []
    const running = queue.run(() => first.promise)
    const cancelled = queue.run(async () => order.push('cancelled'), cancel.signal)
    const last = queue.run(async () => order.push('last'))
    cancel.abort(new Error('no longer wanted'))
    await expect(cancelled).rejects.toThrow('no longer wanted')
    expect(order).toEqual([])
    first.resolve('first')
    expect(await running).toBe('first')
    await last
    expect(order).toEqual(['last'])
  })

  it('does not start a task whose signal is aborted already, and does not stop one that runs', async () => {
    const queue = new Queue()
    const cancel = new AbortController()
    const first = deferred<string>()
    const running = queue.run(() => first.promise, cancel.signal)
    cancel.abort()
    await expect(queue.run(async () => 'never', cancel.signal)).rejects.toThrow(/aborted/)
    first.resolve('done')
    expect(await running).toBe('done')
  })

  it('sends waiting tasks away, not the one that runs', async () => {
    const queue = new Queue()
    const first = deferred<number>()
    const running = queue.run(() => first.promise)
    const waiting = [1, 2].map((i) => queue.run(async () => i))
    queue.refuseWaiting(new Error('closed'))
    for (const each of waiting) await expect(each).rejects.toThrow('closed')
    first.resolve(0)
    expect(await running).toBe(0)
    expect(await queue.run(async () => 3)).toBe(3)
  })
})

/** A cell that counts what it loads and frees. */
function counted(most?: number, fail: { load?: boolean; free?: boolean } = {}) {
  const events: string[] = []
  const kept = new LoadCache<string, { name: string }>({
    load: async (name) => {
      await setImmediate()
      if (fail.load) throw new Error('std::bad_alloc')
      events.push(`+${name}`)
      return { name }
    },
    free: async ({ name }) => {
      await setImmediate()
      events.push(`-${name}`)
      if (fail.free) throw new Error(`${name} was not freed`)
    },
    most,
  })
  const use = (name: string): Promise<string> => kept.use(name, async (value) => value.name)
  return { kept, events, fail, use }
}

describe('LoadCache', () => {
  it('loads a value once, and frees it for one of another key', async () => {
    const { use, events } = counted()
    expect(await Promise.all(['a', 'a', 'b', 'b', 'a'].map(use))).toEqual(['a', 'a', 'b', 'b', 'a'])
    expect(events).toEqual(['+a', '-a', '+b', '-b', '+a'])
  })

  it('keeps as many as it may, and frees the one used longest ago', async () => {
    const { use, events } = counted(2)
    for (const name of ['a', 'b', 'a', 'c', 'a']) await use(name)
    expect(events).toEqual(['+a', '+b', '-b', '+c'])
  })

  it('forgets a load that failed, and does not throw it again when it is released', async () => {
    const { kept, events, fail, use } = counted()
    fail.load = true
    await expect(use('a')).rejects.toThrow('bad_alloc')
    await kept.release()
    fail.load = false
    expect(await use('a')).toBe('a')
    expect(events).toEqual(['+a'])
  })

  it('releases after the use under way, never under it', async () => {
    const { kept, events } = counted()
    const work = deferred<void>()
    const used = kept.use('a', () => work.promise.then(() => void events.push('used')))
    const released = kept.release()
    await setImmediate()
    await setImmediate()
    expect(events).toEqual(['+a'])
    work.resolve()
    await Promise.all([used, released])
    expect(events).toEqual(['+a', 'used', '-a'])
  })

  it('frees every value even where one fails, once', async () => {
    const { kept, events, fail, use } = counted(2)
    await use('a')
    await use('b')
    fail.free = true
    await expect(kept.release()).rejects.toThrow('a was not freed')
    expect(events).toEqual(['+a', '+b', '-a', '-b'])
    await kept.release()
    expect(events).toHaveLength(4)
  })
})

it('freeAll takes every step and throws the first error', async () => {
  const done: number[] = []
  const step = (i: number) => async () => {
    done.push(i)
    if (i > 0) throw new Error(`step ${i}`)
  }
  await expect(freeAll([step(0), step(1), step(2)])).rejects.toThrow('step 1')
  expect(done).toEqual([0, 1, 2])
})

describe('a queue of two', () => {
  it('runs two at a time, in the order in which they came, and is idle when all have ended', async () => {
    const queue = new Queue(2)
    const began: number[] = []
    const ends: (() => void)[] = []
    const all = [0, 1, 2, 3].map((i) =>
      queue.run(async () => {
        began.push(i)
        await new Promise<void>((resolve) => ends.push(resolve))
      }),
    )
    let isIdle = false
    const idle = queue.idle().then(() => {
      isIdle = true
    })
    await setImmediate()
    expect(began).toEqual([0, 1])
    ends[1]!()
    await setImmediate()
    expect(began).toEqual([0, 1, 2])
    ends[0]!()
    await setImmediate()
    expect(began).toEqual([0, 1, 2, 3])
    ends[2]!()
    await setImmediate()
    expect(isIdle).toBe(false)
    ends[3]!()
    await Promise.all([...all, idle])
    await queue.idle()
  })
})
