import { readdirSync } from 'node:fs'
import { readPicture, resizePicture } from 'pentimento/image'
import { openRuntime } from 'pentimento/onnx'
import { makeEncoder, measureEncoder } from './encoder.ts'

const args = Object.fromEntries(process.argv.slice(2).map((a) => a.split('=')))
const runtime = await openRuntime({ provider: 'cpu', threads: Number(args.threads ?? 2) })
const photos = []
for (const f of readdirSync('/work/shared/photos')
  .filter((f) => f.endsWith('.jpg'))
  .sort()) {
  const p = await readPicture('/work/shared/photos/' + f)
  const k = 512 / Math.min(p.width, p.height)
  photos.push(resizePicture(p, { width: Math.round(p.width * k), height: Math.round(p.height * k) }))
}
const t0 = performance.now()
let smooth = 0
const encoder = await makeEncoder(runtime, args.folder!, {
  photos,
  steps: Number(args.steps),
  sightSteps: Number(args.sight),
  holdOut: args.hold === '1',
  edits: Number(args.edits ?? 64),
  ...(args.states && { states: args.states }),
  onStep: (part, step, loss) => {
    smooth = step === 1 ? loss : 0.95 * smooth + 0.05 * loss
    if (step % 25 === 0 || step < 4)
      console.log(
        part,
        step,
        loss.toFixed(4),
        smooth.toFixed(4),
        ((performance.now() - t0) / 1000).toFixed(1),
      )
  },
})
console.log(
  'held-out',
  JSON.stringify(await measureEncoder(runtime, encoder, photos, {}), (_, v) =>
    typeof v === 'number' ? Math.round(v * 1000) / 1000 : v,
  ),
)
console.log(
  'hasty held-out',
  JSON.stringify(await measureEncoder(runtime, encoder, photos, { hasty: 1 }), (_, v) =>
    typeof v === 'number' ? Math.round(v * 1000) / 1000 : v,
  ),
)
console.log(
  'training',
  JSON.stringify(await measureEncoder(runtime, encoder, photos, { part: 'training' }), (_, v) =>
    typeof v === 'number' ? Math.round(v * 1000) / 1000 : v,
  ),
)
await runtime.close()
