import { attention as attend, Graph, type TensorValue } from 'pentimento/graph'
import { measurePeak, openRuntime } from 'pentimento/onnx'
import { type Figures, inTurns, type Perf, round3 } from './measure.ts'

/** Batch, heads, tokens, head width: from a small model's to the full editor's at 512 and 768 pixels. */
const shapes = [
  [1, 4, 64, 64],
  [8, 4, 128, 64],
  [1, 8, 256, 64],
  [1, 16, 256, 64],
  [1, 24, 512, 128],
  [1, 24, 1024, 128],
  [1, 24, 2304, 128],
] as const

/** Plain against fused attention by size: where `attention: 'auto'` should change over. */
export async function attention(perf: Perf): Promise<Figures> {
  const runtime = await openRuntime({ provider: 'cpu' })
  const figures: Record<string, number> = {}
  for (const shape of shapes) {
    const [batch, heads, tokens, width] = shape
    const graph = new Graph()
    const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.input(name, 'f32', shape))
    const y = attend({ q: q!, k: k!, v: v! })
    const value = (seed: number): TensorValue => ({
      dtype: 'f32',
      shape,
      data: Float32Array.from({ length: batch * heads * tokens * width }, (_, i) => Math.sin(i * 1.3 + seed)),
    })
    const feeds = { q: value(1), k: value(2), v: value(3) }
    const place = { into: { y: value(0) } }
    const plain = await runtime.load({ y }, { attention: 'plain' })
    const fused = await runtime.load({ y }, { attention: 'fused' })
    const { growth: fusedMemory } = await measurePeak(() => fused.run(feeds, place))
    const { growth: plainMemory } = await measurePeak(() => plain.run(feeds, place))
    const rounds = await inTurns(
      { plain: () => plain.run(feeds, place), fused: () => fused.run(feeds, place) },
      tokens > 1000 ? 5 : 25,
    )
    const ratio = rounds.ratio('plain', 'fused')
    const scores = batch * heads * tokens * tokens
    perf.line(
      `[${shape}] ${(scores / 1e6).toFixed(2)} M scores: plain ${rounds.median.plain.toFixed(2)} ms and ` +
        `${(plainMemory / 2 ** 20).toFixed(0)} MiB, fused ${rounds.median.fused.toFixed(2)} ms and ` +
        `${(fusedMemory / 2 ** 20).toFixed(0)} MiB: fused is ${ratio.toFixed(2)}x as fast`,
    )
    figures[`fused_${shape.join('x')}`] = round3(ratio)
    await plain.release()
    await fused.release()
  }
  await runtime.close()
  return figures
}
