import { describe, expect, it } from 'vitest'
import type { Target } from '../plan.ts'
import type { Candidate } from './candidates.ts'
import { choose } from './choose.ts'

const size = { width: 100, height: 100 }

function thing(name: string, x: number, y: number, side = 10, score = 0.8): Candidate {
  const box = { x: x - side / 2, y: y - side / 2, width: side, height: side }
  return { name, score, box, mask: () => Promise.reject(new Error('not asked for')) }
}

const cars = [thing('car', 50, 60), thing('car', 15, 60), thing('car', 85, 60, 9)]
const target = (more: Partial<Target> = {}): Target => ({
  type: 'thing',
  phrase: 'the car',
  noun: 'car',
  ...more,
})
const middles = (found: readonly Candidate[]): number[] => found.map(({ box }) => box.x + box.width / 2)

describe('choose', () => {
  it.each([
    [{ place: 'left' }, [15]],
    [{ place: 'right' }, [85]],
    [{ place: 'center' }, [50]],
    [{ order: { index: 2, from: 'left' } }, [50]],
    [{ order: { index: 1, from: 'right' } }, [85]],
    [{ size: 'smallest' }, [85]],
    [{ all: true }, [50, 15, 85]],
    [{ all: true, place: 'left' }, [15, 50]],
  ] as const)('takes by %j', (more, wanted) => {
    expect(middles(choose(target(more), cars, size, []))).toEqual(wanted)
  })

  it('lists those that fit where the words leave several', () => {
    expect(() => choose(target(), cars, size, [])).toThrow(
      expect.objectContaining({
        code: 'ambiguous',
        message:
          "'the car': 3 cars: in the middle, at the left, at the right; say which, or all of them, or give --box or --mask",
      }),
    )
  })

  it('takes the one that is far larger than the others', () => {
    const found = [thing('car', 80, 70, 4), thing('car', 40, 60, 40)]
    expect(middles(choose(target(), found, size, []))).toEqual([40])
  })

  it('takes the one in the middle that is many times larger, not one at the side', () => {
    const small = thing('car', 8, 50, 20, 0.9)
    expect(middles(choose(target(), [small, thing('car', 55, 50, 44, 0.6)], size, []))).toEqual([55])
    expect(() => choose(target(), [small, thing('car', 78, 50, 44, 0.6)], size, [])).toThrow(/2 cars/)
  })

  it('takes the upper of two that both lie low, and no passer-by', () => {
    const low = [thing('dog', 50, 90, 16), thing('dog', 50, 70, 16)]
    expect(choose(target({ place: 'top' }), low, size, [])).toEqual([low[1]])
    const people = [thing('person', 60, 50, 30), thing('person', 90, 40, 5)]
    expect(choose(target({ place: 'right' }), people, size, [])).toEqual([people[0]])
  })

  it('does not take the only one, below the middle, for the upper', () => {
    expect(() => choose(target({ place: 'top' }), [thing('dog', 50, 56)], size, [])).toThrow(/none is there/)
  })

  it('says that nothing stands out as the subject', () => {
    expect(() => choose({ type: 'subject', phrase: 'the background' }, [], size, [])).toThrow(
      /nothing stands out in the picture as its subject; give --box or --mask/,
    )
  })

  it('says what was seen instead of what is not there', () => {
    const seen = [thing('person', 20, 20), thing('person', 80, 20), thing('dog', 50, 50)]
    expect(() => choose(target(), [], size, seen)).toThrow(
      expect.objectContaining({
        code: 'not-found',
        message:
          "'the car': not found in the picture; found: 2 people, a dog; say one of these, or give --box or --mask",
      }),
    )
  })

  it('does not take one at the right for one at the left', () => {
    expect(() => choose(target({ place: 'left' }), [thing('car', 85, 50)], size, [])).toThrow(
      /none is there, but at the right/,
    )
  })

  it('knows that there is no third of two', () => {
    const order = { index: 3, from: 'left' } as const
    expect(() => choose(target({ order }), cars.slice(0, 2), size, [])).toThrow(/found only 2 cars/)
  })
})
