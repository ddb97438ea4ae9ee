import { describe, expect, it } from 'vitest'
import { normalise } from '../normalise.ts'
import { tokenise } from '../tokens.ts'
import { readAsClass } from './asClass.ts'
import { readerBuckets } from './features.ts'
import { readClasses } from './index.ts'
import { classesOf, packWeights, unpackWeights } from './reader.ts'

describe('the trained reader knows', () => {
  it.each([
    ['would love it if you could make the ugly bin vanish', 'erase'],
    ['那个垃圾桶太碍眼了，能弄走吗', 'erase'],
    ['my shirt should be navy blue instead', 'recolour'],
    ['沙发颜色换一下，要墨绿色', 'recolour'],
    ['what would the vase look like made of marble', 'material'],
    ['nobody should be able to read the license plate', 'obscure'],
    ['like shot with a fast lens, background out of focus', 'background:blur'],
    ['证件照，要白底', 'background:colour'],
    ['we can hardly see anything because it is so dark', 'adjust:brightness+'],
    ['照片拍得太糊了', 'adjust:sharpness+'],
    ['the whole picture is yellow from the bulbs', 'adjust:warmth-'],
    ['draw my cat like a comic', 'style'],
    ['my teeth are so yellow', 'retouch'],
    ['the flash turned our eyes red', 'red-eye'],
    ['the tower is leaning to the left', 'straighten'],
    ['照片是倒的，转过来', 'rotate'],
    ['网站要求宽1200像素', 'resize'],
    ['his head got cut off, add some space above', 'extend'],
    ['put a dragon in the sky', 'beyond'],
    ['让她看镜头笑一下', 'beyond'],
    ['who is the man in the picture?', 'unclear'],
    ['谢谢，太棒了', 'unclear'],
  ])('%s: %s', (instruction, name) => {
    expect(readClasses(instruction)[0]!.name).toBe(name)
  })

  it('shares that add up to one, of every class once', () => {
    const found = readClasses('make the sky a bit warmer')
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    expect(new Set(found.map(({ name }) => name)).size).toBe(found.length)
    expect(found.length).toBeGreaterThan(40)
    expect(readClasses('')[0]!.share).toBeLessThan(1)
  })
})

it('weights are the same after packing', () => {
  const [classes, width] = [['erase', 'beyond'], 2]
  const weights = {
    classes,
    rows: Int8Array.from({ length: readerBuckets * width }, (_, at) => (at % 255) - 127),
    scales: Float32Array.of(0.01, 0.02),
    lines: Float32Array.of(1, -1, 0.5, 2),
    biases: Float32Array.of(0.25, -0.25),
  }
  const again = unpackWeights(packWeights(weights), classes, width)
  expect(again).toEqual(weights)
  expect(classesOf('remove the car', again)).toEqual(classesOf('remove the car', weights))
  expect(() => unpackWeights(packWeights(weights), classes, 3)).toThrow('expected')
})

describe('as a class, an instruction is', () => {
  const as = (name: string, instruction: string) => {
    const normalised = normalise(instruction)
    return readAsClass(name, tokenise(normalised), normalised, {}, [])
  }

  it.each([
    ['erase', 'the lamp is an eyesore', { kind: 'erase', target: { noun: 'lamp' } }],
    ['adjust:warmth-', 'a bit icy, the sky', { kind: 'adjust', property: 'warmth' }],
    ['rotate', 'the scan is upside down', { kind: 'rotate', degrees: 180 }],
    ['extend', 'too tight on the left', { kind: 'extend', sides: { left: 0.25, right: 0 } }],
    ['obscure', 'mosaic for the license plate', { kind: 'obscure', how: 'pixelate' }],
    ['replace-text', 'it must say "B" instead of "A"', { kind: 'replace-text', from: 'A', to: 'B' }],
    ['replace-text', '“甲”写错了，是“乙”', { kind: 'replace-text', from: '甲', to: '乙' }],
    ['background:gradient', 'red then blue', { to: { type: 'gradient', from: { name: 'red' } } }],
  ])('%s: %s', (name, instruction, step) => {
    expect(as(name, instruction)).toMatchObject([step])
  })

  it.each([
    ['erase', 'remove it'],
    ['recolour', 'another colour for the car'],
    ['style', 'draw me'],
    ['beyond', 'a dragon'],
  ])('nothing where what it needs was not said: %s: %s', (name, instruction) => {
    expect(as(name, instruction)).toBeUndefined()
  })
})
