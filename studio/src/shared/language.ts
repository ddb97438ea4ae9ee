import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { words as sharedWords } from './words.ts'

export type Language = 'en' | 'cn'

/** The words of a folder: Chinese has the shape of English. */
export type WordsOf<T> = { readonly [K in keyof T]: T[K] extends string ? string : WordsOf<T[K]> }

/** What a folder's `words.ts` gives, under a name of its own: `{ en: { history: {…} }, cn: { history: {…} } }`. */
export interface WordSet {
  readonly en: object
  readonly cn: object
}

const kept = (): string | null => localStorage.getItem('language')

/** Starts the words in the language that was chosen, else in that of the browser. */
export async function startWords(...sets: readonly WordSet[]): Promise<void> {
  const all = [sharedWords, ...sets]
  const language: Language =
    (kept() ?? (navigator.language.startsWith('zh') ? 'cn' : 'en')) === 'cn' ? 'cn' : 'en'
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: {
      en: { translation: Object.assign({}, ...all.map(({ en }) => en)) },
      cn: { translation: Object.assign({}, ...all.map(({ cn }) => cn)) },
    },
    interpolation: { escapeValue: false },
  })
  tellPage(language)
}

/** The language of the page. */
export const currentLanguage = (): Language => (i18next.language === 'cn' ? 'cn' : 'en')

/** Goes to the other language, for this browser from now on. */
export function changeLanguage(): void {
  const language = currentLanguage() === 'cn' ? 'en' : 'cn'
  localStorage.setItem('language', language)
  tellPage(language)
  void i18next.changeLanguage(language)
}

const tellPage = (language: Language): void => {
  document.documentElement.lang = language === 'cn' ? 'zh-CN' : 'en'
}
