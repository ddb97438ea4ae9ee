import { concat, div, type Parameters, slice, split, sub, type Tensor } from '../../graph/index.ts'
import { buildSegments, type Segment, type State } from '../segment.ts'
import type { ConnectorConfig, DitConfig } from './config.ts'
import { connector } from './connector.ts'
import {
  type BlockContext,
  changedReference,
  doubleBlock,
  embedTokens,
  finalLayer,
  singleBlock,
} from './dit.ts'

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
  /** [B, 1, 1], the time itself; read where a change of the reference is predicted. L has to be known then. */
  readonly t?: Tensor
}

/**
 * The velocity [B, L, inChannels] that the model predicts for every image token; of the target's alone
 * [B, L / 2, inChannels] where it predicts a change of the reference.
 */
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
  const isChange = dit.prediction === 'change'
  const seenTokens = isChange ? imageTokens / 2 : imageTokens
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
      reads: ['image', 'text', 'pooled', 'time', ...(isChange ? ['cosines', 'sines'] : [])],
      build: (w, { image, text, pooled, time, cosines, sines }) => {
        const others = { text: text!, pooled: pooled!, time: time! }
        if (!isChange) return embedTokens(w, { image: image!, ...others }, dit)
        const [moving, reference] = split(image!, 2, 1) as [Tensor, Tensor]
        return {
          ...embedTokens(w, { image: reference, ...others }, dit),
          moving,
          reference,
          cosines: withoutTarget(cosines!, imageTokens),
          sines: withoutTarget(sines!, imageTokens),
        }
      },
    },
    ...numbered('double', dit.doubleBlocks, (i) => ({
      reads: ['text', 'image', ...shared],
      build: (w, { text, image, ...rest }) =>
        doubleBlock(
          w.pp('double_blocks').pp(i),
          { text: text!, image: image! },
          contextOf(rest, seenTokens),
          dit,
        ),
    })),
    ...numbered('single', dit.singleBlocks, (i) => ({
      reads: i === 0 ? ['text', 'image', ...shared] : ['joint', ...shared],
      build: (w, { joint, text, image, ...rest }) => ({
        joint: singleBlock(
          w.pp('single_blocks').pp(i),
          i === 0 ? concat([text!, image!], 1) : joint!,
          contextOf(rest, seenTokens),
          dit,
        ),
      }),
    })),
    {
      name: 'final',
      reads: ['joint', 'vector', ...(isChange ? ['moving', 'reference', 't'] : [])],
      build: (w, { joint, vector, moving, reference, t }) => {
        const tokens = slice(joint!, 1, -seenTokens)
        const last = w.pp('final_layer')
        const said = finalLayer(last, { image: tokens, vector: vector! }, dit)
        if (!isChange) return { velocity: said }
        const edited = changedReference(last, { reference: reference!, said }, dit)
        return { velocity: div(sub(moving!, edited), t!) }
      },
    },
  ]
}

/** Of a table [T + L, …] the rows of the text and of the reference's tokens. */
function withoutTarget(table: Tensor, imageTokens: number): Tensor {
  return concat([slice(table, 0, 0, -imageTokens), slice(table, 0, -imageTokens / 2)], 0)
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
