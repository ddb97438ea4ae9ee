import { Graph, matmul, reshape, type TensorValue, transpose } from 'pentimento/graph'
import type { Runtime, Session } from 'pentimento/onnx'
import type { PatchDirections } from './pca.ts'

/**
 * Latent tokens of pictures of one size, as the autoencoder that was made of a basis and `pack` give them: one
 * product of their patches with the basis, much quicker than through its layers.
 */
export class Projector {
  readonly #session: Session<'tokens'>
  readonly #directions: TensorValue

  private constructor(session: Session<'tokens'>, directions: TensorValue) {
    this.#session = session
    this.#directions = directions
  }

  /** @param size in pixels, whole tokens */
  static async open(
    runtime: Runtime,
    { patch, count, directions }: PatchDirections,
    { width, height }: { readonly width: number; readonly height: number },
  ): Promise<Projector> {
    const graph = new Graph()
    const planes = graph.input('planes', 'f32', [1, 3, height, width])
    const basis = graph.input('basis', 'f32', [count, 3 * patch ** 2])
    const [rows, columns] = [height / (2 * patch), width / (2 * patch)]
    // A token is four latents of each channel, row by row.
    const split = reshape(planes, [3, rows, 2, patch, columns, 2, patch])
    const patches = reshape(transpose(split, [1, 4, 2, 5, 0, 3, 6]), [rows * columns, 4, 3 * patch ** 2])
    const latents = matmul(patches, basis, { transposeB: true })
    const tokens = reshape(transpose(latents, [0, 2, 1]), [1, rows * columns, 4 * count])
    const session = await runtime.load({ tokens })
    return new Projector(session, { dtype: 'f32', shape: [count, 3 * patch ** 2], data: directions })
  }

  /** Latent tokens [1, N, 4 · channels] of planes [1, 3, height, width]. */
  async tokens(planes: TensorValue): Promise<TensorValue> {
    const { tokens } = await this.#session.run({ planes, basis: this.#directions })
    return tokens!
  }

  release(): Promise<void> {
    return this.#session.release()
  }
}
