import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunStep, type StepModel, StepSession } from 'pentimento/edit'
import { concat, type Feeds, type Parameters, type Tensor } from 'pentimento/graph'
import { doubleBlock, isFluxModulation, singleBlock, step1xEditDit } from 'pentimento/models'
import { openRuntime } from 'pentimento/onnx'
import { openCheckpoint } from 'pentimento/weights'
import { type Figures, median, type Perf, round3 } from '../measure.ts'
import { noise } from '../values.ts'
import { writeWeights } from './checkpoint.ts'

/** Of an edit at 256 pixels: the picture and its reference, and the instruction. */
const tokens = { image: 512, text: 400 } as const
const singles = 3
const rounds = 4
/** Steps of an edit, each evaluated for the instruction and without it. */
const steps = 28
const { width, heads } = step1xEditDit

/**
 * How blocks are run: their plan, and whether modulations are computed within each step or before all of them. `kept` keeps
 * the double block, two fifths of what a step needs, as the whole model does within 6 GB; the others keep nothing.
 */
const ways = {
  whole: { plan: 'whole', ahead: true, budget: 0 },
  wholeWithin: { plan: 'whole', ahead: false, budget: 0 },
  streamed: { plan: 'streamed', ahead: true, budget: 0 },
  kept: { plan: 'streamed', ahead: true, budget: 2.16e9 },
  streamedWithin: { plan: 'streamed', ahead: false, budget: 0 },
} as const
type Way = keyof typeof ways
const names = Object.keys(ways) as Way[]

/**
 * A double block and three single ones at full size in int8, with guidance, whole and streamed in turns. An edit counts as
 * 28 median steps, and once the pass over the modulations of all of them. CPU seconds are of all threads.
 */
export async function streamed(perf: Perf): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
  const runtime = await openRuntime({ provider: 'cpu' })
  try {
    const file = join(folder, 'blocks.safetensors')
    await writeWeights('step1x-edit-v1.0', file, 8, (path) =>
      /^(double_blocks\.0|single_blocks\.[0-2])\./.test(path),
    )
    const source = await openCheckpoint(file)
    const [moving, known] = [movingFeeds(), knownFeeds()]
    const sessions = {} as Record<Way, StepSession>
    const runs = {} as Record<Way, RunStep>
    const times = {} as Record<Way, Spent[]>
    for (const name of names) {
      sessions[name] = await StepSession.load({ ...model, ...ways[name], runtime, source })
      runs[name] = sessions[name].over(known)
      times[name] = []
    }
    const start = performance.now()
    // On a slow machine two rounds have to do.
    for (let round = 0; round <= 2 || (round <= rounds && performance.now() - start < 90e3); round++)
      for (const name of round % 2 === 0 ? names : [...names].reverse()) {
        const spent = await spentBy(() => runs[name](round, moving))
        // The first reads the file into the system's cache, and has the pass.
        if (round > 0) times[name].push(spent)
      }
    // A first step once more, which has the pass.
    const firsts = {} as Record<Way, Spent>
    for (const name of names.filter((each) => ways[each].ahead))
      firsts[name] = await spentBy(() => sessions[name].over(known)(0, moving))
    const step = (name: Way, of: keyof Spent): number => median(times[name].map((each) => each[of]))
    const pass = (name: Way, of: keyof Spent): number =>
      ways[name].ahead ? Math.max(0, firsts[name][of] - step(name, of)) : 0
    const edit = (name: Way, of: keyof Spent): number => steps * step(name, of) + pass(name, of)
    const ratio = (name: Way, to: Way, of: keyof Spent): number => edit(name, of) / edit(to, of)
    const figures: Record<string, number> = {}
    for (const name of names) {
      perf.line(
        `${name}: a step ${step(name, 'wall').toFixed(2)} s (CPU ${step(name, 'cpu').toFixed(2)} s), the pass ${pass(name, 'wall').toFixed(2)} s; an edit of ${steps} steps ${ratio(name, 'whole', 'wall').toFixed(2)}x whole (CPU ${ratio(name, 'whole', 'cpu').toFixed(2)}x)`,
      )
      figures[`${name}_step_seconds`] = round3(step(name, 'wall'))
      figures[`${name}_pass_seconds`] = round3(pass(name, 'wall'))
      figures[`${name}_toWhole`] = round3(ratio(name, 'whole', 'wall'))
      figures[`${name}_cpuToWhole`] = round3(ratio(name, 'whole', 'cpu'))
    }
    const before = [
      ratio('streamedWithin', 'wholeWithin', 'wall'),
      ratio('streamedWithin', 'wholeWithin', 'cpu'),
    ]
    perf.line(
      `modulations within steps: streamed ${before[0]!.toFixed(2)}x the time of whole, ${before[1]!.toFixed(2)}x its CPU seconds`,
    )
    figures.within_toWhole = round3(before[0]!)
    figures.within_cpuToWhole = round3(before[1]!)
    await source.close()
    return figures
  } finally {
    await runtime.close()
    await rm(folder, { recursive: true })
  }
}

interface Spent {
  readonly wall: number
  readonly cpu: number
}

async function spentBy(work: () => Promise<unknown>): Promise<Spent> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: (performance.now() - start) / 1e3, cpu: (user + system) / 1e6 }
}

/** What the blocks read that is not known before the first step. */
const movingFeeds = (): Feeds => ({ image: noise([1, tokens.image, width]) })

/** And what is, for each step with and without the instruction. */
function knownFeeds(): readonly (readonly Feeds[])[] {
  const still = {
    text: noise([1, tokens.text, width]),
    cosines: noise([tokens.image + tokens.text, width / heads / 2]),
    sines: noise([tokens.image + tokens.text, width / heads / 2]),
  }
  return Array.from({ length: steps }, (_, step) =>
    [1, -1].map((side) => ({ ...still, vector: noise([1, width], side * (1 + step / steps)) })),
  )
}

const model: Omit<StepModel, 'runtime' | 'source' | 'plan' | 'budget'> = {
  tokens: tokens.image + tokens.text,
  width,
  firstBlock: 'double_blocks.0.',
  isModulation: isFluxModulation,
  velocity: blocks,
}

function blocks(w: Parameters): Tensor {
  const { graph } = w
  const table = [tokens.image + tokens.text, width / heads / 2]
  const given = {
    image: graph.input('image', 'f32', [1, tokens.image, width]),
    text: graph.input('text', 'f32', [1, tokens.text, width]),
  }
  const context = {
    vector: graph.input('vector', 'f32', [1, width]),
    cosines: graph.input('cosines', 'f32', table),
    sines: graph.input('sines', 'f32', table),
  }
  const { image, text } = graph.segment('double.0', () =>
    doubleBlock(w.pp('double_blocks.0'), given, context, step1xEditDit),
  )
  let joint = graph.segment('single.0', () => concat([text, image], 1))
  for (let i = 0; i < singles; i++)
    joint = graph.segment(`single.${i}`, () =>
      singleBlock(w.pp('single_blocks').pp(i), joint, context, step1xEditDit),
    )
  return joint
}
