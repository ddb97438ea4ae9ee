import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { elementCount } from 'pentimento/graph'
import { measurePeak } from 'pentimento/onnx'
import { createSafetensors, quantizeCheckpoint } from 'pentimento/weights'
import { type Figures, median, type Perf, round3, time } from './measure.ts'

/** Linear layers of the full editor's size, bf16: 1.9 GB. */
const layers = 25
const shape = [12288, 3072] as const

/**
 * Quantises a checkpoint of bf16 weights from disk to disk: the speed beside that of copying the same file, and
 * the memory, which does not grow with the checkpoint.
 */
export async function quantize(perf: Perf): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'pentimento-'))
  try {
    const source = join(folder, 'bf16.safetensors')
    await writeNoise(source)
    const weights = layers * elementCount(shape)
    const gigabytes = (await stat(source)).size / 1e9
    const figures: Record<string, number> = { gigabytes: round3(gigabytes) }
    // The baseline is the same reader and writer without any arithmetic: everything is left as it is.
    const runs: Readonly<Record<string, () => true | string>> = {
      copy: () => 'left for comparison',
      int8: () => true,
      int4: () => true,
    }
    const times: Record<string, number[]> = { copy: [], int8: [], int4: [] }
    const memory: Record<string, number> = {}
    for (let round = 0; round < 3; round++)
      for (const [name, select] of Object.entries(runs)) {
        const target = join(folder, `${name}.safetensors`)
        const bits = name === 'int4' ? 4 : 8
        const { growth } = await measurePeak(async () => {
          times[name]!.push(await time(() => quantizeCheckpoint(source, target, { bits, select })))
        })
        memory[name] = Math.max(memory[name] ?? 0, growth)
        await rm(target)
      }
    for (const name of ['int8', 'int4']) {
      const speed = weights / median(times[name]!) / 1e3
      const ratio = median(times.copy!) / median(times[name]!)
      perf.line(
        `${name} of ${gigabytes.toFixed(1)} GB bf16, disk to disk: ${speed.toFixed(0)} M weights/s, ` +
          `${ratio.toFixed(2)}x the speed of a plain copy, ${(memory[name]! / 2 ** 20).toFixed(0)} MiB more memory`,
      )
      figures[`${name}_MWeightsPerSecond`] = round3(speed)
      figures[`${name}_ofCopy`] = round3(ratio)
      figures[`${name}_MiB`] = Math.round(memory[name]! / 2 ** 20)
    }
    return figures
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function writeNoise(file: string): Promise<void> {
  const declared = Array.from({ length: layers }, (_, i) => ({
    name: `layers.${i}.weight`,
    dtype: 'BF16' as const,
    shape,
  }))
  const writer = await createSafetensors(file, declared)
  // bf16 patterns of numbers between 2⁻⁸ and 2⁻⁶, both signs.
  const bytes = new Uint16Array(elementCount(shape))
  for (let i = 0; i < bytes.length; i++) {
    const noise = Math.imul(i, 2654435761) >>> 16
    bytes[i] = ((noise & 1) << 15) | (0x3b80 + (noise >>> 8))
  }
  for (const { name } of declared) await writer.write(name, new Uint8Array(bytes.buffer))
  await writer.commit()
}
