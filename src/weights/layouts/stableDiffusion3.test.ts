import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { openGolden } from '../../../test/golden.ts'
import { stabilityFile } from '../../../test/tinyBases.ts'
import { tensorValue } from '../../graph/index.ts'
import { assembled } from '../assembled.ts'
import { openCheckpoint, renamed } from '../checkpoint.ts'
import { readAll, writeAll } from '../tensors.ts'
import { stabilityTransformer } from './stableDiffusion3.ts'

it("Stability AI's single file holds the numbers of diffusers' folder", async () => {
  const diffusers = await openGolden('sd3/transformer_weights.safetensors')
  const file = join(await mkdtemp(join(tmpdir(), 'sd3-')), 'sd3.5_medium.safetensors')
  const whole = await stabilityFile()
  whole.set('first_stage_model.decoder.conv_in.weight', tensorValue('f32', [1], [1]))
  whole.set('strange.weight', tensorValue('f32', [1], [1]))
  await writeAll(file, whole)
  const source = await openCheckpoint(file)
  try {
    expect(stabilityTransformer(diffusers)).toBeUndefined()
    const plain = renamed(source, (path) => path.replace('model.diffusion_model.', ''))
    const view = assembled(plain, stabilityTransformer(plain)!)
    const found = await readAll(view)
    const wanted = await readAll(diffusers)
    // What belongs to no part is kept to be refused.
    expect([...found.keys()].sort()).toEqual([...wanted.keys(), 'strange.weight'].sort())
    for (const [path, value] of wanted) expect(found.get(path), path).toEqual(value)
  } finally {
    await source.close()
    await diffusers.close()
    await rm(dirname(file), { recursive: true })
  }
})
