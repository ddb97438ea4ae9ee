import { type EditOptions, type EditProgress, openEditor, type Plan } from 'pentimento/edit'
import type { Picture } from 'pentimento/image'
import { type Figures, type Perf, round3 } from '../measure.ts'
import { watchPeaks } from './peaks.ts'

export interface Measured {
  /** Seconds of a denoising step, both branches of guidance. */
  readonly step: number
  readonly read: number
  readonly encode: number
  readonly decode: number
  readonly anonymousGB: number
  readonly fileGB: number
}

/**
 * Edits of few steps at full size: whole, and streamed under 6 GB. A step is two evaluations, for there is guidance. What
 * comes first is left out: of a whole model the evaluation that loads it, of a streamed one the step that finds its file
 * not yet in the system's cache.
 */
export async function edits(perf: Perf, folder: string, sizes: readonly number[]): Promise<Figures> {
  const figures: Record<string, number> = {}
  for (const size of sizes) {
    const stepOf: Partial<Record<Plan, number>> = {}
    for (const plan of ['streamed', 'whole'] as const) {
      const found = await measuredEdit(folder, size, plan)
      stepOf[plan] = found.step
      const gflops = (2 * gflopOf(size)) / found.step
      perf.line(
        `${size} px ${plan}: ${found.step.toFixed(1)} s a step (${gflops.toFixed(0)} GFLOP/s), language model ${found.read.toFixed(1)} s, ` +
          `encoder ${found.encode.toFixed(1)} s, decoder ${found.decode.toFixed(1)} s; at most ${found.anonymousGB.toFixed(1)} GB anonymous, ${found.fileGB.toFixed(1)} GB file-backed`,
      )
      for (const [key, value] of Object.entries({ ...found, gflops }))
        figures[`edit_${size}_${plan}_${key}`] = round3(value)
    }
    const ratio = stepOf.streamed! / stepOf.whole!
    perf.line(`${size} px: streamed takes ${ratio.toFixed(2)}x the time of whole`)
    figures[`edit_${size}_streamedToWhole`] = round3(ratio)
  }
  return figures
}

/** An edit of a checkpoint in int8, of one step whole and of two streamed. */
export async function measuredEdit(
  folder: string,
  size: number,
  plan: Plan,
  options: EditOptions = {},
): Promise<Measured> {
  const started = new Map<string, number>()
  const peaks = watchPeaks()
  const editor = await openEditor(folder, {
    precision: 'int8',
    provider: 'cpu',
    plan,
    memory: plan === 'streamed' ? 6e9 : 20e9,
  })
  const onProgress = ({ stage, done }: EditProgress) => {
    const key = stage === 'denoise' ? `denoise ${done}` : stage
    if (!started.has(key)) started.set(key, performance.now())
  }
  const text = 'make the sky look like late evening, with warm light on the houses'
  const begin = performance.now()
  try {
    await editor.edit(testPicture(size), text, {
      ...options,
      steps: plan === 'whole' ? 1 : 2,
      size,
      onProgress,
    })
  } finally {
    await editor.close()
    await peaks.stop()
  }
  const end = performance.now()
  const at = (key: string) => started.get(key)!
  // Of a whole model the first evaluation loads it; the second is as long as the first of all other steps.
  const step = plan === 'whole' ? 2 * (at('denoise 1') - at('denoise 0.5')) : at('decode') - at('denoise 1')
  return {
    step: step / 1e3,
    read: (at('encode') - begin) / 1e3,
    encode: (at('denoise 0') - at('encode')) / 1e3,
    decode: (end - at('decode')) / 1e3,
    anonymousGB: peaks.anonymous / 1e9,
    fileGB: peaks.file / 1e9,
  }
}

/** Work of one evaluation: blocks over all tokens, text and picture and reference, in GFLOP. */
function gflopOf(size: number): number {
  // The text of this instruction and its picture in the language model, and one token for the padding.
  const n = 2 * (size / 16) ** 2 + textTokens
  const h = 3072
  const perBlock = 24 * n * h ** 2 + 4 * n ** 2 * h
  return (19 * perBlock + 38 * perBlock) / 1e9
}
const textTokens = 400

function testPicture(size: number): Picture {
  const data = Uint8Array.from(
    { length: 3 * size * size },
    (_, i) => 127 + 100 * Math.sin(i / 97) * Math.cos(i / 3001),
  )
  return { width: size, height: size, data }
}
