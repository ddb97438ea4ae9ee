import type { TensorValue } from '../../graph/index.ts'

/** Called while denoising. An error that a hook throws stops it. */
export interface DenoiseHooks {
  /** After each part of a step: parts done and parts in a step. */
  onPart?(step: number, done: number, parts: number): void
  /** After each step, with the clean tokens as the model now sees them. */
  onStep?(step: number, clean: () => TensorValue): Promise<void>
}
