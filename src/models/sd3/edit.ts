import {
  broadcastTo,
  concat,
  type ParameterSource,
  type Parameters,
  pad,
  reshape,
  type Tensor,
} from '../../graph/index.ts'
import { type ConnectorConfig, type ConnectorHints, inferConnectorConfig } from '../flux/config.ts'
import { connector } from '../flux/connector.ts'
import { inferSd3Config, type Sd3Config } from './config.ts'
import { sd3 } from './model.ts'

/** Stable Diffusion 3 as the base of an editor: its transformer, and the connector of Step1X-Edit before it. */
export interface Sd3EditConfig {
  readonly sd3: Sd3Config
  readonly connector: ConnectorConfig
}

/** What one evaluation of the editor reads, with B pictures. */
export interface Sd3EditInputs {
  readonly image: Tensor // [B, 2N, 4 · latentChannels], the noisy picture's tokens, then the reference's
  readonly features: Tensor // [B, T, connector.inWidth], hidden states of the language model
  readonly mask: Tensor // bool [B, T], true for real tokens
  readonly time: Tensor // [B, 256], sinusoid of the time for the transformer
  readonly connectorTime: Tensor // [B, 256], and for the connector
  readonly places: Tensor // i64 [N], rows of the table of positions, of the picture and of the reference alike
  /** [1]: for how many equal text tokens the last one stands. */
  readonly repeats?: Tensor | undefined
}

/** The linear layers that read the vector of time and text: one row an evaluation, and no token. */
export function isSd3Modulation(layer: string): boolean {
  return /\.norm1(_context)?\.linear$|^norm_out\.linear$|\.adaLN_modulation\.1$/.test(layer)
}

/**
 * The velocity of the image tokens, [B, 2N, 4 · latentChannels]: section 3.2 of Step1X-Edit's paper on Stable Diffusion 3.
 * The connector's tokens and pooled vector take the place of those of CLIP and T5. The reference's tokens follow the
 * target's at the same places of the table; because attention here knows no order, `reference_mark`, a vector that begins
 * at zero and is trained, is added to each of them. Segments: `connector`, then those of {@link sd3}.
 */
export function sd3Edit(w: Parameters, inputs: Sd3EditInputs, config: Sd3EditConfig): Tensor {
  const { image, features, mask, time, connectorTime, places, repeats } = inputs
  const { text, vector } = w.graph.segment('connector', () =>
    connector(w.pp('connector'), { features, mask, time: connectorTime }, config.connector),
  )
  const [marks, both] = w.graph.segment('embed', () => [
    referenceMarks(w.get('reference_mark', [config.sd3.width]), image.shape[1] as number),
    concat([places, places], 0),
  ])
  return sd3(w, { image, places: both!, text, pooled: vector, time, repeats, marks }, config.sd3)
}

/** Nothing for the target's tokens, the mark for the reference's: [1, 2N, width]. */
function referenceMarks(mark: Tensor, tokens: number): Tensor {
  const [width] = mark.shape as readonly [number]
  const each = broadcastTo(reshape(mark, [1, 1, width]), [1, tokens / 2, width])
  return pad(each, { before: [0, tokens / 2, 0], after: [0, 0, 0] })
}

/** @throws ModelError when a tensor that determines a size is missing, or when the hints do not fit */
export function inferSd3EditConfig(
  source: Pick<ParameterSource, 'name' | 'paths' | 'describe'>,
  hints: { readonly connector?: ConnectorHints | undefined } = {},
): Sd3EditConfig {
  return { sd3: inferSd3Config(source), connector: inferConnectorConfig(source, hints.connector) }
}
