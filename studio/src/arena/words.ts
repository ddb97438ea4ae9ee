import type { WordsOf } from '../shared/language.ts'

const en = {
  arena: {
    title: 'Picture arena',
    organise: 'Arena',
    question: 'Which picture is better?',
    first: 'A is better',
    second: 'B is better',
    tie: 'Equally good',
    bad: 'Both bad',
    ratings: 'Ranking of the systems',
    guide: {
      look: 'You see an original, an instruction, and what two programs made of it.',
      choose:
        'Say which picture is better, that both are equally good, or that both are bad. The next two follow immediately.',
      keep: 'Look at three things: was the instruction followed, is everything else unchanged, and does the picture look real?',
      time_one: 'There is {{count}} pair after the practice. You can pause at any time.',
      time_other: 'There are {{count}} pairs after the practice. You can pause at any time.',
    },
    explained:
      'Most people would say that B is better: in both the cup is blue, but in A so are the wall, the table and the leaves. With real pictures it is rarely that clear. Use your own impression.',
  },
}

const cn: WordsOf<typeof en> = {
  arena: {
    title: '图片对比',
    organise: '对比评测',
    question: '哪张图片更好？',
    first: 'A 更好',
    second: 'B 更好',
    tie: '一样好',
    bad: '都不好',
    ratings: '各系统的排名',
    guide: {
      look: '您会看到一张原图、一条指令，以及两个程序给出的结果。',
      choose: '请选择哪张更好、一样好，或者都不好。之后立即出现下一对。',
      keep: '请看三点：是否按指令修改，其余部分是否保持原样，图片是否真实自然。',
      time_one: '练习之后共有 {{count}} 对。您可以随时暂停。',
      time_other: '练习之后共有 {{count}} 对。您可以随时暂停。',
    },
    explained:
      '大多数人会认为 B 更好：两张的杯子都变蓝了，但 A 的墙、桌子和叶子也变蓝了。真实图片很少如此分明，请凭自己的感受判断。',
  },
}

export const words = { en, cn }
