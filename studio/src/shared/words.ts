import type { WordsOf } from './language.ts'

const en = {
  shared: {
    language: '中文',
    languageLabel: 'Change the language to Chinese',
    theme: { label: 'Theme', auto: 'System', light: 'Light', dark: 'Dark' },
    close: 'Close',
    cancel: 'Cancel',
    retry: 'Try again',
    loading: 'Loading…',
    dismiss: 'Dismiss',
    notices: 'Notices',
    unreachable: 'The server cannot be reached.',
    broken: 'The page failed:',
    reload: 'Reload',
    offline: 'The connection to the server is lost. Trying again…',
    before: 'Before',
    after: 'After',
    pictures: 'Pictures. Wheel or + and − to zoom, drag or arrows to move.',
    divide: 'Position of the divider',
    views: {
      label: 'View',
      slider: 'Slider',
      side: 'Side by side',
      difference: 'Difference',
      map: 'Changes',
      after: 'Result',
    },
    zoom: { in: 'Zoom in', out: 'Zoom out', fit: 'Fit', level: '{{percent}} %', whole: '100 %' },
  },
}

const cn: WordsOf<typeof en> = {
  shared: {
    language: 'English',
    languageLabel: '将语言切换为英文',
    theme: { label: '主题', auto: '跟随系统', light: '浅色', dark: '深色' },
    close: '关闭',
    cancel: '取消',
    retry: '重试',
    loading: '加载中…',
    dismiss: '知道了',
    notices: '通知',
    unreachable: '无法连接服务器。',
    broken: '页面出错：',
    reload: '重新加载',
    offline: '与服务器的连接已断开，正在重试…',
    before: '修改前',
    after: '修改后',
    pictures: '图片。滚轮或 + − 缩放，拖动或方向键移动。',
    divide: '前后分界的位置',
    views: {
      label: '视图',
      slider: '滑块',
      side: '并排',
      difference: '差异',
      map: '改动',
      after: '结果',
    },
    zoom: { in: '放大', out: '缩小', fit: '适应', level: '{{percent}}%', whole: '100%' },
  },
}

export const words = { en, cn }
