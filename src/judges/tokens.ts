/** How a provider counts the tokens of a picture, or as many for each picture. */
export type PictureRule =
  | 'openai-tiles'
  | 'openai-patches'
  | 'openai-mini-patches'
  | 'qwen2.5-vl'
  | 'qwen3-vl'
  | 'gemini-tiles'
  | 'claude'
  | number

interface Size {
  readonly width: number
  readonly height: number
}

type NamedRule = Exclude<PictureRule, number>

/** What each rule gives, and where it stands; all read on 2026-11-28. */
const rules: { readonly [R in NamedRule]: (size: Size) => number } = {
  // 85, and 170 for each tile of 512 of the picture with sides of at most 2048 and a shorter one of at most 768.
  // https://openai-hd4n6.mintlify.app/docs/guides/images (GPT-4o, GPT-4.1)
  'openai-tiles': ({ width, height }) => {
    const scale = Math.min(1, 768 / Math.min(width, height), 2048 / Math.max(width, height))
    return 85 + 170 * cells({ width: scale * width, height: scale * height }, 512)
  },
  // 1.2 for each patch of 32. https://community.openai.com/t/1377015 (GPT-5.2 and later)
  'openai-patches': (size) => Math.ceil(1.2 * cells(size, 32)),
  // 1.62 for each of at most 1,536 patches of 32. The first address (GPT-4.1 mini; others of that family cost as much or less)
  'openai-mini-patches': (size) => Math.ceil(1.62 * Math.min(1536, cells(size, 32))),
  // 1 for each square of 28 (14-pixel patches, merged two by two), and two marks.
  // https://huggingface.co/Qwen/Qwen2.5-VL-72B-Instruct/blob/main/preprocessor_config.json
  'qwen2.5-vl': (size) => 2 + Math.min(16_384, cells(size, 28)),
  // The same with 16-pixel patches. https://huggingface.co/Qwen/Qwen3-VL-8B-Instruct/blob/main/preprocessor_config.json
  'qwen3-vl': (size) => 2 + Math.min(16_384, cells(size, 32)),
  // 258 up to 384 x 384, else 258 for each tile of 768. https://ai.google.dev/gemini-api/docs/tokens (up to Gemini 2.5;
  // Gemini 3 takes about 1,120 for any picture: https://huggingface.co/datasets/JOHNISKING/image-token-cost)
  'gemini-tiles': ({ width, height }) =>
    Math.max(width, height) <= 384 ? 258 : 258 * cells({ width, height }, 768),
  // Width x height / 750, at most 1,600. https://docs.claude.com/en/docs/vision
  claude: ({ width, height }) => Math.min(1600, Math.ceil((width * height) / 750)),
}

const cells = ({ width, height }: Size, side: number): number =>
  Math.ceil(width / side) * Math.ceil(height / side)

/** The names of the rules, for a configuration. */
export const pictureRules: readonly NamedRule[] = Object.keys(rules) as NamedRule[]

/** The rule of a model by its name; that of Qwen2.5-VL where the model is not known. */
export function pictureRule(model: string): PictureRule {
  const name = model.toLowerCase()
  if (/gpt-4\.1-(mini|nano)|o4-mini/.test(name)) return 'openai-mini-patches'
  if (/gpt-4o|gpt-4\.1|gpt-4\.5/.test(name)) return 'openai-tiles'
  if (/gpt-\d/.test(name)) return 'openai-patches'
  if (/gemini-[3-9]/.test(name)) return 1120
  if (/gemini/.test(name)) return 'gemini-tiles'
  if (/claude/.test(name)) return 'claude'
  return /qwen3/.test(name) ? 'qwen3-vl' : 'qwen2.5-vl'
}

/** The tokens of a picture. */
export function pictureTokens(rule: PictureRule, size: Size): number {
  return typeof rule === 'number' ? rule : rules[rule](size)
}

/** About the tokens of a text: a quarter of a letter each, one for each Chinese character. */
export function textTokens(text: string): number {
  let [letters, characters] = [0, 0]
  for (const each of text) {
    if (each > '⺀') characters++
    else letters++
  }
  return Math.ceil(letters / 4) + characters
}
