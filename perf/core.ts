import { openRuntime } from 'pentimento/onnx'
import { linear, measuredPeak } from './linear.ts'
import { loading } from './loading.ts'
import { type Figures, type Perf, round3 } from './measure.ts'
import { training } from './training.ts'

/** The core's figures: a linear layer, a training step, and the loading of a 12-billion-parameter graph. */
export async function core(perf: Perf): Promise<Figures> {
  const runtime = await openRuntime({ provider: 'cpu' })
  // First, so that nothing that was freed before hides what it takes.
  const loaded = await loading(perf, runtime)
  const peak = await measuredPeak(runtime)
  perf.line(`peak: ${peak.toFixed(0)} GFLOP/s, the best square product in fp32`)
  const figures = {
    peakGflops: round3(peak),
    ...(await linear(perf, runtime, peak)),
    ...(await training(perf, runtime)),
    ...loaded,
  }
  await runtime.close()
  return figures
}
