import { Graph, Parameters, program } from 'pentimento/graph'
import type { Step1xEditConfig } from 'pentimento/models'
import { flowInputs, flowLosses, zeroGates } from 'pentimento/train'
import { initialize, kaimingUniform, readAll, writeAll } from 'pentimento/weights'

/** A transformer and connector of 0.3 million parameters that fit the tiny checkpoint's other parts. */
export const smallConfig: Step1xEditConfig = {
  dit: {
    inChannels: 64,
    vectorWidth: 64,
    contextWidth: 64,
    width: 96,
    mlpWidth: 384,
    heads: 6,
    doubleBlocks: 1,
    singleBlocks: 1,
    axesDim: [4, 6, 6],
    theta: 10_000,
  },
  connector: {
    inWidth: 64,
    width: 64,
    mlpWidth: 128,
    heads: 4,
    blocks: 1,
    vectorWidth: 64,
    scaleFactor: true,
  },
}

/** Parameters for a training from nothing. */
function smallWeights(config: Step1xEditConfig, seed: number) {
  const graph = new Graph()
  const losses = flowLosses(new Parameters(graph), flowInputs(graph, { batch: 1, tokens: 4 }, config), config)
  return initialize(program({ losses }).parameters, {
    seed,
    rule: (path) => zeroGates(path) ?? (path.endsWith('_in.weight') ? kaimingUniform() : undefined),
  })
}

/** Writes the small transformer over the one of a tiny checkpoint folder. */
export async function writeSmallTransformer(
  file: string,
  config: Step1xEditConfig,
  seed: number,
): Promise<void> {
  await writeAll(file, await readAll(smallWeights(config, seed)))
}
