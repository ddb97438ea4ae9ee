import { add, concat, div, type Parameters, slice, split, sub, type Tensor } from '../../graph/index.ts'
import { buildSegments, type Segment, type State } from '../segment.ts'
import type { ConnectorConfig, DitConfig } from './config.ts'
import { connector } from './connector.ts'
import { type BlockContext, doubleBlock, embedTokens, finalLayer, singleBlock } from './dit.ts'

/** Connector and transformer, which are trained together. */
export interface Step1xEditConfig {
  readonly dit: DitConfig
  readonly connector: ConnectorConfig
}

/** What one evaluation of the model reads, with B pictures. */
export interface Step1xEditInputs {
  readonly image: Tensor // [B, L, inChannels], the noisy picture's tokens, then the reference's
  readonly features: Tensor // [B, T, connector.inWidth], hidden states of the language model
  readonly mask: Tensor // bool [B, T], true for real tokens
  readonly time: Tensor // [B, 256], sinusoid of the time for the transformer
  readonly connectorTime: Tensor // [B, 256], and for the connector: the same but in the original's training script
  readonly cosines: Tensor // [T + L, head width / 2]
  readonly sines: Tensor
  /** [1]: for how many equal text tokens the last one stands. L has to be known then. */
  readonly repeats?: Tensor
  /** [B, 1, 1], the time itself; read where a change of the reference is predicted. */
  readonly t?: Tensor
}

/** The velocity [B, L, inChannels] that the model predicts for every image token; of the target's alone [B, L / 2, inChannels] where it predicts a change of the reference. */
export function step1xEdit(w: Parameters, inputs: Step1xEditInputs, config: Step1xEditConfig): Tensor {
  const imageTokens = inputs.image.shape[1] as number
  const segments = step1xEditSegments(config, { imageTokens, repeated: inputs.repeats !== undefined })
  return buildSegments(w, segments, inputs as unknown as State).velocity!
}

/**
 * The model's segments: `connector`, `embed`, `double.N`, `single.N`, `final`; the state begins as
 * {@link Step1xEditInputs} and ends with `velocity`.
 */
export function step1xEditSegments(
  { dit, connector: connectorConfig }: Step1xEditConfig,
  { imageTokens, repeated }: { readonly imageTokens: number; readonly repeated: boolean },
): readonly Segment[] {
  const shared = ['vector', 'cosines', 'sines', ...(repeated ? ['repeats'] : [])]
  const isResidual = dit.prediction === 'residual'
  return [
    {
      name: 'connector',
      reads: ['features', 'mask', 'connectorTime'],
      build: (w, { features, mask, connectorTime }) => {
        const refined = connector(
          w.pp('connector'),
          { features: features!, mask: mask!, time: connectorTime! },
          connectorConfig,
        )
        return { text: refined.text, pooled: refined.vector }
      },
    },
    {
      name: 'embed',
      reads: ['image', 'text', 'pooled', 'time'],
      build: (w, { image, text, pooled, time }) => ({
        ...embedTokens(w, { image: image!, text: text!, pooled: pooled!, time: time! }, dit),
        ...(isResidual && { distance: sub(...halvesOf(image!)) }),
      }),
    },
    ...numbered('double', dit.doubleBlocks, (i) => ({
      reads: ['text', 'image', ...shared],
      build: (w, { text, image, ...rest }) =>
        doubleBlock(
          w.pp('double_blocks').pp(i),
          { text: text!, image: image! },
          contextOf(rest, imageTokens),
          dit,
        ),
    })),
    ...numbered('single', dit.singleBlocks, (i) => ({
      reads: i === 0 ? ['text', 'image', ...shared] : ['joint', ...shared],
      build: (w, { joint, text, image, ...rest }) => ({
        joint: singleBlock(
          w.pp('single_blocks').pp(i),
          i === 0 ? concat([text!, image!], 1) : joint!,
          contextOf(rest, imageTokens),
          dit,
        ),
      }),
    })),
    {
      name: 'final',
      reads: ['joint', 'vector', ...(isResidual ? ['distance', 't'] : [])],
      build: (w, { joint, vector, distance, t }) => {
        const tokens = slice(joint!, 1, -imageTokens)
        const out = finalLayer(w.pp('final_layer'), { image: tokens, vector: vector! }, dit)
        if (!isResidual) return { velocity: out }
        return { velocity: div(sub(distance!, add(...halvesOf(out))), t!) }
      },
    },
  ]
}

/** The target's tokens and the reference's. */
function halvesOf(image: Tensor): [Tensor, Tensor] {
  return split(image, 2, 1) as [Tensor, Tensor]
}

function numbered(
  name: string,
  count: number,
  block: (i: number) => Omit<Segment, 'name'>,
): readonly Segment[] {
  return Array.from({ length: count }, (_, i) => ({ name: `${name}.${i}`, ...block(i) }))
}

function contextOf({ vector, cosines, sines, repeats }: State, imageTokens: number): BlockContext {
  return {
    vector: vector!,
    cosines: cosines!,
    sines: sines!,
    ...(repeats && { lastText: { repeats, imageTokens } }),
  }
}
