// A LoRA on the small model of this package, from a list of pictures. Run it beside a folder `photos`.
import { trainOnPictures } from 'pentimento/train'

const { path, loss } = await trainOnPictures(
  [
    { source: 'photos/street.png', target: 'photos/street-grey.png', instruction: 'make it black and white' },
    { source: 'photos/garden.png', target: 'photos/garden-grey.png', instruction: 'make it black and white' },
  ],
  { model: 'nano', output: 'runs/grey', lora: { rank: 4 }, size: 128, steps: 20, learningRate: 1e-3 },
  { onStep: ({ step, smoothedLoss }) => console.log(`step ${step}  loss ${smoothedLoss.toFixed(3)}`) },
)
console.log(`${path}  loss ${loss.toFixed(3)}`)
