import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, type Feeds, Graph, type ParameterSource, Parameters, type Tensor } from 'pentimento/graph'
import { doubleBlock, singleBlock, step1xEditDit } from 'pentimento/models'
import { openRuntime } from 'pentimento/onnx'
import { openCheckpoint } from 'pentimento/weights'
import { type Figures, median, type Perf, round3 } from '../measure.ts'
import { noise } from '../values.ts'
import { writeWeights } from './checkpoint.ts'

/** Of an edit at 256 pixels: the picture and its reference, and the instruction. */
const tokens = { image: 512, text: 400 } as const
const singles = 3
const rounds = 4
const { width, heads } = step1xEditDit

/**
 * A double block and three single ones at full size in int8, for two inputs as with guidance, with none kept from run to run:
 * streamed in turns with whole. CPU seconds are of all threads.
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
    const outputs = blocks(source)
    const load = (options: object) => runtime.load(outputs, { source, ...options })
    const sessions = { whole: await load({}), streamed: await load({ plan: 'streamed' }) }
    const times = { whole: [] as Spent[], streamed: [] as Spent[] }
    const feeds = [feedsOf(1), feedsOf(-1)]
    const names = Object.keys(sessions) as (keyof typeof sessions)[]
    for (let round = 0; round <= rounds; round++)
      for (const name of round % 2 === 0 ? names : [...names].reverse()) {
        const spent = await spentBy(() => sessions[name].runAll(feeds))
        // The first reads the file into the system's cache.
        if (round > 0) times[name].push(spent)
      }
    const figures: Record<string, number> = {}
    const ratio = (of: keyof Spent) => median(times.streamed.map((each, i) => each[of] / times.whole[i]![of]))
    perf.line(
      `streamed: ${ratio('wall').toFixed(2)}x the time of whole, ${ratio('cpu').toFixed(2)}x its CPU seconds`,
    )
    figures.streamed_toWhole = round3(ratio('wall'))
    figures.streamed_cpuToWhole = round3(ratio('cpu'))
    figures.streamed_whole_seconds = round3(median(times.whole.map(({ wall }) => wall)))
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

function blocks(source: ParameterSource): { y: Tensor } {
  const graph = new Graph()
  const w = new Parameters(graph, { source })
  const input = ([name, { dtype, shape }]: readonly [string, Feeds[string]]) =>
    [name, graph.input(name, dtype, shape)] as const
  const given = Object.fromEntries(Object.entries(feedsOf(1)).map(input))
  const context = { vector: given.vector!, cosines: given.cosines!, sines: given.sines! }
  const { image, text } = graph.segment('double.0', () =>
    doubleBlock(w.pp('double_blocks.0'), { image: given.image!, text: given.text! }, context, step1xEditDit),
  )
  let joint = graph.segment('single.0', () => concat([text, image], 1))
  for (let i = 0; i < singles; i++)
    joint = graph.segment(`single.${i}`, () =>
      singleBlock(w.pp('single_blocks').pp(i), joint, context, step1xEditDit),
    )
  return { y: joint }
}

function feedsOf(scale: number): Feeds {
  const table = [tokens.image + tokens.text, width / heads / 2]
  return {
    image: noise([1, tokens.image, width], scale),
    text: noise([1, tokens.text, width], scale),
    vector: noise([1, width], scale),
    cosines: noise(table),
    sines: noise(table),
  }
}
