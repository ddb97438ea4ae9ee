import { expect, it } from 'vitest'
import { openGolden, readGolden } from '../../../test/golden.ts'
import { numbersOf } from '../../graph/index.ts'
import { readAll } from '../tensors.ts'
import { lastTaps } from './lastTaps.ts'

it('shows of a kernel over time the last tap, and other tensors as they are', async () => {
  const file = 'qwen-image-edit/vae_weights.safetensors'
  const checkpoint = await openGolden(file)
  try {
    const source = lastTaps(checkpoint)
    const [kernel, one, norm] = ['encoder.conv_in.weight', 'quant_conv.weight', 'encoder.norm_out.gamma']
    const whole = await readGolden(file)
    const taps = numbersOf(whole[kernel]!)
    const found = await readAll(source, [kernel, one, norm])
    expect(found.get(kernel)!.shape).toEqual([8, 3, 3, 3])
    expect(numbersOf(found.get(kernel)!)[9 * 5 + 4]).toBe(taps[27 * 5 + 18 + 4])
    expect(found.get(one)!.shape).toEqual([32, 32, 1, 1])
    expect(numbersOf(found.get(one)!)).toEqual(numbersOf(whole[one]!))
    expect(found.get(norm)).toEqual(whole[norm])
    expect(source.locate(kernel)).toBeUndefined()
    expect(source.locate(one)).toEqual(checkpoint.locate(one))
  } finally {
    await checkpoint.close()
  }
})
