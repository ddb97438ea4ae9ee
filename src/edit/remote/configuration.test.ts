import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkEditors } from './configuration.ts'

const problem = (value: unknown): string => {
  try {
    checkEditors(value)
    return 'accepted'
  } catch (error) {
    return (error as Error).message
  }
}

describe('checkEditors', () => {
  it('accepts one editor of each type', () => {
    const editors = {
      gpt: {
        type: 'openai',
        model: 'gpt-image-1.5',
        key: 'OPENAI_API_KEY',
        concurrency: 8,
        price: { perMillionInputTokens: 8, perMillionOutputTokens: 32 },
        size: { fit: 'pad', ask: ['1024x1024', '1536x1024'] },
      },
      step: { type: 'stepfun', model: 'step-1x-edit', baseUrl: 'http://localhost:8000/v1' },
      banana: { type: 'gemini', model: 'gemini-2.5-flash-image' },
      seedream: { type: 'ark', model: 'doubao-seedream-4-0' },
      qwen: { type: 'dashscope', model: 'qwen-image-edit' },
      kontext: { type: 'bfl', model: 'flux-kontext-pro', price: { perImage: 0.04 } },
      comfy: { type: 'comfyui', workflow: 'edit.json', baseUrl: 'http://localhost:8188' },
      mine: { type: 'command', command: ['mytool', '{input}', '{instruction}', '{output}'] },
    }
    expect(checkEditors(editors)).toEqual(editors)
  })

  it('accepts the example of docs/editors.md', () => {
    const page = readFileSync(new URL('../../../docs/editors.md', import.meta.url), 'utf8')
    const example = page.split('```json\n')[1]!.split('```')[0]!
    const { editors } = JSON.parse(example) as { editors: Record<string, { type: string }> }
    expect(Object.keys(checkEditors(editors))).toHaveLength(5)
    for (const name of ['openai', 'gemini', 'ark', 'dashscope', 'bfl', 'stepfun', 'comfyui', 'command'])
      expect(page).toContain(`| \`${name}\` |`)
  })

  it('says what is wrong, and where', () => {
    const openai = { type: 'openai', model: 'gpt-image-1' }
    const found = [
      { darkroom: openai },
      { 'a b': openai },
      { a: { type: 'nobody', model: 'x' } },
      { a: { ...openai, colour: 'red' } },
      { a: { ...openai, baseUrl: 'https://user:secret@example.org' } },
      { a: { ...openai, baseUrl: 'ftp://example.org' } },
      { a: { ...openai, size: { ask: ['large'] } } },
      { a: { ...openai, price: { perImage: -1 } } },
      { a: { type: 'command', command: [] } },
      [],
    ].map(problem)
    expect(found).toMatchInlineSnapshot(`
      [
        "editors.darkroom: expected a name other than darkroom, nano, copy",
        "editors.a b: expected a name of letters, digits, -, _ and .",
        "editors.a.type: Invalid discriminator value. Expected 'openai' | 'stepfun' | 'gemini' | 'ark' | 'dashscope' | 'bfl' | 'comfyui' | 'command'",
        "editors.a: Unrecognized key: "colour"",
        "editors.a.baseUrl: expected an address without user, password, ? and #; name the variable that holds the key under "key"",
        "editors.a.baseUrl: expected an address such as https://api.openai.com/v1",
        "editors.a.size.ask.0: expected sizes such as '1536x1024'",
        "editors.a.price.perImage: Too small: expected number to be >=0",
        "editors.a.command: Too small: expected array to have >=1 items",
        "editors: Invalid input: expected record, received array",
      ]
    `)
  })

  it('never echoes a key that stands where its variable should', () => {
    for (const key of ['sk-proj-123456', 'abcdef0123456789', 'SK 1'])
      expect(problem({ a: { type: 'openai', model: 'x', key } })).toBe(
        'editors.a.key: expected the name of an environment variable in capitals, such as OPENAI_API_KEY; a key itself does not belong in this file',
      )
  })
})
