import * as t from 'pentimento/graph'
import { openRuntime } from 'pentimento/onnx'
import { TorchGenerator } from 'pentimento/random'
import { AdamW } from 'pentimento/train'
import { initialize, openCheckpoint, readAll, writeAll } from 'pentimento/weights'

// The model: two layers that say whether a point [x, y] lies inside the unit circle.
const network = (w: t.Parameters) => {
  const points = w.graph.input('points', 'f32', ['n', 2])
  const hidden = t.tanh(w.pp('hidden').linear(points, 16))
  return t.sigmoid(w.pp('out').linear(hidden, 1)) // [n, 1]
}

// Training it: the loss and its gradient with respect to every parameter are one more graph.
const w = new t.Parameters(new t.Graph())
const truth = w.graph.input('truth', 'f32', ['n', 1])
const loss = t.reduceMean(t.square(t.sub(network(w), truth)))
const { parameters } = t.program({ loss })
const gradients = t.grad(loss, parameters)

const runtime = await openRuntime()
const training = await runtime.load({ loss, ...gradients })
const optimizer = new AdamW(await readAll(initialize(parameters, { seed: 1 })), { learningRate: 0.02 })
const random = new TorchGenerator(2)
for (let step = 0; step <= 400; step++) {
  const xy = random.randn(128)
  const inside = xy.filter((_, i) => i % 2 === 0).map((x, i) => Number(Math.hypot(x, xy[2 * i + 1]!) < 1))
  const batch = { points: t.tensorValue('f32', [64, 2], xy), truth: t.tensorValue('f32', [64, 1], inside) }
  const result = await training.run({ ...batch, ...optimizer.weights }, { into: optimizer.gradients })
  optimizer.step()
  if (step % 100 === 0) console.log(`step ${step}: loss ${result.loss!.data[0]}`)
}

// What was learned is a checkpoint like any other: the same function reads it from the file.
await writeAll('circle.safetensors', new Map(Object.entries(optimizer.weights)))
const source = await openCheckpoint('circle.safetensors')
const session = await runtime.load({ y: network(new t.Parameters(new t.Graph(), { source })) }, { source })
const points = t.tensorValue('f32', [2, 2], [0.2, 0.3, 2, 1])
console.log('inside, outside:', (await session.run({ points })).y.data)
await runtime.close()
