import {
  add,
  cast,
  concat,
  mul,
  type ParameterSource,
  type Parameters,
  slice,
  type Tensor,
  unsqueeze,
} from '../../graph/index.ts'
import { changeHead, changeSizes } from './changeHead.ts'
import {
  type ConnectorConfig,
  type ConnectorHints,
  type DitConfig,
  type DitHints,
  inferConnectorConfig,
  inferDitConfig,
} from './config.ts'
import { connector } from './connector.ts'
import { type BlockContext, doubleBlock, embedTokens, finalLayer, singleBlock } from './dit.ts'
import { type Head, type HeadKind, velocityHead } from './head.ts'

/** Connector and transformer, which are trained together. */
export interface Step1xEditConfig {
  readonly dit: DitConfig
  readonly connector: ConnectorConfig
  /** Default: {@link velocityHead}, the original's. */
  readonly head?: Head | undefined
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
  /** For v1.2: the tokens as the language model reads them; those of quoted text are added unchanged. */
  readonly quoted?: {
    readonly embeddings: Tensor // [B, T, connector.inWidth]
    readonly mask: Tensor // bool [B, T], true for tokens of quoted text
  }
  /** [1]: for how many equal text tokens the last one stands. L has to be known then. */
  readonly repeats?: Tensor
  /** [B, 1, 1], the time itself, for heads that read it. L has to be known then. */
  readonly t?: Tensor
}

/**
 * The velocity that the model predicts for the image tokens, [B, L, inChannels]; for the target's alone where its head
 * does not see the others. Segments: `connector`, `embed`, `double.N`, `single.N`, `final`.
 * Source: forward of https://github.com/stepfun-ai/Step1X-Edit/blob/570eba6/modules/model_edit.py
 */
export function step1xEdit(
  w: Parameters,
  inputs: Step1xEditInputs,
  { dit, connector: connectorConfig, head = velocityHead }: Step1xEditConfig,
): Tensor {
  const { features, mask, time, connectorTime, repeats } = inputs
  const segment = <T>(name: string, build: () => T): T => w.graph.segment(name, build)

  const refined = segment('connector', () =>
    connector(w.pp('connector'), { features, mask, time: connectorTime }, connectorConfig),
  )
  const { quoted } = inputs
  const words = quoted
    ? segment('connector', () =>
        add(refined.text, mapped(w.pp('text_token_mapping'), quoted, connectorConfig)),
      )
    : refined.text
  const seen = segment('embed', () => head.seen(inputs))
  let { image, text, vector } = segment('embed', () =>
    embedTokens(w, { image: seen.image, text: words, pooled: refined.vector, time }, dit),
  )
  const imageTokens = seen.image.shape[1] as number
  const context: BlockContext = {
    vector,
    cosines: seen.cosines,
    sines: seen.sines,
    ...(repeats && { lastText: { repeats, imageTokens } }),
  }
  for (let i = 0; i < dit.doubleBlocks; i++)
    ({ image, text } = segment(`double.${i}`, () =>
      doubleBlock(w.pp('double_blocks').pp(i), { image, text }, context, dit),
    ))
  let joint = segment('single.0', () => concat([text, image], 1))
  for (let i = 0; i < dit.singleBlocks; i++)
    joint = segment(`single.${i}`, () => singleBlock(w.pp('single_blocks').pp(i), joint, context, dit))

  return segment('final', () => {
    const layer = w.pp('final_layer')
    const last = { image: slice(joint, 1, -imageTokens), vector }
    return head.velocity(layer, finalLayer(layer, last, head.width(dit.inChannels)), inputs)
  })
}

/** The letters of quoted text past the connector, 0 for every other token; the bias is masked, too. */
function mapped(
  w: Parameters,
  { embeddings, mask }: NonNullable<Step1xEditInputs['quoted']>,
  { width }: ConnectorConfig,
): Tensor {
  const letters = w.linear(embeddings, width)
  return mul(letters, cast(unsqueeze(mask, -1), letters.dtype))
}

/** Parameters of a checkpoint that tensor shapes do not determine. */
export interface Step1xEditHints {
  readonly dit?: (DitHints & { readonly prediction?: HeadKind | undefined }) | undefined
  readonly connector?: ConnectorHints | undefined
}

/**
 * The configuration of a checkpoint in the official layout, from the shapes of its tensors.
 * @throws ModelError when a tensor that determines a size is missing, or when the hints do not fit
 */
export function inferStep1xEditConfig(
  source: Pick<ParameterSource, 'name' | 'paths' | 'describe'>,
  hints: Step1xEditHints = {},
): Step1xEditConfig & { readonly head: Head } {
  return {
    dit: inferDitConfig(source, hints.dit),
    connector: inferConnectorConfig(source, hints.connector),
    head: hints.dit?.prediction === 'change' ? changeHead(changeSizes(source)) : velocityHead,
  }
}
