import type { ParameterSource } from '../../graph/index.ts'
import { type ClipTextConfig, clipText, type T5Config, t5Encoder } from '../../models/index.ts'
import { renamed } from '../../weights/index.ts'
import { checkComplete } from './complete.ts'

/** What files that hold more than one model put before the names of CLIP's text encoder. */
const clipPrefixes = [
  '',
  'text_encoder.',
  'clip_l.transformer.',
  'text_encoders.clip_l.transformer.',
  'cond_stage_model.transformer.',
]

/**
 * CLIP's text encoder under its own names, from a file of its own or of ComfyUI. What does not belong to it is left out:
 * the encoder of pictures, projections into the space of both, numbers of positions.
 */
export function clipLayout(source: ParameterSource): ParameterSource {
  const prefix = clipPrefixes.find((each) =>
    source.describe(`${each}text_model.embeddings.token_embedding.weight`),
  )
  const ofText = `${prefix ?? ''}text_model.`
  return renamed(source, (path) => {
    const own = path.slice(prefix?.length ?? 0)
    if (/^(vision_model\.|(text|visual)_projection\.|logit_scale$)/.test(own)) return undefined
    if (own.endsWith('.position_ids')) return undefined
    return path.startsWith(ofText) ? own : path
  })
}

const t5Prefixes = ['', 'text_encoder_2.', 't5xxl.transformer.', 'text_encoders.t5xxl.transformer.']

/**
 * T5's encoder under its own names. Its table of tokens may stand under either of two names, or both; the decoder of a
 * whole T5 and a tokenizer in the file are left out.
 */
export function t5Layout(source: ParameterSource): ParameterSource {
  const norm = 'encoder.final_layer_norm.weight'
  const prefix = t5Prefixes.find((each) => source.describe(each + norm)) ?? ''
  const hasTable = source.describe(`${prefix}shared.weight`) !== undefined
  return renamed(source, (path) => {
    const own = path.startsWith(prefix) ? path.slice(prefix.length) : path
    if (/^(decoder\.|lm_head\.|spiece_model$)/.test(own)) return undefined
    if (own !== 'encoder.embed_tokens.weight') return own
    return hasTable ? undefined : 'shared.weight'
  })
}

/** Whether a source holds every weight of CLIP's text encoder, and nothing else. @throws WeightsError that names them all */
export function checkClip(source: ParameterSource, config: ClipTextConfig): void {
  checkComplete(source, (w) => ({ last: clipText(w, w.graph.input('ids', 'i64', [1, 2]), config).last }))
}

/** The same of T5's encoder. @throws WeightsError */
export function checkT5(source: ParameterSource, config: T5Config): void {
  checkComplete(source, (w) => {
    const tokens = w.graph.input('tokens', 'i64', [1, 2])
    return { last: t5Encoder(w, { tokens, buckets: w.graph.input('buckets', 'i64', [2, 2]) }, config) }
  })
}
