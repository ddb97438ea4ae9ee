/** OpenAI's own client, unchanged. */
export { OpenAI, toFile } from 'openai'
