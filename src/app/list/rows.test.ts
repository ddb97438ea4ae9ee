import { describe, expect, it } from 'vitest'
import { jobOf } from './rows.ts'

const settings = { list: '/lists/l.csv', output: 'edits', ending: '.png', options: { seed: 3, steps: 9 } }
const of = (values: Record<string, unknown>) =>
  jobOf({ line: 4, values: { picture: 'a.jpg', instruction: 'x', ...values } }, 1, settings)

describe('the edit of an entry', () => {
  it('takes what it leaves out from the command line, and has a numbered output', () => {
    expect(of({}).job).toMatchObject({
      picture: '/lists/a.jpg',
      instruction: 'x',
      output: 'edits/0002-a.png',
      options: { seed: 3, steps: 9 },
    })
  })

  it.each([
    [
      'texts, as tables have them',
      { seed: '7', steps: '', 'Guidance-Interval': '0.1, 0.9', 'vae sample': 'yes' },
    ],
    ['values, as JSON has them', { seed: 7, guidanceInterval: [0.1, 0.9], vaeSample: true }],
  ])('reads every option from %s', (_, values) => {
    expect(of(values).job?.options).toEqual({
      seed: 7,
      steps: 9,
      guidanceInterval: [0.1, 0.9],
      vaeSample: true,
    })
  })

  it('takes seeds of 64 bits', () => {
    expect(of({ seed: '18446744073709551615' }).job?.options.seed).toBe(2n ** 64n - 1n)
  })

  it('has an output below the folder, in folders of its own', () => {
    expect(of({ output: 'b/../c/d.png' }).job?.output).toBe('edits/c/d.png')
  })

  it('starts from another picture', () => {
    expect(of({ init: 'b.png', initStrength: '0.25' }).job?.init).toEqual({
      picture: '/lists/b.png',
      strength: 0.25,
    })
    expect(of({ init: 'b.png' }).job?.init?.strength).toBe(0.6)
  })

  it('takes further pictures: one, several in a cell, or a list', () => {
    expect(of({}).job?.more).toEqual([])
    expect(of({ with: 'b.png' }).job?.more).toEqual(['/lists/b.png'])
    expect(of({ With: 'b.png; c.png' }).job?.more).toEqual(['/lists/b.png', '/lists/c.png'])
    expect(of({ with: ['b.png', 'c;d.png'] }).job?.more).toEqual(['/lists/b.png', '/lists/c;d.png'])
  })

  it.each([
    [{ with: 'b.png;' }, 'with: expected a file, or several as a.jpg;b.jpg, got "b.png;"'],
    [{ with: [7] }, 'with: expected a file, or several as a.jpg;b.jpg, got [7]'],
    [{ instruction: '' }, 'instruction: expected a text, got nothing'],
    [{ picture: null }, 'picture: expected a text, got nothing'],
    [{ picture: 7 }, 'picture: expected a text, got 7'],
    [{ seed: 'abc' }, 'seed: expected a whole number from 0 to 2^64 - 1, got "abc"'],
    [
      { seed: 2 ** 60 },
      'seed: expected a whole number from 0 to 2^64 - 1, got 1152921504606847000; in JSON write it as a string',
    ],
    [{ seed: true }, 'seed: expected a whole number from 0 to 2^64 - 1, got true'],
    [{ steps: '0' }, 'steps: expected a whole number from 1 to 1000, got "0"'],
    [{ guidance: '0,8' }, 'guidance: expected a number from 0 to 100, got "0,8"'],
    [
      { guidanceInterval: '0.9,0.1' },
      'guidanceInterval: expected two times from 0 to 1, the smaller first, got "0.9,0.1"',
    ],
    [{ output: '../b.png' }, "output: expected a name within the folder of the outputs (-o), got '../b.png'"],
    [
      { output: 'a/../../b.png' },
      "output: expected a name within the folder of the outputs (-o), got 'a/../../b.png'",
    ],
    [{ output: '/b.png' }, "output: expected a name within the folder of the outputs (-o), got '/b.png'"],
    [
      { output: 'C:\\b.png' },
      "output: expected a name within the folder of the outputs (-o), got 'C:\\b.png'",
    ],
    [{ initStrength: '1' }, 'initStrength: expected a picture in init'],
    [{ init: 'b.png', initStrength: '2' }, 'initStrength: expected a number from 0 to 1, got "2"'],
    [{ seed: '1', Seed: '2' }, 'seed: expected it once, got it twice'],
  ])('is not made of %j', (values, problem) => {
    expect(of(values)).toEqual({ label: 'line 4', line: 4, problem })
  })

  it('names the known options beside an unknown one', () => {
    expect(of({ strength: 1 }).problem).toMatch(/^'strength' is not known, expected picture, .*, seed, /)
  })
})
