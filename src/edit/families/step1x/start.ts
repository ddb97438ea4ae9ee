import { Graph, type ParameterSource, Parameters, program } from '../../../graph/index.ts'
import {
  type ConnectorConfig,
  type EditConfig,
  editNetwork,
  inferDitConfig,
  inferSd3Config,
  newConnector,
  type Step1xEditHints,
  type Variant,
} from '../../../models/index.ts'
import { initialize, zeros } from '../../../weights/index.ts'
import { EditError } from '../../error.ts'
import { withFixedGuidance } from './guidance.ts'

/** The text-to-image models that an editor can be trained on. */
export const bases = ['flux', 'sd3'] as const
export type Base = (typeof bases)[number]

/** How an editor begins on a text-to-image model. */
export interface Start {
  readonly base: Base
  readonly variant: Variant
  /** Of the new weights. */
  readonly seed: number
}

/** A tensor that only this base has, in the official layout. */
const marks = { flux: 'img_in.weight', sd3: 'pos_embed.proj.weight' } as const
export const titles = { flux: 'FLUX.1', sd3: 'Stable Diffusion 3' } as const

/**
 * The guidance scale at which FLUX.1 [dev] becomes a base. At 1 it predicts nearest to what flow matching trains; the
 * editor has guidance of its own, by instructions that are left out in training.
 */
const guidanceOfBase = 1

/** Whether a weight begins new, because no text-to-image model has it. */
export function isNewWeight(path: string): boolean {
  return path.startsWith('connector.') || path === 'reference_mark'
}

/**
 * A text-to-image transformer in the official layout as an editor's: a new connector for features of the given width is
 * added, and what Step1X-Edit has not is folded away. The gates of the connector begin at zero, so that it begins as two
 * linear layers; the seed alone decides its other weights.
 * @throws EditError when the weights are of another model, or of an editor already
 */
export async function startOn(
  source: ParameterSource,
  { base, variant, seed }: Start,
  featureWidth: number,
  hints: Step1xEditHints = {},
): Promise<ParameterSource> {
  checkBase(source, base)
  const plain = base === 'flux' ? await withFixedGuidance(source, guidanceOfBase) : source
  const config = configOn(plain, { base, variant }, featureWidth, hints)
  const made = initialize(newParameters(config), {
    seed,
    rule: (path) =>
      /adaLN_modulation\.1\.weight$|scale_factor$|^reference_mark$/.test(path) ? zeros : undefined,
  })
  const from = (path: string): ParameterSource => (made.describe(path) ? made : plain)
  return {
    name: plain.name,
    paths: () => [...plain.paths(), ...made.paths()],
    describe: (path) => from(path).describe(path),
    locate: (path) => from(path).locate(path),
    read: (path) => from(path).read(path),
  }
}

/** @throws EditError */
function checkBase(source: ParameterSource, base: Base): void {
  const has = (path: string): boolean => source.describe(path) !== undefined
  const found = bases.find((each) => has(marks[each]))
  if (found !== base)
    throw new EditError(
      'checkpoint',
      `${source.name}: expected the transformer of ${titles[base]}, got ${found ? `that of ${titles[found]}; train with base ${found}` : `no tensor ${marks[base]}; check the path`}`,
    )
  if (has('connector.S.input_embedder.weight'))
    throw new EditError(
      'checkpoint',
      `${source.name}: is an editor with a connector already, expected a text-to-image model; train without base`,
    )
  const width = source.describe('pos_embed.proj.weight')?.shape[1]
  const out = (source.describe('proj_out.weight')?.shape[0] ?? 0) / 4
  if (base === 'sd3' && width !== out)
    throw new EditError(
      'checkpoint',
      `${source.name}: reads ${width} channels and gives ${out}, expected as many; it is no text-to-image model`,
    )
}

function configOn(
  source: ParameterSource,
  { base, variant }: Pick<Start, 'base' | 'variant'>,
  inWidth: number,
  hints: Step1xEditHints,
): EditConfig {
  const connectorTo = (to: { contextWidth: number; vectorWidth: number }): ConnectorConfig =>
    newConnector({
      inWidth,
      width: to.contextWidth,
      vectorWidth: to.vectorWidth,
      heads: hints.connector?.numHeads,
      scaleFactor: base === 'flux' && variant === 'v1.0',
    })
  if (base === 'sd3') {
    const sd3 = inferSd3Config(source)
    return { sd3, connector: connectorTo(sd3) }
  }
  const dit = inferDitConfig(source, hints.dit)
  return { dit, connector: connectorTo(dit) }
}

/** Weights that an editor has and a text-to-image model lacks. */
function newParameters(config: EditConfig) {
  const graph = new Graph()
  const network = editNetwork(config)
  const velocity = network.velocity(new Parameters(graph), {
    image: graph.input('image', 'f32', [1, 2, network.channels]),
    features: graph.input('features', 'f32', [1, 'text', config.connector.inWidth]),
    mask: graph.input('mask', 'bool', [1, 'text']),
    time: graph.input('time', 'f32', [1, 256]),
    connectorTime: graph.input('connectorTime', 'f32', [1, 256]),
    ...network.placeInputs(graph, 1),
  })
  return new Map([...program({ velocity }).parameters].filter(([path]) => isNewWeight(path)))
}
