import { differenceMap, evenMask, maskBox, type Picture } from 'pentimento/image'
import type { Noun } from 'pentimento/instructions'
import { Random } from 'pentimento/random'
import { describe, expect, it } from 'vitest'
import { type NamedCutout, PastedEdits } from './pasted.ts'

const size = 64

/** A picture of one colour with some grain, so that nothing in it is like a thing. */
function plain(red: number, green: number, blue: number): Picture {
  const data = new Uint8Array(3 * 90 * 80)
  for (let i = 0; i < data.length; i++) data[i] = [red, green, blue][i % 3]! + (i % 2)
  return { width: 90, height: 80, data }
}

/** A disc of one colour. */
function disc(name: Noun, ...colour: readonly [number, number, number]): NamedCutout {
  const side = 40
  const [picture, alpha] = [plain(...colour), evenMask(side, side, 0)]
  for (let i = 0; i < alpha.data.length; i++) {
    const [x, y] = [(i % side) - side / 2 + 0.5, Math.floor(i / side) - side / 2 + 0.5]
    alpha.data[i] = Math.hypot(x, y) < side / 2 ? 255 : 0
  }
  const data = picture.data.slice(0, 3 * side * side)
  return { name, facts: { habitat: 'food' }, picture: { width: side, height: side, data }, alpha }
}

const tomato = disc({ en: 'tomato', cn: '西红柿' }, 200, 30, 30)
const ball = disc({ en: 'soccer ball', cn: '足球' }, 230, 230, 230)
const edits = new PastedEdits([plain(90, 120, 160)], [tomato, ball])

describe('edits of pasted things', () => {
  it('begin with the thing, and end with what was behind it', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { source, target, edit } = edits.removal(new Random(seed), size)
      const isTomato = 'subject' in edit && edit.subject?.en === 'tomato'
      expect(edit).toEqual({ kind: 'subject-remove', subject: isTomato ? tomato.name : ball.name })
      const box = maskBox(differenceMap(source, target), 60)!
      expect(box.width).toBeGreaterThan(3)
      expect(box.width).toBeLessThan(size)
      // Red where the tomato was, grey where the ball was.
      const at = 3 * ((box.y + (box.height >> 1)) * size + box.x + (box.width >> 1))
      expect(source.data[at]! - source.data[at + 2]! > 60).toBe(isTomato)
    }
  })

  it('give the thing the colour that is asked for, and leave the rest', () => {
    const { source, target, edit } = edits.dye(new Random(3), size)
    expect(edit).toMatchObject({ kind: 'color_alter', object: { en: 'tomato' }, from: { en: 'red' } })
    let changed = 0
    for (let i = 0; i < source.data.length; i += 3) {
      const isRed = source.data[i]! - source.data[i + 2]! > 40
      const isSame = [0, 1, 2].every((c) => Math.abs(source.data[i + c]! - target.data[i + c]!) < 3)
      if (isRed && !isSame) changed++
      else if (!isRed) expect(Math.abs(source.data[i]! - target.data[i]!)).toBeLessThan(60)
    }
    expect(changed).toBeGreaterThan(10)
  })

  it('are the same for the same seed', () => {
    expect(edits.removal(new Random(5), size)).toEqual(edits.removal(new Random(5), size))
    expect(edits.removal(new Random(6), size)).not.toEqual(edits.removal(new Random(5), size))
  })
})
