import { expect, it } from 'vitest'
import type { Picture } from '../../image/index.ts'
import type { Facts } from '../../instructions/index.ts'
import { chainsOf, speakOfTheSame, type Turn } from './chain.ts'

const size = { width: 60, height: 40 }
const source: Picture = { ...size, data: new Uint8Array(3 * 60 * 40).fill(100) }
const noun = (en: string) => ({ en, cn: en })

/** The source with a square of ten pixels at a place. */
function turn(id: string, x: number, y: number, level: number, thing = `thing ${id}`): Turn {
  const data = new Uint8Array(source.data)
  for (let row = y; row < y + 10; row++) data.fill(level, 3 * (row * 60 + x), 3 * (row * 60 + x + 10))
  const facts: Facts = { kind: 'color_alter', object: noun(thing), to: noun('red') }
  return { id, facts, target: { ...size, data } }
}
const levelAt = ({ data }: Picture, x: number, y: number): number => data[3 * (y * 60 + x)]!

it('puts edits of parts that lie apart one after another, each on the picture before it', () => {
  const [chain, ...others] = chainsOf(source, [
    turn('a', 0, 0, 10),
    turn('b', 30, 0, 20),
    turn('c', 0, 25, 30),
  ])
  expect(others).toEqual([])
  expect(chain!.turns.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  const seen = chain!.pictures.map((picture) => [
    levelAt(picture, 5, 5),
    levelAt(picture, 35, 5),
    levelAt(picture, 5, 30),
    levelAt(picture, 55, 35),
  ])
  expect(seen).toEqual([
    [10, 100, 100, 100],
    [10, 20, 100, 100],
    [10, 20, 30, 100],
  ])
})

it('parts that nearly touch, and things of one name, come into no chain together', () => {
  // Six pixels between are too few, seven are enough.
  expect(chainsOf(source, [turn('a', 0, 0, 10), turn('b', 15, 0, 20)])).toEqual([])
  expect(chainsOf(source, [turn('a', 0, 0, 10), turn('b', 17, 0, 20)])).toHaveLength(1)
  expect(chainsOf(source, [turn('a', 0, 0, 10, 'cup'), turn('b', 30, 0, 20, 'cup')])).toEqual([])
  const two = chainsOf(source, [
    turn('a', 0, 0, 10, 'cup'),
    turn('b', 30, 0, 20, 'cup'),
    turn('c', 0, 25, 30, 'dog'),
    turn('d', 30, 25, 40, 'cat'),
  ])
  expect(two.map(({ turns }) => turns.map(({ id }) => id))).toEqual([['a', 'c', 'd']])
})

it('knows things by what facts name and by where they are told to be', () => {
  const remove = (en: string): Facts => ({ kind: 'subject-remove', subject: noun(en) })
  const add = (en: string, place: string): Facts => ({
    kind: 'subject-add',
    subject: noun(en),
    place: { en: place, cn: '' },
  })
  expect(speakOfTheSame(remove('red car'), remove('car'))).toBe(true)
  expect(speakOfTheSame(remove('bench'), add('cat', 'to the left of the bench'))).toBe(true)
  expect(speakOfTheSame(remove('bench'), add('cat', 'on the left'))).toBe(false)
  expect(speakOfTheSame(remove('card'), remove('car'))).toBe(false)
  const face: Facts = { kind: 'ps_human', retouch: noun('smooth the skin'), strength: 'clear' }
  expect(speakOfTheSame(face, remove('person'))).toBe(true)
})
