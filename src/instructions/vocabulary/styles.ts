import type { Words } from './words.ts'

/** The name of a style of `pentimento/operations`. */
export type StyleName =
  | 'oil-painting'
  | 'watercolour'
  | 'pastel'
  | 'ink-wash'
  | 'pencil'
  | 'coloured-pencil'
  | 'charcoal'
  | 'line-art'
  | 'engraving'
  | 'blueprint'
  | 'chalkboard'
  | 'cartoon'
  | 'pixel-art'
  | 'pop-art'
  | 'halftone'
  | 'newsprint'
  | 'poster'
  | 'mosaic'
  | 'stained-glass'
  | 'cross-stitch'
  | 'toy-bricks'

const words = (en: string, cn: string, alsoEn: readonly string[], alsoCn: readonly string[]): Words => ({
  en,
  cn,
  also: { en: alsoEn, cn: alsoCn },
})

/** Words of styles, with the article they need, by the operation's name of each. */
export const styleWords: { readonly [N in StyleName]: Words } = {
  'oil-painting': words(
    'an oil painting',
    '油画',
    ['an oil paint', 'a painting', 'an impressionist painting', 'a Van Gogh style painting', 'oil on canvas'],
    ['油画风', '绘画', '印象派油画', '梵高风格的画', '厚涂'],
  ),
  watercolour: words(
    'a watercolor painting',
    '水彩画',
    ['a watercolour', 'a watercolor', 'a watercolour painting', 'an aquarelle'],
    ['水彩', '水彩风'],
  ),
  pastel: words(
    'a soft pastel drawing',
    '粉彩画',
    ['a pastel', 'a pastel drawing', 'a pastel painting', 'a chalk pastel drawing'],
    ['粉彩', '色粉画', '粉笔画'],
  ),
  'ink-wash': words(
    'a traditional Chinese ink wash painting',
    '中国水墨画',
    ['an ink wash painting', 'a Chinese painting', 'a Chinese ink painting', 'a sumi-e painting', 'ink wash'],
    ['水墨画', '水墨风', '国画', '中国画', '山水画', '水墨'],
  ),
  pencil: words(
    'a pencil sketch',
    '铅笔素描',
    ['a sketch', 'a pencil drawing', 'a graphite drawing', 'a drawing', 'a hand-drawn sketch'],
    ['素描', '铅笔画', '手绘', '速写', '素描画'],
  ),
  'coloured-pencil': words(
    'a colored pencil drawing',
    '彩色铅笔画',
    ['a coloured pencil drawing', 'a crayon drawing', 'a color pencil sketch'],
    ['彩铅画', '彩铅', '蜡笔画'],
  ),
  charcoal: words(
    'a charcoal drawing',
    '炭笔画',
    ['a charcoal sketch', 'charcoal'],
    ['炭笔', '木炭画', '炭笔素描'],
  ),
  'line-art': words(
    'a black and white line drawing',
    '黑白线稿',
    ['line art', 'a line drawing', 'an outline drawing', 'a coloring page', 'a coloring book page'],
    ['线稿', '线条画', '简笔画', '涂色页'],
  ),
  engraving: words(
    'a vintage engraving',
    '复古版画',
    ['an engraving', 'an etching', 'a banknote style engraving', 'a copperplate print'],
    ['版画', '铜版画', '雕版', '钞票风格的版画'],
  ),
  blueprint: words(
    'a blueprint with white lines',
    '白线蓝图',
    ['a blueprint', 'a technical blueprint', 'an architectural blueprint'],
    ['蓝图', '工程蓝图', '设计蓝图'],
  ),
  chalkboard: words(
    'a chalk drawing on a blackboard',
    '黑板粉笔画',
    ['a chalk drawing', 'a chalkboard drawing', 'chalk on a blackboard'],
    ['黑板画', '黑板报'],
  ),
  cartoon: words(
    'a cartoon with bold outlines',
    '粗线条的卡通画',
    ['a cartoon', 'a comic', 'a comic book illustration', 'a graphic novel', 'a cartoon drawing'],
    ['卡通', '卡通画', '漫画', '卡通风', '美漫'],
  ),
  'pixel-art': words(
    'pixel art',
    '像素画',
    ['8-bit art', '8-bit', '16-bit pixel art', 'a retro video game', 'pixelart'],
    ['像素风', '像素艺术', '8位像素', '8bit'],
  ),
  'pop-art': words(
    'pop art',
    '波普艺术',
    ['a pop art print', 'an Andy Warhol print', 'a Warhol style print'],
    ['波普', '波普风', '安迪沃霍尔风格'],
  ),
  halftone: words(
    'a halftone comic print',
    '网点漫画印刷',
    ['a halftone print', 'halftone', 'comic book dots', 'a dotted print'],
    ['网点画', '网点', '半色调'],
  ),
  newsprint: words(
    'a black and white newspaper print',
    '黑白报纸印刷',
    ['a newspaper print', 'a newspaper photo', 'newsprint'],
    ['报纸印刷', '报纸照片', '旧报纸'],
  ),
  poster: words(
    'a flat screen-printed poster',
    '扁平化丝网海报',
    ['a poster', 'a screen print', 'a flat illustration', 'a vector illustration', 'flat design'],
    ['海报', '丝网印刷', '扁平插画', '矢量插画', '扁平风'],
  ),
  mosaic: words(
    'a mosaic of small tiles',
    '马赛克镶嵌画',
    ['a mosaic', 'a tile mosaic', 'a Roman mosaic'],
    ['镶嵌画', '马赛克拼贴', '瓷砖镶嵌'],
  ),
  'stained-glass': words(
    'a stained glass window',
    '彩色玻璃花窗',
    ['stained glass', 'a church window', 'a stained-glass window'],
    ['彩色玻璃', '花窗', '教堂玻璃'],
  ),
  'cross-stitch': words(
    'a cross-stitch embroidery',
    '十字绣',
    ['cross-stitch', 'cross stitch', 'an embroidery', 'needlework'],
    ['刺绣', '绣花'],
  ),
  'toy-bricks': words(
    'a picture built from toy bricks',
    '积木拼图画',
    ['toy bricks', 'LEGO', 'lego bricks', 'building blocks'],
    ['积木', '乐高', '乐高积木'],
  ),
}

/** Words of the stylizer tool's filters, by the name that the tool gives each. */
export const stylizerWords: Readonly<Record<string, Words>> = {
  cartoon: { en: 'a cartoon', cn: '卡通画' },
  'pencil drawing': { en: 'a pencil drawing', cn: '铅笔画' },
  'pencil sketch': { en: 'a light pencil sketch', cn: '轻描的铅笔速写' },
  'ink drawing': words(
    'an ink drawing',
    '钢笔墨线画',
    ['a pen drawing', 'a pen and ink drawing'],
    ['钢笔画'],
  ),
  woodcut: words('a woodcut print', '木刻版画', ['a woodcut', 'a linocut'], ['木刻', '木版画']),
  'halftone print': { en: 'a halftone print', cn: '半色调印刷' },
  'oil painting': { en: 'a thickly brushed oil painting', cn: '厚涂油画' },
  'expressive painting': words(
    'an expressive painting in bold strokes',
    '大笔触的表现主义绘画',
    ['an expressionist painting'],
    ['表现主义绘画'],
  ),
  'outlined painting': { en: 'a painting with dark outlines', cn: '深色勾线的绘画' },
  'cubist painting': words(
    'a cubist painting',
    '立体主义绘画',
    ['cubism', 'a Picasso style painting'],
    ['立体派', '毕加索风格的画'],
  ),
  'stained glass': { en: 'a stained glass picture', cn: '彩绘玻璃画' },
}
