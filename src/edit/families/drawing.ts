import type { TensorValue } from '../../graph/index.ts'
import type { Picture } from '../../image/index.ts'
import type { Autoencoder } from '../autoencoder/autoencoder.ts'
import type { StageClock } from '../progress.ts'
import type { DenoiseHooks } from '../sampling/hooks.ts'
import { halved, type Size, unpack } from '../sampling/sampling.ts'

/** The decoder of an edit's latents, and its hooks. */
export interface Shown {
  readonly clock: StageClock
  readonly autoencoder: Autoencoder
  /** Whether the autoencoder may stay loaded beside the part that draws. */
  readonly hasRoomForAll: boolean
}

/**
 * The picture of a latent. Its tiles are parts of the stage `decode`; elsewhere they only hear of a stop.
 * @param latent [1, channels, h, w]
 */
export function decodeShown(
  latent: TensorValue,
  { autoencoder, clock }: Pick<Shown, 'autoencoder' | 'clock'>,
): Promise<Picture> {
  return autoencoder.decode(latent, (done, total) => clock.tile(done / total))
}

/**
 * Hooks of denoising that tell a clock of every step, with previews. @param latentOf the latent of what a model sees as
 * clean
 */
export function shownSteps(
  shown: Shown,
  latentOf: (clean: TensorValue) => TensorValue = (clean) => clean,
): Required<DenoiseHooks> {
  const { clock, autoencoder, hasRoomForAll } = shown
  return {
    onPart: (step, done, parts) => clock.step(step + done / parts),
    onStep: (step, clean) =>
      clock.endStep(step + 1, async () => {
        // At half its size the work is a quarter.
        const picture = await decodeShown(halved(latentOf(clean())), shown)
        if (!hasRoomForAll) await autoencoder.release()
        return picture
      }),
  }
}

/** The latent of tokens [1, width·height, channels] of a grid, two latent pixels a token on a side. */
export function latentOfTokens(tokens: TensorValue, { width, height }: Size): TensorValue {
  return unpack(tokens, { width: 2 * width, height: 2 * height })
}
