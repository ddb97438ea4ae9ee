// Compares the drafts of all recipes with test/golden/recipes, or makes that folder anew: see README.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Recipe, Source } from 'pentimento/dataset'
import { encodePicture, type Picture, readPicture, resizePicture } from 'pentimento/image'
import { Random } from 'pentimento/random'
import { openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { unknownScene } from '../../dataset/annotated.ts'
import {
  dataParts,
  jobsOf,
  mathematics,
  type RunResult,
  readRuns,
  runCase,
  runSources,
  runsFolder,
} from '../../dataset/recipeRuns.ts'
import { type Answers, packAnswers, recordingTools, unpackAnswers } from '../../dataset/recordedTools.ts'

/** The pictures, with their longer sides: faces and lettering need more pixels. */
const pictures: readonly (readonly [name: string, file: string, longest: number])[] = [
  ['astronaut', 'faces/astronaut.jpg', 304],
  ['desert', 'photos/jared-evans-119758.jpg', 144],
  ['lake', 'photos/sean-afnan-244576.jpg', 144],
  ['city', 'photos/tony-webster-97532.jpg', 144],
  ['leaves', 'photos/samuel-zeller-337041.jpg', 128],
  ['jellyfish', 'photos/ng-32703.jpg', 256],
  ['scene', 'photos/galen-crout-175291.jpg', 256],
  ['sign', 'photos/kait-herzog-8242.jpg', 256],
]

/** A meadow with bushes under a blue sky, which none of the photographs shows. */
function paintedMeadow(): Picture {
  const [width, height] = [128, 96]
  const random = new Random('meadow')
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sky = y < 36 + 6 * Math.sin(x / 9)
      const grain = sky ? random.below(3) : random.below(50) - 25 + 12 * Math.sin(x / 5 + y / 7)
      const colour = sky ? [140 + y / 2, 180 + y / 2, 238] : [52 + grain, 92 + grain, 26 + grain / 2]
      data.set(colour, 3 * (y * width + x))
    }
  return { width, height, data }
}

/** What each kind of recipe is tried on: how many variants, of which at most so many are kept, each unlike the others. */
function plan({ name, needs, from }: Recipe): { sources: readonly string[]; tries: number; most: number } {
  const [kind] = name.split('/')
  if (from === 'video') return { sources: ['video'], tries: 2, most: 2 }
  if (kind === 'ps_human') return { sources: ['astronaut', 'desert'], tries: 10, most: 7 }
  if (kind === 'tone_transfer')
    return { sources: ['desert', 'lake', 'city', 'meadow', 'scene'], tries: 8, most: 16 }
  if (needs.includes('stylizer')) return { sources: ['city'], tries: 3, most: 2 }
  if (kind === 'style_change') return { sources: ['city'], tries: 24, most: 12 }
  if (name === 'text_change/scene') return { sources: ['street', 'scene'], tries: 3, most: 4 }
  if (kind === 'text_change') return { sources: ['scene', 'lake'], tries: 4, most: 4 }
  if (needs.includes('matting')) return { sources: ['sign', 'jellyfish', 'lake'], tries: 3, most: 4 }
  return { sources: ['desert', 'lake', 'sign'], tries: 4, most: 4 }
}

const path = (name: string): string => fileURLToPath(new URL(name, runsFolder))

async function writeSources(): Promise<void> {
  writeFileSync(path('meadow.png'), await encodePicture(paintedMeadow(), 'png'))
  const files = new Map(pictures.map(([name, ...rest]) => [name, rest] as const))
  for (const [name, [file, longest]] of files) {
    const full = await readPicture(fileURLToPath(new URL(`../../pictures/${file}`, import.meta.url)))
    const scale = Math.min(1, longest / Math.max(full.width, full.height))
    const [width, height] = [Math.round(full.width * scale), Math.round(full.height * scale)]
    const whole = { width: full.width, height: full.height, data: full.data }
    const save = async (as: string, size: { width: number; height: number }) =>
      writeFileSync(
        path(`${as}.png`),
        await encodePicture(resizePicture(whole, { ...size, filter: 'lanczos' }), 'png'),
      )
    await save(name, { width, height })
    if (name === 'astronaut') await save('person', { width: 66, height: 70 })
  }
}

/** A photograph with words in it: a sign that the recipe of signs hung there. */
async function writeStreet(recipes: readonly Recipe[], scene: Source, tools: Toolbox): Promise<void> {
  const recipe = recipes.find(({ name }) => name === 'text_change/sign')!
  const donors = { cutout: () => Promise.resolve(undefined), picture: () => Promise.resolve(undefined) }
  for (let seed = 0; seed < 20; seed++) {
    const draft = await recipe
      .draft(scene, { tools, donors, random: new Random('street', seed), annotation: unknownScene })
      .catch(() => undefined)
    if (draft?.facts.kind !== 'text_change' || draft.facts.action !== 'replace') continue
    writeFileSync(path('street.png'), await encodePicture(draft.target, 'png'))
    return
  }
}

/** What tells one draft of a recipe from another: what was drawn out of a list. */
function signatureOf({ made, rejected }: RunResult): string {
  if (rejected) return `rejected ${rejected.reason}`
  const { parameters, facts } = made as {
    parameters: Record<string, unknown>
    facts: Record<string, unknown>
  }
  const names = ['look', 'direction', 'style', 'toPhoto', 'retouch', 'design', 'action', 'to']
  const drawn = names.map((name) => (typeof parameters[name] === 'object' ? '' : parameters[name]))
  return [...drawn, JSON.stringify(facts.material ?? facts.subject ?? '')].join()
}

/** Answers that are known, of which it notes those that were asked for. */
class NotedAnswers extends Map<string, unknown> {
  readonly asked: Answers = new Map()

  override get(question: string): unknown {
    const answer = super.get(question)
    this.asked.set(question, answer)
    return answer
  }
}

const known = new NotedAnswers(
  existsSync(path('answers.br')) ? unpackAnswers(readFileSync(path('answers.br'))) : [],
)
const { recipes, captioner } = await dataParts()
const tools = await openToolbox({ folder: toolsFolder(process.env) })

/** A draft by the real tools, where their answers are not known. */
function draftBy(recipe: Recipe, source: string, variant: number, sources: ReadonlyMap<string, Source>) {
  known.asked.clear()
  const recorded = recordingTools(known, tools, jobsOf(recipe))
  return runCase({ recipe: recipe.name, source, variant }, { recipes, captioner, sources, tools: recorded })
}

/** Lists the kept drafts that come out otherwise. @returns how many they are */
async function compare(sources: ReadonlyMap<string, Source>, names = recipes): Promise<number> {
  let differing = 0
  for (const wanted of readRuns().runs) {
    const recipe = names.find(({ name }) => name === wanted.recipe)
    if (recipe === undefined) continue
    const found = await draftBy(recipe, wanted.source, wanted.variant, sources)
    if (JSON.stringify(found) === JSON.stringify(wanted)) continue
    differing++
    console.log(`${wanted.recipe} on ${wanted.source}, variant ${wanted.variant}: differs`)
  }
  return differing
}

/** The drafts of a recipe, each unlike the others. */
async function choose(recipe: Recipe, sources: ReadonlyMap<string, Source>, kept: Answers) {
  const runs = new Map<string, RunResult>()
  const { sources: names, tries, most } = plan(recipe)
  for (let variant = 0; variant < tries; variant++)
    for (const name of names) {
      if (runs.size >= most) break
      const result = await draftBy(recipe, name, variant, sources)
      const signature = signatureOf(result)
      if (runs.has(signature)) continue
      runs.set(signature, result)
      for (const [question, answer] of known.asked) kept.set(question, answer)
    }
  console.log(recipe.name, [...runs.keys()].join(' | '))
  return [...runs.values()]
}

async function write(chosen: readonly Recipe[]): Promise<void> {
  const sources = await runSources()
  const others = recipes.filter((recipe) => !chosen.includes(recipe))
  if (others.length > 0 && (await compare(sources, others)) > 0)
    throw new Error('drafts of other recipes differ as well: choose these too')
  const before = others.length === 0 ? [] : readRuns().runs
  const kept: Answers = new Map()
  const runs: RunResult[] = []
  for (const recipe of recipes) {
    if (chosen.includes(recipe)) runs.push(...(await choose(recipe, sources, kept)))
    else {
      for (const run of before.filter((each) => each.recipe === recipe.name)) {
        runs.push(await draftBy(recipe, run.source, run.variant, sources))
        for (const [question, answer] of known.asked) kept.set(question, answer)
      }
    }
  }
  writeFileSync(path('drafts.json'), `${JSON.stringify({ mathematics: mathematics(), runs }, null, 1)}\n`)
  writeFileSync(path('answers.br'), packAnswers(kept))
}

const words = process.argv.slice(2)
const prefixes = words.filter((word) => !word.startsWith('--'))
mkdirSync(runsFolder, { recursive: true })
if (words.includes('--sources')) {
  await writeSources()
  await writeStreet(recipes, (await runSources()).get('scene')!, tools)
}
if (words.includes('--write')) {
  const isChosen = ({ name }: Recipe) => prefixes.some((prefix) => name.startsWith(prefix))
  await write(prefixes.length === 0 ? recipes : recipes.filter(isChosen))
} else {
  const differing = await compare(await runSources())
  console.log(`${differing} of ${readRuns().runs.length} differ`)
  process.exitCode = differing === 0 ? 0 : 1
}
await tools.close()
