import { stylizerWords } from '../../../instructions/index.ts'
import type { Style } from './style.ts'

/** What can be wished back to a photo, and how much of its edges has to be left. */
const known: Readonly<Record<string, Pick<Style, 'back' | 'edges'>>> = {
  cartoon: { back: true },
  'pencil drawing': { back: true },
  // Of bright and dark parts it leaves nothing that a photo could be made from.
  woodcut: { back: false, edges: 0.2 },
  'expressive painting': { back: true },
  'outlined painting': { back: true },
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
