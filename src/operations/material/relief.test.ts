import { expect, it } from 'vitest'
import { evenMask, labOfPicture, type Picture } from '../../image/index.ts'
import { reliefOf } from './relief.ts'

const side = 80
const all = evenMask(side, side, 255)
const inner = { ...all, data: all.data.map((_, i) => (isInner(i) ? 255 : 0)) }

function isInner(i: number): boolean {
  const [x, y] = [i % side, Math.floor(i / side)]
  return x > 3 && y > 3 && x < side - 4 && y < side - 4
}

/** Lit from the left, evenly less to the right; the lower half painted dark. */
const painted: Picture = {
  width: side,
  height: side,
  data: Uint8Array.from({ length: 3 * side * side }, (_, k) => {
    const [x, y] = [Math.floor(k / 3) % side, Math.floor(k / 3 / side)]
    return Math.round((220 - x) * (y < side / 2 ? 1 : 0.35))
  }),
}

const at = (plane: Float32Array, x: number, y: number): number => plane[y * side + x]!

it('tells paint from shading, where it is asked to', () => {
  const lab = labOfPicture(painted)
  const [plain, evened] = [false, true].map((each) => reliefOf(lab, inner, side, { evened: each }).shading)
  const paint = (plane: Float32Array): number => at(plane, 40, 20) - at(plane, 40, 60)
  const light = (plane: Float32Array): number => at(plane, 12, 20) - at(plane, 68, 20)
  expect(paint(plain!)).toBeGreaterThan(0.3)
  expect(Math.abs(paint(evened!))).toBeLessThan(0.06)
  expect(light(evened!)).toBeGreaterThan(0.08)
})

it('keeps the seam of what is painted as a line', () => {
  const { detail } = reliefOf(labOfPicture(painted), inner, side, { evened: true })
  expect(Math.abs(at(detail, 40, 39))).toBeGreaterThan(0.02)
  expect(Math.abs(at(detail, 40, 30))).toBeLessThan(0.01)
})
