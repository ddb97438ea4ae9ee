/** How a judge is asked: what the official scripts do for each of their two judges, and what a user may choose. */
export interface Convention {
  readonly name: 'gpt-4.1' | 'qwen2.5-vl-72b' | 'custom' | 'local'
  readonly order: 'text-first' | 'pictures-first'
  readonly pictures: 'jpeg' | 'png'
  /** Further parameters besides model, messages and seed, under the API's names. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Of the first repeat and try; each further one has another. */
  readonly seed?: number
  /** Whether the server is asked to hold the answer to a JSON schema. */
  readonly schema: boolean
}

/**
 * GPT-4.1 over OpenAI's API. Source: GPT4v.prepare_prompt and get_parsed_output of
 * GEdit-Bench/viescore/mllm_tools/openai.py at 570eba6: the text, then the pictures as JPEG of Pillow's defaults, and
 * nothing but `max_tokens`. OpenAI shuts the model down on 2027-01-14.
 */
export const gpt41: Convention = {
  name: 'gpt-4.1',
  order: 'text-first',
  pictures: 'jpeg',
  parameters: { max_tokens: 1400 },
  schema: false,
}

/**
 * Qwen2.5-VL-72B-Instruct. Source: Qwen25VL of GEdit-Bench/viescore/mllm_tools/qwen25vl_eval.py at 570eba6: the pictures as
 * PNG, then the text; greedy, seed 42, 512 tokens. Greedy is `temperature` 0; `top_k` 1 says it to servers that know it.
 */
export const qwen25vl72b: Convention = {
  name: 'qwen2.5-vl-72b',
  order: 'pictures-first',
  pictures: 'png',
  parameters: { max_tokens: 512, temperature: 0, top_k: 1 },
  seed: 42,
  schema: false,
}
