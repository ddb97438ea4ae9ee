import { describe, expect, it } from 'vitest'
import { parseConfiguration } from './configuration.ts'
import { DatasetError } from './error.ts'

const parse = (content: unknown) => parseConfiguration('pentimento.dataset.json', JSON.stringify(content))
const sources = [{ path: 'photos' }]

it('fills in what is left out', () => {
  expect(parse({ sources })).toEqual({
    name: 'dataset',
    seed: 0,
    sources: [{ path: 'photos', licence: 'unknown', licences: {}, include: [], exclude: [] }],
    cutouts: [],
    size: 512,
    video: { every: 0.4, most: 240, clip: 8 },
    kinds: {},
    recipes: {},
    instructions: 2,
    modules: [],
    captions: { captioner: ['grammar'], inverse: false, style: {}, typos: 0 },
    judges: {},
    split: { train: 0.9, validation: 0.05, test: 0.05 },
    tools: {},
    checks: { unsafe: 0.7 },
    selection: {},
    limits: { concurrency: 2, retries: 2, secondsPerTriplet: 600 },
    store: {},
  })
})

describe('what does not fit is named by its path', () => {
  it.each([
    [{}, /sources: /],
    [{ sources: [] }, /sources: expected at least one place/],
    [{ sources: [{}] }, /sources\.0\.path: /],
    [{ sources: [{ path: 'a', license: 'b' }] }, /sources\.0: .*license/],
    [{ sources, kinds: { subject_add: 1 } }, /kinds: .*subject_add/],
    [{ sources, kinds: { 'subject-add': -1 } }, /kinds\.subject-add: /],
    [
      { sources, split: { train: 0.5, validation: 0.1, test: 0.1 } },
      /split: expected shares that together make 1/,
    ],
    [{ sources, size: 32 }, /size: /],
    [{ sources, seed: 0.5 }, /seed: /],
    [{ sources, colour: 'red' }, /the whole: .*colour/],
    [{ sources, name: 'a/b' }, /name: expected 1 to 64 letters/],
    [{ sources, store: { bucket: { bucket: 'b', endpoint: 'nowhere' } } }, /store\.bucket\.endpoint: /],
  ])('%j', (content, message) => {
    expect(() => parse(content)).toThrow(message)
    expect(() => parse(content)).toThrow(DatasetError)
  })

  it('what is no JSON, too', () => {
    expect(() => parseConfiguration('x.json', '{"sources": ')).toThrow(
      /^x\.json: not JSON \(.*\); correct the file$/,
    )
  })
})
