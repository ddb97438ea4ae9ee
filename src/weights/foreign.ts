/** Formats that are found in the place of a .safetensors file: how they begin, and what to do about them. */
const formats: readonly { readonly begins: RegExp; readonly advice: string }[] = [
  {
    begins: /^GGUF/,
    advice: 'is a GGUF file, which is not supported; get the .safetensors file of the model',
  },
  {
    begins: /^(?:PK|\u0080)/,
    advice:
      'is a pickled PyTorch file (.pt, .ckpt, .bin), which can run code and is never read; get or make a .safetensors file',
  },
  {
    begins: /^version https:\/\/git-lfs/,
    advice: "is a pointer of Git LFS, not the file itself; run 'git lfs pull' or download it from the hub",
  },
  {
    begins: /^\s*<(?:!doctype|html|\?xml)/i,
    advice: 'is a web page, which servers send instead of a file that needs a login; download it again',
  },
  {
    begins: /^\s*\{\s*"error"/i,
    advice:
      "is a server's error message instead of the file; download it again, with an access token if it needs one",
  },
]

/** Endings of weights that are not read, with the words for what they are. */
const endings: readonly { readonly ending: RegExp; readonly format: string }[] = [
  { ending: /\.gguf$/i, format: 'GGUF' },
  { ending: /\.(?:pt|pth|ckpt|bin)$/i, format: 'pickled weights' },
]

/** What a file is that is no .safetensors file, by its first bytes, and what to do; undefined for an unknown one. */
export function foreignFormat(start: Uint8Array): string | undefined {
  const text = Buffer.from(start).toString('latin1')
  return formats.find(({ begins }) => begins.test(text))?.advice
}

/** Of file names those of weights in formats that are not read, in words: `model.gguf (GGUF is not read)`. */
export function foreignWeights(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const found = endings.find(({ ending }) => ending.test(name))
    return found ? [`${name} (${found.format}: not read, expected .safetensors)`] : []
  })
}

/**
 * Names of weights without copies in half precision: `model.fp16.safetensors` is left out where `model.safetensors`
 * is there.
 */
export function withoutVariants(names: readonly string[]): readonly string[] {
  const plain = (name: string) =>
    name
      .replace(/\.(?:fp16|bf16|fp8|non_ema|ema)(?=\.safetensors$|\.safetensors\.index\.json$)/i, '')
      // Older folders name the variant in the index last: model.safetensors.index.fp16.json.
      .replace(/(\.safetensors\.index)\.\w+(\.json)$/, '$1$2')
  return names.filter((name) => plain(name) === name || !names.includes(plain(name)))
}
