import {
  type Graph,
  type ParameterSource,
  type Parameters,
  type Tensor,
  type TensorValue,
  tensorValue,
} from '../graph/index.ts'
import { ModelError } from './error.ts'
import type { Variant } from './flux/config.ts'
import { isFluxModulation } from './flux/dit.ts'
import {
  inferStep1xEditConfig,
  type Step1xEditConfig,
  type Step1xEditHints,
  type Step1xEditInputs,
  step1xEdit,
} from './flux/model.ts'
import { jointPositions, type Position, rotaryTables } from './flux/positions.ts'
import {
  inferSd3EditConfig,
  isSd3Modulation,
  type Sd3EditConfig,
  type Sd3EditInputs,
  sd3Edit,
} from './sd3/edit.ts'
import { sd3Places } from './sd3/model.ts'

/** An editor with a connector on the trunk of FLUX, as Step1X-Edit, or on that of Stable Diffusion 3. */
export type EditConfig = Step1xEditConfig | Sd3EditConfig

/** Tokens of a text and of one picture; the reference has as many as the target. */
export interface EditSize {
  /** Their number, or the place of each. */
  readonly text: number | readonly Position[]
  readonly rows: number
  readonly columns: number
}

/** Where tokens lie, as the trunk reads it: rotary tables, or rows of a stored table. */
export type EditPlaces<T> = { readonly cosines: T; readonly sines: T } | { readonly places: T }

/** What one evaluation reads, whatever the trunk. */
export type EditInputs = Omit<Step1xEditInputs, 'cosines' | 'sines'> & EditPlaces<Tensor>

/** What differs between trunks: sizes, how token positions are passed, and the function itself. */
export interface EditNetwork {
  readonly base: 'flux' | 'sd3'
  /** Numbers of an image token: latent channels × 2 × 2. */
  readonly channels: number
  /** Width of a token in the transformer. */
  readonly width: number
  /** Whether it reads the time itself, `t`. */
  readonly readsTime: boolean
  /** What the paths of the first block begin with. */
  readonly firstBlock: string
  /** The linear layers that read time and text, but no token. @param layer its path without `.weight` */
  isModulation(layer: string): boolean
  /** The leaves of {@link EditPlaces} for a text of `text` tokens, a symbol. @param tokens of the target alone */
  placeInputs(graph: Graph, tokens: number): EditPlaces<Tensor>
  /** @throws ModelError when the picture is larger than the trunk has places */
  places(size: EditSize, variant: Variant): EditPlaces<TensorValue>
  /** The velocity of the image tokens, [B, 2N, channels]; of the target's alone where a head sees no others. */
  velocity(w: Parameters, inputs: EditInputs): Tensor
  /** Whether training may change a parameter: a stored table of positions is fixed. */
  isTrainable(path: string): boolean
}

/** The network of a configuration. */
export function editNetwork(config: EditConfig): EditNetwork {
  return 'sd3' in config ? onSd3(config) : onFlux(config)
}

function onFlux(config: Step1xEditConfig): EditNetwork {
  const { dit, head } = config
  return {
    base: 'flux',
    channels: dit.inChannels,
    width: dit.width,
    readsTime: head?.readsTime ?? false,
    firstBlock: 'double_blocks.0.',
    isModulation: isFluxModulation,
    placeInputs: (graph, tokens) => {
      const shape = [`text + ${2 * tokens}`, dit.width / dit.heads / 2]
      return { cosines: graph.input('cosines', 'f32', shape), sines: graph.input('sines', 'f32', shape) }
    },
    places: (size, variant) => rotaryTables(jointPositions(size, variant), dit),
    velocity: (w, inputs) => step1xEdit(w, inputs as Step1xEditInputs, config),
    isTrainable: () => true,
  }
}

function onSd3(config: Sd3EditConfig): EditNetwork {
  const { latentChannels, width, tableSide } = config.sd3
  return {
    base: 'sd3',
    channels: 4 * latentChannels,
    width,
    readsTime: false,
    firstBlock: 'transformer_blocks.0.',
    isModulation: isSd3Modulation,
    placeInputs: (graph, tokens) => ({ places: graph.input('places', 'i64', [tokens]) }),
    places: ({ rows, columns }) => {
      if (Math.max(rows, columns) > tableSide)
        throw new ModelError(
          'config',
          `picture of ${columns}×${rows} tokens: expected at most ${tableSide} on a side, the size of the model's position table; choose a smaller size`,
        )
      return { places: tensorValue('i64', [rows * columns], sd3Places({ rows, columns }, config.sd3)) }
    },
    velocity: (w, inputs) => sd3Edit(w, inputs as Sd3EditInputs, config),
    isTrainable: (path) => path !== 'pos_embed.pos_embed',
  }
}

/**
 * The configuration of an editor's transformer and connector, whatever its trunk.
 * @throws ModelError when a tensor that determines a size is missing, or when the hints do not fit
 */
export function inferEditConfig(
  source: Pick<ParameterSource, 'name' | 'paths' | 'describe'>,
  hints: Step1xEditHints = {},
): EditConfig {
  return source.describe('pos_embed.proj.weight')
    ? inferSd3EditConfig(source, hints)
    : inferStep1xEditConfig(source, hints)
}
