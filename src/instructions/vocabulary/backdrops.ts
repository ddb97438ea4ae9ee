import type { Words } from './words.ts'

const studio = (
  en: string,
  cn: string,
  colour: { readonly en: readonly string[]; readonly cn: readonly string[] },
): Words => ({
  en,
  cn,
  also: {
    en: colour.en.flatMap((each) => [
      `a ${each} studio`,
      `a ${each} studio background`,
      `a ${each} studio backdrop`,
      `a ${each} seamless backdrop`,
    ]),
    cn: colour.cn.flatMap((each) => [`${each}摄影棚`, `${each}影棚背景`, `${each}棚拍背景`]),
  },
})

/** What the backgrounds that can be painted are called, by the operation's name of each. */
export const backdropWords: Readonly<Record<string, Words>> = {
  'white studio': studio('a plain white studio background', '纯白色摄影棚背景', {
    en: ['white', 'plain white'],
    cn: ['白色', '纯白'],
  }),
  'grey studio': studio('a light gray studio background', '浅灰色摄影棚背景', {
    en: ['gray', 'grey', 'light grey'],
    cn: ['灰色', '浅灰'],
  }),
  'pink studio': studio('a soft pink studio background', '柔粉色摄影棚背景', {
    en: ['pink'],
    cn: ['粉色', '粉红色'],
  }),
  'blue studio': studio('a pale blue studio background', '淡蓝色摄影棚背景', {
    en: ['blue', 'light blue'],
    cn: ['蓝色', '浅蓝色'],
  }),
  'beige studio': studio('a warm beige studio background', '暖米色摄影棚背景', {
    en: ['beige'],
    cn: ['米色'],
  }),
  'green studio': studio('a mint green studio background', '薄荷绿色摄影棚背景', {
    en: ['green', 'mint'],
    cn: ['绿色', '薄荷绿'],
  }),
  'yellow studio': studio('a bright yellow studio background', '亮黄色摄影棚背景', {
    en: ['yellow'],
    cn: ['黄色'],
  }),
  'cloudy sky': {
    en: 'a blue sky with white clouds',
    cn: '蓝天白云',
    also: {
      en: ['a blue sky', 'a cloudy sky', 'a clear blue sky', 'the sky', 'clouds', 'a bright sky'],
      cn: ['蓝天', '天空', '有云的天空', '白云'],
    },
  },
  sunset: {
    en: 'a sunset sky',
    cn: '日落时的天空',
    also: {
      en: [
        'a sunset',
        'a sunrise',
        'an evening sky',
        'a dramatic sunset',
        'the sunset',
        'an orange sunset sky',
      ],
      cn: ['日落', '夕阳', '晚霞', '黄昏的天空', '日出'],
    },
  },
  'starry night': {
    en: 'a night sky full of stars',
    cn: '繁星满天的夜空',
    also: {
      en: [
        'a starry sky',
        'a starry night',
        'the night sky',
        'stars',
        'outer space',
        'space',
        'the milky way',
      ],
      cn: ['星空', '夜空', '满天星斗', '银河', '太空', '宇宙'],
    },
  },
  'city lights': {
    en: 'blurred city lights at night',
    cn: '夜晚朦胧的城市灯光',
    also: {
      en: ['city lights', 'bokeh lights', 'bokeh', 'blurry city lights', 'night lights', 'a city at night'],
      cn: ['城市灯光', '城市夜景', '霓虹灯', '光斑'],
    },
  },
  garden: {
    en: 'a blurred green garden',
    cn: '虚化的绿色花园',
    also: {
      en: [
        'a garden',
        'a green garden',
        'greenery',
        'blurred greenery',
        'a park',
        'a blurry garden',
        'nature',
      ],
      cn: ['花园', '绿色花园', '公园', '绿植', '大自然'],
    },
  },
}
