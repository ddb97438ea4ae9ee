import type { WordsOf } from '../shared/language.ts'

const en = {
  models: {
    title: 'Models',
    settings: 'Settings',
    start: 'Drop a picture here, paste one, or choose one.',
    choose: 'Choose a picture',
    key: 'API key',
    enter: 'Log in',
  },
}

const cn: WordsOf<typeof en> = {
  models: {
    title: '模型',
    settings: '设置',
    start: '把图片拖到这里、粘贴，或选择一张。',
    choose: '选择图片',
    key: 'API 密钥',
    enter: '登录',
  },
}

export const words = { en, cn }
