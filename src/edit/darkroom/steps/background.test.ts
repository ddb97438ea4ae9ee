import { describe, expect, it } from 'vitest'
import { paintedBall } from '../../../../test/pictures/painted.ts'
import { compositePictures, evenMask, type Picture } from '../../../image/index.ts'
import type { Bench } from '../carry.ts'
import type { Target } from '../plan.ts'
import { carryBackground } from './background.ts'

const size = 64
const { picture: ball, alpha: mask } = paintedBall(size, [200, 60, 50])
const even = (level: number): Picture => ({
  width: size,
  height: size,
  data: new Uint8Array(3 * size * size).fill(level),
})
const picture = compositePictures(even(140), ball, mask)

/** A bench without tools, which notes what is looked for. */
function benchOf(more: Partial<Bench> = {}): { bench: Bench; asked: Target[] } {
  const asked: Target[] = []
  const bench = {
    picture,
    tools: { has: () => false },
    find: (target: Target) => {
      asked.push(target)
      return Promise.resolve({
        mask,
        box: { x: 0, y: 0, width: size, height: size },
        score: 0.9,
        label: 'subject, in the middle',
      })
    },
    next: () => 0.5,
    ...more,
  } as Partial<Bench> as Bench
  return { bench, asked }
}

const cornerOf = ({ data }: Picture): readonly number[] => [...data.subarray(0, 3)]

describe('background', () => {
  it('is found as what is behind the subject, or behind what is named', async () => {
    const { bench, asked } = benchOf()
    await carryBackground({ kind: 'background', to: { type: 'blur', strength: 1 } }, bench)
    const target: Target = { type: 'thing', phrase: 'the ball', noun: 'ball' }
    await carryBackground({ kind: 'background', to: { type: 'blur', strength: 1 }, target }, bench)
    expect(asked).toEqual([{ type: 'subject', phrase: 'subject' }, target])
  })

  it('becomes a colour, and says so', async () => {
    const colour = { name: 'navy', hex: '#000080' }
    const { bench } = benchOf()
    const made = await carryBackground({ kind: 'background', to: { type: 'colour', colour } }, bench)
    expect(cornerOf(made.picture)).toEqual([0, 0, 128])
    expect(made.alpha).toBeUndefined()
    expect(made.did).toBe('put "subject" before navy (subject, in the middle, 0.90)')
  })

  it('fills what was transparent, and leaves transparent what is cut out of it', async () => {
    const alpha = { ...evenMask(size, size, 255), data: new Uint8Array(size * size).fill(255, size * 20) }
    const { bench } = benchOf({ alpha })
    const colour = { name: 'navy', hex: '#000080' }
    const filled = await carryBackground({ kind: 'background', to: { type: 'colour', colour } }, bench)
    expect(filled.alpha!.data.every((value) => value === 255)).toBe(true)
    expect([...filled.picture.data.subarray(3 * (10 * size + 32), 3 * (10 * size + 32) + 3)]).toEqual([
      0, 0, 128,
    ])
    const cut = await carryBackground({ kind: 'background', to: { type: 'transparent' } }, bench)
    expect(cut.alpha!.data[10 * size + 32]).toBe(0)
    expect(cut.alpha!.data[40 * size + 32]).toBe(255)
  })

  it('is the picture that was given, or asks for one', async () => {
    const step = { kind: 'background', to: { type: 'picture' } } as const
    const made = await carryBackground(step, benchOf({ second: even(30) }).bench)
    expect(cornerOf(made.picture)[0]).toBeLessThan(40)
    await expect(carryBackground(step, benchOf().bench)).rejects.toThrow('give one: --with')
  })

  it('is painted by name, and refused by another', async () => {
    const step = (name: string) => ({ kind: 'background', to: { type: 'backdrop', name } }) as const
    const made = await carryBackground(step('white studio'), benchOf().bench)
    expect(cornerOf(made.picture)[0]).toBeGreaterThan(180)
    await expect(carryBackground(step('a castle'), benchOf().bench)).rejects.toThrow('no backdrop "a castle"')
  })
})
