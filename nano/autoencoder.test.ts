import { dataOf, Graph, Parameters, type TensorValue } from 'pentimento/graph'
import { fromPlanes, peakSignalToNoise, toPlanes } from 'pentimento/image'
import { decode, encode } from 'pentimento/models'
import { openRuntime, type Runtime } from 'pentimento/onnx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waves } from '../test/waves.ts'
import { basisOfWeights, projectionWeights } from './autoencoder.ts'
import { PatchMoments, symmetricEigen } from './pca.ts'
import { Projector } from './projector.ts'
import { nanoAutoencoder } from './sizes.ts'

const { patch, latentChannels: count } = nanoAutoencoder

function basisOf(planes: TensorValue) {
  const [, , height, width] = planes.shape as [number, number, number, number]
  const moments = new PatchMoments(patch)
  moments.add(planes.data as Float32Array, { width, height })
  return moments.basis(count)
}

describe('the basis of patches', () => {
  it('is orthonormal, with the direction of most variance first', () => {
    const basis = basisOf(toPlanes(waves(64, 48, 1)))
    const size = 3 * patch * patch
    for (let i = 0; i < count; i += 7)
      for (let j = 0; j < count; j += 7) {
        let dot = 0
        for (let k = 0; k < size; k++)
          dot += basis.directions[i * size + k]! * basis.directions[j * size + k]!
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 5)
      }
    const variances = [...basis.variances]
    expect(variances).toEqual([...variances].sort((a, b) => b - a))
  })

  it('comes from the eigenvectors of a matrix', () => {
    // Eigenvalues of [[2, 1], [1, 2]] are 3 and 1.
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
    expect([...values].sort()).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)])
    expect(Math.abs(vectors[0]! * vectors[1]! + vectors[2]! * vectors[3]!)).toBeLessThan(1e-12)
  })
})

describe('the autoencoder of a basis', () => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await openRuntime({ provider: 'cpu', threads: 1 })
  })
  afterAll(() => runtime.close())

  it('projects on it, and decodes what it projected', async () => {
    const planes = toPlanes(waves(64, 48, 1))
    const basis = basisOf(planes)
    const weights = projectionWeights(nanoAutoencoder, basis)
    const graph = new Graph()
    const w = new Parameters(graph)
    const { mean, logVariance } = encode(w, graph.input('picture', 'f32', planes.shape), nanoAutoencoder)
    const session = await runtime.load({ mean, logVariance, decoded: decode(w, mean, nanoAutoencoder) })
    const found = await session.run({ picture: planes, ...Object.fromEntries(weights) })
    expect(found.mean!.shape).toEqual([1, count, 6, 8])
    expect(basisOfWeights(nanoAutoencoder, Object.fromEntries(weights)).directions).toEqual(basis.directions)
    // The same numbers in the order of tokens.
    const projector = await Projector.open(runtime, basis, { width: 64, height: 48 })
    const tokens = (await projector.tokens(planes)).data as Float32Array
    await projector.release()
    const latent = dataOf(found.mean!, 'f32')
    expect(tokens).toHaveLength(latent.length)
    for (let at = 0; at < tokens.length; at += 97) {
      const [token, k, corner] = [Math.floor(at / (4 * count)), Math.floor(at / 4) % count, at % 4]
      const [row, column] = [2 * Math.floor(token / 4) + (corner >> 1), 2 * (token % 4) + (corner & 1)]
      expect(tokens[at]).toBeCloseTo(latent[(k * 6 + row) * 8 + column]!, 2)
    }
    expect(Math.max(...dataOf(found.logVariance!, 'f32'))).toBeLessThan(-20)
    // What the basis leaves of the picture, and no more than that, is lost.
    expect(peakSignalToNoise(fromPlanes(found.decoded!), fromPlanes(planes))).toBeGreaterThan(35)
  })

  it('says so when its channels are too few', () => {
    const basis = basisOf(toPlanes(waves(64, 48, 1)))
    expect(() => projectionWeights({ ...nanoAutoencoder, channels: 128 }, basis)).toThrow(
      'autoencoder: expected channels for 64 numbers of either sign and two constants in each of 8 groups, got 128',
    )
  })
})
