import { EditError } from '../error.ts'

/** @throws EditError when a number is NaN or infinite: no picture can be made of it */
export function checkFinite(data: Float32Array, where: string): void {
  // Sums of finite numbers may overflow: each is checked individually.
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw new EditError(
      'numbers',
      `${where}: expected finite numbers, got ${data[at]} from the model; check its files and LoRAs for NaN, infinite or huge weights`,
    )
}
