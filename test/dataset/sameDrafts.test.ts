import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { toolsFor } from '../recipes.ts'
import { dataParts, jobsOf, mathematics, readRuns, runCase, runSources, runsFolder } from './recipeRuns.ts'
import { replayedTools, unpackAnswers } from './recordedTools.ts'

/* Every recipe makes the drafts that it once made: pixels, facts, parameters and instructions. */

const { recipes, captioner } = await dataParts()
const sources = await runSources()
const answers = unpackAnswers(readFileSync(new URL('answers.br', runsFolder)))
const kept = readRuns()
const { tools, missing: withoutFonts } = await toolsFor(['fonts'])
afterAll(() => tools.close())

/** Where this platform's mathematics differ in their last bits, pixels and measures may, and only words are compared. */
const exact = mathematics() === kept.mathematics

it('all recipes are among the drafts', () => {
  expect(new Set(kept.runs.map(({ recipe }) => recipe))).toEqual(new Set(recipes.map(({ name }) => name)))
})

describe.each(recipes)('$name', (recipe) => {
  const wanted = kept.runs.filter((run) => run.recipe === recipe.name)
  const needsFonts = recipe.needs.includes('fonts')

  // Without fonts there is nothing to write with.
  it.skipIf(needsFonts && withoutFonts)('makes the same drafts as ever', async () => {
    const [version] = wanted.map((run) => run.version)
    const advice = 'make its drafts anew: test/golden/scripts/README.md'
    expect(recipe.version, `the version was raised: ${advice}`).toBe(version)
    const fonts = needsFonts ? tools.get('fonts') : undefined
    const replayed = replayedTools(answers, jobsOf(recipe), fonts)
    for (const run of wanted) {
      const found = await runCase(run, { recipes, captioner, sources, tools: replayed })
      const what = `${run.source}, variant ${run.variant}`
      if (exact) expect(found, what).toEqual(run)
      else expect(found.made?.instructions, what).toEqual(run.made?.instructions)
    }
  })
})
