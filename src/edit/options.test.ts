import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkEdit, readableSize } from './checkEdit.ts'
import { type EditOption, type EditOptions, type EditSettings, editOptions } from './options.ts'

const picture = { width: 640, height: 480 }
const settingsOf = (options: EditOptions, defaults: Partial<EditSettings> = {}): EditSettings =>
  checkEdit(picture, 'make it winter', options, { defaults })

const names = Object.keys(editOptions) as (keyof EditSettings)[]

describe('checkEdit', () => {
  it("gives the original's settings and size where nothing is said", () => {
    expect(readableSize(picture, 512)).toEqual({ width: 592, height: 432 })
    expect(checkEdit(picture, 'make it winter')).toEqual({
      steps: 28,
      guidance: 6,
      trueGuidance: 1,
      pictureGuidance: 1.5,
      sampler: 'euler-ancestral',
      seed: 0,
      size: 512,
      negative: '',
      dampAbove: 1,
      guidanceInterval: [0, 1],
      vaeSample: false,
      think: false,
      reflect: false,
      tries: 3,
      keepEditSize: false,
      detail: true,
    })
  })

  it.each(names)('takes undefined for the default of %s', (name) => {
    expect(settingsOf({ [name]: undefined })).toEqual(settingsOf({}))
    expect(settingsOf({ [name]: undefined }, { steps: 4, size: 256 })).toMatchObject({ steps: 4, size: 256 })
  })

  it('takes an option before the default of a model', () => {
    expect(settingsOf({ steps: 9 }, { steps: 4, guidance: 1 })).toMatchObject({
      steps: 9,
      guidance: 1,
      size: 512,
    })
    expect(
      settingsOf({ guidance: 0, negative: '', detail: false }, { guidance: 3, detail: true }),
    ).toMatchObject({
      guidance: 0,
      negative: '',
      detail: false,
    })
  })

  it.each([
    [{ steps: 0 }, 'steps: expected a whole number from 1 to 1000, got 0'],
    [{ steps: 1.5 }, 'steps: expected a whole number from 1 to 1000, got 1.5'],
    [{ steps: 1001 }, 'steps: expected a whole number from 1 to 1000, got 1001'],
    [{ steps: '4' }, 'steps: expected a whole number from 1 to 1000, got "4"'],
    [{ guidance: -1 }, 'guidance: expected a number from 0 to 100, got -1'],
    [{ guidance: Number.NaN }, 'guidance: expected a number from 0 to 100, got NaN'],
    [{ seed: -1 }, 'seed: expected a whole number from 0 to 2^64 - 1, got -1'],
    [{ seed: 2 ** 53 }, 'seed: expected a whole number from 0 to 2^64 - 1, got 9007199254740992'],
    [{ size: 15 }, 'size: expected a whole number from 16 to 4096, got 15'],
    [{ negative: 3 }, 'negative: expected a text, got 3'],
    [{ dampAbove: 2 }, 'dampAbove: expected a number from 0 to 1, got 2'],
    [
      { guidanceInterval: [0.5, 0.2] },
      'guidanceInterval: expected two times from 0 to 1, the smaller first, got [0.5,0.2]',
    ],
    [
      { guidanceInterval: [0.5] },
      'guidanceInterval: expected two times from 0 to 1, the smaller first, got [0.5]',
    ],
    [{ vaeSample: 1 }, 'vaeSample: expected true or false, got 1'],
    [{ init: { picture, strength: 1.1 } }, 'init.strength: expected a number from 0 to 1, got 1.1'],
  ])('refuses %j', (options, message) => {
    expect(() => settingsOf(options as unknown as EditOptions)).toThrow(message)
  })

  it('takes seeds of 64 bits', () => {
    expect(settingsOf({ seed: 2n ** 64n - 1n })).toMatchObject({ seed: 2n ** 64n - 1n })
    expect(() => settingsOf({ seed: 2n ** 64n })).toThrow(
      'seed: expected a whole number from 0 to 2^64 - 1, got 18446744073709551616',
    )
  })

  it('refuses what a model does not take', () => {
    const taken = ['seed', 'steps'] as const
    expect(() => checkEdit(picture, 'a', { guidance: 2 }, { taken, by: 'tiny' })).toThrow(
      'guidance: tiny has no such option; leave it out',
    )
    expect(() =>
      checkEdit(
        picture,
        'a',
        { init: { picture: { ...picture, data: new Uint8Array() }, strength: 1 } },
        { taken },
      ),
    ).toThrow(/^init: this model/)
    expect(checkEdit(picture, 'a', { steps: 3 }, { taken }).steps).toBe(3)
  })

  it('refuses an option that there is not', () => {
    expect(() => settingsOf({ step: 4 } as EditOptions)).toThrow(
      /^step: expected an option of an edit \(steps, /,
    )
  })

  it('refuses pictures that the language model cannot read, in the words of the library', () => {
    expect(() => checkEdit({ width: 1, height: 20_000 }, 'make it winter')).toThrow(/crop it$/)
    expect(() => readableSize(picture, 32)).toThrow(/choose a larger size$/)
    expect(() => readableSize({ width: 1, height: 250 }, 512)).toThrow(/crop it/)
  })
})

describe('the table', () => {
  it.each(names)('accepts the default of %s, and describes it as the interface does', (name) => {
    const option = editOptions[name] as EditOption<unknown>
    expect(option.accepts(option.default)).toBe(true)
    expect(option.accepts(undefined)).toBe(false)
    const source = readFileSync(new URL('./options.ts', import.meta.url), 'utf8')
    const [, comment] =
      new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*readonly ${name}:`).exec(source) ?? []
    const text = comment!.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()
    expect(text.startsWith(`${option.doc} Default: `)).toBe(true)
    const value = option.default === '' ? "''" : JSON.stringify(option.default)?.replace(',', ', ')
    expect(text.slice(option.doc.length)).toContain(value)
    expect(text.includes("the model's own")).toBe(option.ofModel)
  })
})
