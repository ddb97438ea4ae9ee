import type { WordsOf } from '../shared/language.ts'

const en = {
  history: {
    sessions: 'Sessions',
    new: 'New session',
    original: 'Original',
  },
}

const cn: WordsOf<typeof en> = {
  history: {
    sessions: '会话',
    new: '新会话',
    original: '原图',
  },
}

export const words = { en, cn }
