import { parseArgs } from 'node:util'
import { attention } from './attention.ts'
import { bench } from './bench/index.ts'
import { captions } from './captions.ts'
import { checks } from './checks/index.ts'
import { core } from './core.ts'
import { darkroom } from './darkroom/index.ts'
import { dataset } from './dataset.ts'
import { detail } from './detail.ts'
import { eyes } from './eyes/index.ts'
import { families } from './fullSize/families.ts'
import { fullSize, streaming } from './fullSize/index.ts'
import { streamed } from './fullSize/streamed.ts'
import { generate } from './generate.ts'
import { type Figures, machine, type Perf, save } from './measure.ts'
import { memoryPlan } from './memory.ts'
import { nanoChance } from './nano/chance.ts'
import { nano } from './nano.ts'
import { overfitting } from './overfit.ts'
import { planner } from './planner/index.ts'
import { prepacked } from './prepacked.ts'
import { quantize } from './quantize.ts'
import { scale } from './scale.ts'
import { server } from './server/index.ts'
import { soak } from './soak.ts'
import { trainStep } from './train.ts'

/** Every command: measures, prints lines, and returns the figures it printed. */
const commands: Readonly<Record<string, (perf: Perf) => Promise<Figures>>> = {
  core,
  attention,
  prepacked,
  quantize,
  'full-size': fullSize,
  families,
  generate,
  detail,
  streaming,
  streamed,
  dataset,
  captions,
  train: trainStep,
  overfit: overfitting,
  soak,
  memory: memoryPlan,
  nano,
  'nano-chance': nanoChance,
  planner,
  darkroom,
  eyes,
  bench,
  checks,
  scale,
  server,
}

/** Flags with a value, which only some commands have. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  nano: ['model', 'data', 'most', 'sheet'],
  soak: ['edits', 'opens', 'callers'],
  bench: ['only'],
  generate: ['only'],
  families: ['only'],
  checks: ['half', 'most', 'only', 'data', 'from'],
  darkroom: ['only', 'photos', 'most', 'sheet', 'fonts', 'face', 'steps', 'megapixels'],
  eyes: ['bench'],
  scale: ['sources', 'only', 'seconds'],
  server: ['edits', 'killed', 'clients', 'pause'],
}

/** Flags without a value, which only some commands have. */
const switchesOf: Readonly<Record<string, readonly string[]>> = { planner: ['failures'], checks: ['made'] }

interface Request {
  readonly name: string
  readonly save: boolean
  readonly flags: Perf['flags']
}

/** Nothing where the arguments are no command with its flags. */
function requestOf([name = '', ...rest]: readonly string[]): Request | undefined {
  if (!Object.hasOwn(commands, name)) return undefined
  const options: Record<string, { type: 'string' | 'boolean' }> = { save: { type: 'boolean' } }
  for (const flag of flagsOf[name] ?? []) options[flag] = { type: 'string' }
  for (const flag of switchesOf[name] ?? []) options[flag] = { type: 'boolean' }
  try {
    const { save = false, ...given } = parseArgs({ args: rest, options }).values
    const flags = Object.fromEntries(Object.entries(given).map(([flag, value]) => [flag, String(value)]))
    return { name, save: save === true, flags }
  } catch {
    return undefined
  }
}

const args = process.argv.slice(2)
const request = requestOf(args)
if (!request) {
  console.error(
    `perf: expected one of ${Object.keys(commands).join(', ')}, then perhaps --save, for nano also --model, --data or --sheet with a folder, or --most with a number, for soak --edits, --opens or --callers with a number, for planner --failures, for darkroom --only, --photos, --fonts, --most, --sheet, --face, --steps or --megapixels, for eyes --bench with a folder, for bench, generate or families --only, for scale --sources, --only or --seconds, for checks --half, --most, --only, --data, --from or --made, got '${args.join(' ')}'`,
  )
  process.exitCode = 2
} else {
  const { name, save: isSaved, flags } = request
  console.log(Object.values(machine()).join(' · '))
  const figures = await commands[name]!({ line: (text) => console.log(text), flags })
  // A part leaves the figures of the whole as they are.
  if (isSaved) await save([name, ...(flags.only?.split(',') ?? [])].join('-'), figures)
  console.log(JSON.stringify({ perf: name, ...figures }))
}
