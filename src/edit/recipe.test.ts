import { describe, expect, it } from 'vitest'
import { type ModelRecipe, parseRecipe } from './recipe.ts'
import { sameEdit } from './sameEdit.ts'

const recipe: ModelRecipe = {
  pentimento: '0.1.0',
  algorithm: 1,
  picture: { path: 'photo.jpg', sha256: 'aa' },
  instruction: 'make it red',
  options: { seed: 3, steps: 8, guidanceInterval: [0, 0.5] },
  init: { path: 'start.png', sha256: 'bb', strength: 0.5 },
  model: {
    folder: 'tiny',
    variant: 'v1.1',
    precision: 'fp32',
    plan: 'whole',
    provider: 'cpu',
    quotes: 'paired',
    files: { transformer: 'sha256:1', autoencoder: 'sha256:2' },
    loras: [{ file: 'a.safetensors', strength: 1, identity: 'sha256:3' }],
  },
  saved: { quality: 80, metadata: 'safe' },
  result: 'cc',
}

/** With how each part ran. */
function ran(languageModel: 'fp32' | 'int8', plan: 'whole' | 'streamed' = 'whole'): ModelRecipe {
  const part = { precision: 'fp32', plan } as const
  const parts = { transformer: part, autoencoder: part, languageModel: { ...part, precision: languageModel } }
  return { ...recipe, model: { ...recipe.model, parts } }
}

describe('sameEdit', () => {
  it('counts the precision of every part, not how it was held in memory, where both tell it', () => {
    expect(sameEdit(ran('fp32'), ran('int8'))).toBe(false)
    expect(sameEdit(ran('fp32'), ran('fp32', 'streamed'))).toBe(true)
    expect(sameEdit(recipe, ran('int8'))).toBe(true)
    expect(sameEdit(ran('int8'), recipe)).toBe(true)
  })

  it.each<[string, Partial<ModelRecipe>]>([
    ['a folder that has moved', { picture: { ...recipe.picture, path: '../elsewhere/photo.jpg' } }],
    ['another version of the package', { pentimento: '9.9.9' }],
    [
      'a renamed model and LoRA',
      {
        model: {
          ...recipe.model,
          folder: 'other',
          loras: [{ ...recipe.model.loras[0]!, file: 'b.safetensors' }],
        },
      },
    ],
    ['weights that come from the disk', { model: { ...recipe.model, plan: 'streamed' } }],
    [
      'fields in another order',
      {
        options: { guidanceInterval: [0, 0.5], steps: 8, seed: 3 },
        model: { ...recipe.model, files: { autoencoder: 'sha256:2', transformer: 'sha256:1' } },
      },
    ],
    [
      'options that are left out by name',
      { options: { ...recipe.options, negative: undefined } as ModelRecipe['options'] },
    ],
    ['another result', { result: 'dd' }],
  ])('takes %s for the same', (_, change) => {
    expect(sameEdit(recipe, { ...recipe, ...change })).toBe(true)
  })

  it('takes seed 0 and none for the same', () => {
    expect(sameEdit({ ...recipe, options: {} }, { ...recipe, options: { seed: 0 } })).toBe(true)
    expect(sameEdit({ ...recipe, saved: undefined }, { ...recipe, saved: {} })).toBe(true)
  })

  it.each<[string, Partial<ModelRecipe>]>([
    ['another picture', { picture: { ...recipe.picture, sha256: 'ab' } }],
    ['another instruction', { instruction: 'make it blue' }],
    ['another seed', { options: { ...recipe.options, seed: 4 } }],
    ['another interval', { options: { ...recipe.options, guidanceInterval: [0, 0.6] } }],
    ['no init picture', { init: undefined }],
    ['another strength of it', { init: { ...recipe.init!, strength: 0.6 } }],
    [
      'other weights',
      { model: { ...recipe.model, files: { ...recipe.model.files, transformer: 'sha256:9' } } },
    ],
    ['another precision', { model: { ...recipe.model, precision: 'int8' } }],
    [
      'another LoRA',
      { model: { ...recipe.model, loras: [{ ...recipe.model.loras[0]!, identity: 'sha256:9' }] } },
    ],
    [
      'another strength of a LoRA',
      { model: { ...recipe.model, loras: [{ ...recipe.model.loras[0]!, strength: 0.5 }] } },
    ],
    ['no LoRA', { model: { ...recipe.model, loras: [] } }],
    ['another version of the algorithm', { algorithm: 2 }],
    ['a recipe from before there were versions', { algorithm: undefined }],
    ['another quality', { saved: { ...recipe.saved, quality: 90 } }],
    ['other metadata', { saved: { ...recipe.saved, metadata: 'none' } }],
  ])('tells %s', (_, change) => {
    expect(sameEdit(recipe, { ...recipe, ...change })).toBe(false)
    expect(sameEdit({ ...recipe, ...change }, recipe)).toBe(false)
  })
})

describe('parseRecipe', () => {
  it('gives a recipe as it was written', () => {
    const text = JSON.stringify(recipe)
    expect(JSON.stringify(parseRecipe('a.png', text))).toBe(text)
  })

  it('takes recipes of earlier versions', () => {
    const { algorithm: _, saved: __, ...earlier } = recipe
    expect(parseRecipe('a.png', JSON.stringify(earlier))).toEqual(earlier)
  })

  it.each([
    ['no JSON', '{'],
    ['another thing', '[]'],
    ['a number for the instruction', JSON.stringify({ ...recipe, instruction: 7 })],
    ['a depth without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('refuses %s in one line', (_, text) => {
    expect(() => parseRecipe('a.png', text)).toThrow(/^a\.png: [^\n]*; the recipe in the picture is damaged$/)
  })
})
