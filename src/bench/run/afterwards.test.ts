import { expect, it } from 'vitest'
import { afterwardsQueue } from './afterwards.ts'

it('returns after what the turn of the event loop still has to do, in order and one at a time', async () => {
  const afterwards = afterwardsQueue()
  const order: string[] = []
  const stored = ['first answer', 'second answer'].map((answer) =>
    afterwards().then(() => {
      order.push(answer)
      process.nextTick(() => order.push(`${answer} stored`))
    }),
  )
  // undici writes a request to an idle connection in the next check phase.
  setImmediate(() => order.push('next question sent'))
  await Promise.all(stored)
  await afterwards()
  expect(order).toEqual([
    'next question sent',
    'first answer',
    'first answer stored',
    'second answer',
    'second answer stored',
  ])
})
