import { stylizerWords } from '../../../instructions/index.ts'
import type { Style } from './style.ts'

/** What can be wished back to a photo, and what a drawing must keep. */
const known: Readonly<Record<string, Pick<Style, 'back' | 'edges' | 'ink' | 'light' | 'black' | 'change'>>> =
  {
    'pencil drawing': { back: true, light: 0.6, edges: 0.72, change: 0.095 },
  }

/** All styles that have a name here, whether or not the tool is there. */
export const namedStyles = (): readonly Style[] => toolStyles(Object.keys(known))

/** The styles of the stylizer tool that have words and are known here. */
export function toolStyles(names: readonly string[]): readonly Style[] {
  return names.flatMap((name) => {
    const [words, rest] = [stylizerWords[name], known[name]]
    if (words === undefined || rest === undefined) return []
    return [
      {
        name,
        words: { en: words.en, cn: words.cn },
        ...rest,
        draw: async (picture, _random, tools) => ({
          picture: await tools.get('stylizer').stylize(picture, name),
          drawn: {},
        }),
      } satisfies Style,
    ]
  })
}
