import type { FactsByKind, Phrase } from '../facts.ts'

type Tone = FactsByKind['tone_transfer']

/** How one direction of a look is asked for. */
export interface LookPhrases {
  /** A verb phrase: `make it a hazy day`. */
  readonly change: Phrase
  /** What comes of it: `a hazy day`. */
  readonly result: Phrase
  /** Names that it goes by, which fit `make it …`, `a … look` or `变成…`: `golden hour`, `黄金时刻`. */
  readonly called?: { readonly en: readonly string[]; readonly cn: readonly string[] }
  /** Other verb phrases that ask for it: `make the colors pop`. */
  readonly asked?: { readonly en: readonly string[]; readonly cn: readonly string[] }
}

/** What a look is called, and what its way back is called where that is a sensible wish. */
export interface LookWords {
  readonly action: Tone['action']
  readonly forward?: LookPhrases
  readonly back?: LookPhrases
}

/** The name of a look of `pentimento/operations`. */
export type LookName = GradingName | MonochromeName | WeatherName | SeasonName | LightName | AgeingName

type GradingName =
  | 'teal-orange'
  | 'warm'
  | 'cool'
  | 'vivid'
  | 'muted'
  | 'faded-film'
  | 'film-grain'
  | 'high-key'
  | 'low-key'
  | 'bleach-bypass'
  | 'cross-process'
  | 'cyberpunk'
  | 'faded-vivid'
  | 'dreamy'
  | 'hdr'
  | 'enhanced'
  | 'white-balanced'
type MonochromeName = 'black-and-white' | 'dramatic-black-and-white' | 'sepia' | 'cyanotype'
type WeatherName = 'haze' | 'dense-fog' | 'rain' | 'snowfall' | 'overcast' | 'sunny'
type SeasonName = 'autumn' | 'winter' | 'spring' | 'summer'
type LightName =
  | 'night'
  | 'golden-hour'
  | 'sunset'
  | 'blue-hour'
  | 'underexposed'
  | 'overexposed'
  | 'colour-cast'
type AgeingName = 'old-photo' | 'faded-print'

type Pair = readonly [en: string, cn: string]
type Pairs = readonly [en: readonly string[], cn: readonly string[]]

const phrase = ([en, cn]: Pair): Phrase => ({ en, cn })

function phrases(change: Pair, result: Pair, called?: Pairs, asked?: Pairs): LookPhrases {
  return {
    change: phrase(change),
    result: phrase(result),
    ...(called && { called: { en: called[0], cn: called[1] } }),
    ...(asked && { asked: { en: asked[0], cn: asked[1] } }),
  }
}

const gradings: { readonly [N in GradingName]: LookWords } = {
  'teal-orange': {
    action: 'grade',
    forward: phrases(
      ['give it a teal and orange cinematic grade', '调成青橙色调的电影感'],
      ['a photo with a teal and orange cinematic grade', '一张青橙电影色调的照片'],
      [
        ['teal and orange', 'orange and teal', 'cinematic', 'a cinematic look', 'movie-like', 'blockbuster'],
        ['青橙', '青橙色调', '电影感', '电影色调', '大片感', '电影风'],
      ],
      [
        ['make it look like a movie', 'make it look like a film still', 'color grade it like a movie'],
        ['做成电影画面的感觉', '调出电影感'],
      ],
    ),
  },
  warm: {
    action: 'grade',
    forward: phrases(
      ['make the colors warmer', '把色调调得更暖'],
      ['a photo in warm tones', '一张暖色调的照片'],
      [
        ['warm', 'warmer', 'warm tones', 'warm colors', 'warm light'],
        ['暖色调', '暖色', '温暖', '暖调'],
      ],
      [
        ['warm it up', 'warm up the colors', 'add warmth', 'make it cozy'],
        ['调暖一点', '让颜色暖一些', '加点暖色'],
      ],
    ),
  },
  cool: {
    action: 'grade',
    forward: phrases(
      ['make the colors cooler', '把色调调得更冷'],
      ['a photo in cool tones', '一张冷色调的照片'],
      [
        ['cool', 'cooler', 'cold', 'cool tones', 'cold tones', 'bluish'],
        ['冷色调', '冷色', '冷调', '偏蓝'],
      ],
      [
        ['cool it down', 'cool down the colors', 'make it colder'],
        ['调冷一点', '让颜色冷一些'],
      ],
    ),
  },
  vivid: {
    action: 'grade',
    forward: phrases(
      ['make the colors more vivid', '让颜色更鲜艳'],
      ['a photo with vivid colors', '一张色彩鲜艳的照片'],
      [
        ['vivid', 'vibrant', 'colorful', 'more colorful', 'punchy', 'saturated'],
        ['鲜艳', '艳丽', '色彩浓郁', '色彩丰富'],
      ],
      [
        ['make the colors pop', 'boost the colors', 'intensify the colors', 'bring out the colors'],
        ['增强色彩', '让色彩更浓', '让颜色跳出来', '提高色彩饱和'],
      ],
    ),
  },
  muted: {
    action: 'grade',
    forward: phrases(
      ['mute the colors', '降低饱和度，让颜色更柔和'],
      ['a photo with muted, soft colors', '一张低饱和度的照片'],
      [
        ['muted', 'desaturated', 'pale', 'soft colors', 'subdued', 'pastel colors'],
        ['低饱和', '低饱和度', '柔和', '淡雅', '素雅'],
      ],
      [
        ['tone down the colors', 'soften the colors', 'make the colors softer'],
        ['颜色淡一点', '让颜色柔和一些', '减淡颜色'],
      ],
    ),
  },
  'faded-film': {
    action: 'grade',
    forward: phrases(
      ['give it a faded film look', '做成褪色胶片的效果'],
      ['a photo with a faded film look', '一张褪色胶片风格的照片'],
      [
        ['faded film', 'vintage', 'retro', 'matte', 'nostalgic', 'old film', 'a vintage look'],
        ['褪色胶片', '复古', '怀旧', '复古胶片', '复古色调', '哑光'],
      ],
      [
        ['give it a vintage look', 'make it look retro', 'fade it like old film'],
        ['调成复古风', '做成怀旧的感觉', '加个复古滤镜'],
      ],
    ),
  },
  'film-grain': {
    action: 'grade',
    forward: phrases(
      ['make it look like it was shot on color film', '做成彩色胶片拍摄的效果'],
      ['a photo shot on grainy color film', '一张有颗粒感的彩色胶片照片'],
      [
        ['color film', 'analog', 'film-like', 'a film look', '35mm film', 'grainy film'],
        ['彩色胶片', '胶片感', '胶片风', '胶卷'],
      ],
      [
        ['make it look like analog film', 'give it a film look'],
        ['调出胶片感', '做成胶片效果'],
      ],
    ),
  },
  'high-key': {
    action: 'grade',
    forward: phrases(
      ['turn it into a bright, airy high-key photo', '调成明亮通透的高调照片'],
      ['a bright, airy high-key photo', '一张明亮的高调照片'],
      [
        ['high-key', 'high key', 'bright and airy', 'light and airy', 'airy'],
        ['高调', '明亮通透', '通透', '清新明亮'],
      ],
    ),
  },
  'low-key': {
    action: 'grade',
    forward: phrases(
      ['turn it into a dark, moody low-key photo', '调成暗调的氛围照片'],
      ['a dark, moody low-key photo', '一张氛围感的低调照片'],
      [
        ['low-key', 'low key', 'dark and moody', 'moody', 'gloomy'],
        ['低调', '暗调', '氛围感', '暗黑'],
      ],
    ),
  },
  'bleach-bypass': {
    action: 'grade',
    forward: phrases(
      ['give it a gritty bleach bypass look', '做成留银冲洗的粗粝效果'],
      ['a gritty, silvery photo with a bleach bypass look', '一张留银效果的高反差照片'],
      [
        ['bleach bypass', 'gritty', 'silvery', 'a gritty look'],
        ['留银', '留银冲洗', '粗粝'],
      ],
    ),
  },
  'cross-process': {
    action: 'grade',
    forward: phrases(
      ['give it a cross-processed look', '做成正负冲的效果'],
      ['a photo with cross-processed colors', '一张正负冲色彩的照片'],
      [
        ['cross-processed', 'cross processed', 'cross process', 'lomo', 'lomography'],
        ['正负冲', '正片负冲', 'LOMO', 'lomo风'],
      ],
    ),
  },
  cyberpunk: {
    action: 'grade',
    forward: phrases(
      ['give it a neon cyberpunk grade in purple and cyan', '调成紫青色的赛博朋克色调'],
      ['a photo with a purple and cyan cyberpunk grade', '一张赛博朋克色调的照片'],
      [
        ['cyberpunk', 'neon', 'synthwave', 'vaporwave', 'purple and cyan'],
        ['赛博朋克', '霓虹', '蒸汽波', '紫青色调'],
      ],
    ),
  },
  'faded-vivid': {
    action: 'grade',
    back: phrases(
      ['bring the faded colors back', '恢复褪去的色彩，让画面更鲜明'],
      ['a photo with full color and contrast', '一张色彩和对比度饱满的照片'],
    ),
  },
  dreamy: {
    action: 'grade',
    forward: phrases(
      ['give it a soft, dreamy glow', '加上柔和梦幻的光晕'],
      ['a photo with a soft, dreamy glow', '一张柔光梦幻的照片'],
      [
        ['dreamy', 'soft glow', 'glowing', 'ethereal', 'soft focus'],
        ['梦幻', '柔光', '朦胧', '唯美', '光晕'],
      ],
      [
        ['make it dreamy', 'add a soft glow'],
        ['做成梦幻的感觉', '加点柔光'],
      ],
    ),
  },
  hdr: {
    action: 'grade',
    forward: phrases(
      ['give it an HDR look', '做成HDR效果'],
      ['a photo with an HDR look', '一张HDR效果的照片'],
      [
        ['HDR', 'high dynamic range', 'an HDR look'],
        ['HDR', '高动态范围'],
      ],
      [
        ['bring out detail in shadows and highlights', 'balance the shadows and highlights'],
        ['提升明暗细节', '平衡亮部和暗部'],
      ],
    ),
  },
  enhanced: {
    action: 'grade',
    forward: phrases(
      ['enhance the photo', '优化这张照片'],
      ['an enhanced photo', '一张优化后的照片'],
      undefined,
      [
        [
          'improve the photo',
          'improve this',
          'make it look better',
          'make it look good',
          'fix the photo',
          'fix the lighting',
          'fix the colors',
          'auto enhance',
          'auto correct it',
          'touch it up',
          'make it look professional',
        ],
        ['美化照片', '改善画质', '自动优化', '自动调色', '让照片更好看', '修一下这张照片', '调好看一点'],
      ],
    ),
  },
  'white-balanced': {
    action: 'light',
    forward: phrases(
      ['correct the white balance', '校正白平衡'],
      ['a photo with neutral white balance', '一张白平衡准确的照片'],
      undefined,
      [
        [
          'fix the white balance',
          'remove the color cast',
          'neutralize the colors',
          'make the whites neutral',
          'auto white balance',
        ],
        ['修正白平衡', '去除偏色', '修正偏色', '去掉色偏', '自动白平衡', '让白色更准'],
      ],
    ),
  },
}

const monochromes: { readonly [N in MonochromeName]: LookWords } = {
  'black-and-white': {
    action: 'monochrome',
    forward: phrases(
      ['turn it into black and white', '变成黑白照片'],
      ['a black and white photo', '一张黑白照片'],
      [
        ['black and white', 'b&w', 'B/W', 'bw', 'monochrome', 'grayscale', 'greyscale', 'gray', 'colorless'],
        ['黑白', '灰度', '单色', '黑白照'],
      ],
      [
        ['remove the color', 'remove all color', 'take the color out', 'desaturate it completely'],
        ['去掉颜色', '去色', '去掉彩色', '转为黑白'],
      ],
    ),
    back: phrases(
      ['colorize the black and white photo', '给这张黑白照片上色'],
      ['a photo in natural color', '一张自然色彩的彩色照片'],
    ),
  },
  'dramatic-black-and-white': {
    action: 'monochrome',
    forward: phrases(
      ['make it a dramatic high-contrast black and white photo', '变成高反差的黑白大片'],
      ['a dramatic high-contrast black and white photo', '一张高反差的黑白照片'],
      [
        ['dramatic black and white', 'high-contrast black and white', 'noir', 'film noir'],
        ['高反差黑白', '强对比黑白', '黑色电影'],
      ],
    ),
  },
  sepia: {
    action: 'monochrome',
    forward: phrases(
      ['turn it into a sepia photo', '变成棕褐色的怀旧照片'],
      ['a sepia photo', '一张棕褐色调的照片'],
      [
        ['sepia', 'sepia-toned', 'brownish', 'sepia tone'],
        ['棕褐色', '棕褐色调', '怀旧棕色', '茶色'],
      ],
    ),
  },
  cyanotype: {
    action: 'monochrome',
    forward: phrases(
      ['turn it into a blue cyanotype', '变成蓝晒法的照片'],
      ['a blue cyanotype print', '一张蓝晒照片'],
      [
        ['cyanotype', 'a cyanotype', 'blueprint photo'],
        ['蓝晒', '蓝晒法'],
      ],
    ),
  },
}

const weathers: { readonly [N in WeatherName]: LookWords } = {
  haze: {
    action: 'weather',
    forward: phrases(
      ['make it a hazy day', '变成雾霾天'],
      ['a hazy day', '雾霾天'],
      [
        ['hazy', 'misty', 'haze', 'mist', 'light fog', 'smoggy'],
        ['雾霾', '薄雾', '有雾', '朦胧的雾气', '轻雾'],
      ],
      [
        ['add some haze', 'add mist', 'add light fog'],
        ['加点薄雾', '添加雾气'],
      ],
    ),
    back: phrases(
      ['remove the haze', '去除画面中的雾霾'],
      ['a clear day without haze', '没有雾霾的晴朗画面'],
    ),
  },
  'dense-fog': {
    action: 'weather',
    forward: phrases(
      ['fill the scene with dense fog', '让场景笼罩在浓雾中'],
      ['a scene in dense fog', '浓雾笼罩的场景'],
      [
        ['foggy', 'dense fog', 'thick fog', 'fog', 'heavy fog', 'in the fog'],
        ['浓雾', '大雾', '起雾', '大雾天', '雾天'],
      ],
      [
        ['add fog', 'make it foggy', 'cover it in fog'],
        ['加上浓雾', '添加大雾', '让它起雾'],
      ],
    ),
  },
  rain: {
    action: 'weather',
    forward: phrases(
      ['make it rain', '让画面下起雨来'],
      ['a rainy day', '下雨天'],
      [
        ['rainy', 'raining', 'rain', 'a rainy scene', 'a downpour'],
        ['下雨', '雨天', '雨中', '雨景', '下雨的天气'],
      ],
      [
        ['add rain', 'let it rain', 'add falling rain'],
        ['加上雨', '添加雨水', '下点雨'],
      ],
    ),
    back: phrases(['remove the rain', '去除画面中的雨'], ['a clear day without rain', '没有雨的晴朗画面']),
  },
  snowfall: {
    action: 'weather',
    forward: phrases(
      ['make it snow', '让画面下起雪来'],
      ['a day with falling snow', '下雪天'],
      [
        ['snowing', 'snowfall', 'falling snow', 'snowflakes', 'a snowfall'],
        ['下雪', '飘雪', '雪花', '下雪天', '雪中'],
      ],
      [
        ['add snow', 'add falling snow', 'let it snow', 'add snowflakes'],
        ['加上雪花', '添加飘雪', '下点雪'],
      ],
    ),
    back: phrases(
      ['remove the falling snow', '去除画面中的飘雪'],
      ['the scene without snowfall', '没有飘雪的画面'],
    ),
  },
  overcast: {
    action: 'weather',
    forward: phrases(
      ['make it an overcast day', '变成阴天'],
      ['a gray, overcast day', '阴天'],
      [
        ['overcast', 'cloudy', 'gray day', 'a cloudy day', 'dull'],
        ['阴天', '多云', '阴沉', '灰蒙蒙'],
      ],
    ),
    back: phrases(
      ['make it a sunny day with a blue sky', '变成蓝天白云的晴天'],
      ['a sunny day with a blue sky', '蓝天下的晴天'],
    ),
  },
  sunny: {
    action: 'weather',
    forward: phrases(
      ['make it look sunny', '变成阳光明媚的样子'],
      ['a bright, sunny day', '阳光明媚的晴天'],
      [
        ['sunny', 'sunlit', 'bright and sunny', 'sunshine', 'a sunny day'],
        ['晴天', '阳光明媚', '阳光灿烂', '出太阳', '晴朗'],
      ],
      [
        ['add sunshine', 'add sunlight', 'let the sun shine'],
        ['加点阳光', '添加阳光'],
      ],
    ),
  },
}

const seasons: { readonly [N in SeasonName]: LookWords } = {
  autumn: {
    action: 'season',
    forward: phrases(
      ['make it autumn', '变成秋天'],
      ['an autumn scene with golden leaves', '金黄的秋日景色'],
      [
        ['autumn', 'fall', 'autumnal', 'fall colors', 'autumn colors', 'golden leaves'],
        ['秋天', '秋季', '秋日', '秋色', '金秋', '深秋'],
      ],
      [
        ['turn the leaves golden', 'turn the leaves orange', 'change the season to fall'],
        ['把叶子变黄', '让树叶变成金黄色', '把季节改成秋天'],
      ],
    ),
    back: phrases(
      ['turn autumn into summer', '把秋天变成夏天'],
      ['a green summer scene', '绿意盎然的夏日景色'],
    ),
  },
  winter: {
    action: 'season',
    forward: phrases(
      ['make it a snowy winter scene', '变成白雪皑皑的冬天'],
      ['a snowy winter scene', '白雪皑皑的冬日景色'],
      [
        ['winter', 'wintry', 'snowy', 'snow-covered', 'winter wonderland', 'covered in snow'],
        ['冬天', '冬季', '冬日', '雪景', '积雪', '白雪覆盖'],
      ],
      [
        ['cover everything with snow', 'cover the ground with snow', 'change the season to winter'],
        ['铺上积雪', '盖上一层雪', '把季节改成冬天'],
      ],
    ),
    back: phrases(
      ['turn winter into summer', '把冬天变成夏天'],
      ['a green summer scene', '绿意盎然的夏日景色'],
    ),
  },
  spring: {
    action: 'season',
    forward: phrases(
      ['make the greens fresh as in spring', '让绿色像春天一样清新'],
      ['a fresh spring scene', '清新的春日景色'],
      [
        ['spring', 'springlike', 'springtime', 'fresh spring'],
        ['春天', '春季', '春日', '春意盎然'],
      ],
      [
        ['make the greens fresher', 'change the season to spring'],
        ['让绿色更清新', '把季节改成春天'],
      ],
    ),
  },
  summer: {
    action: 'season',
    forward: phrases(
      ['make it look like high summer', '变成盛夏的样子'],
      ['a lush summer scene', '葱郁的夏日景色'],
      [
        ['summer', 'summery', 'summertime', 'lush summer', 'midsummer'],
        ['夏天', '夏季', '夏日', '盛夏'],
      ],
      [
        ['make the greens lush', 'change the season to summer', 'make the grass greener'],
        ['让植物更葱郁', '把季节改成夏天', '让草地更绿'],
      ],
    ),
  },
}

const lights: { readonly [N in LightName]: LookWords } = {
  night: {
    action: 'light',
    forward: phrases(
      ['turn day into night', '把白天变成夜晚'],
      ['the scene at night', '夜晚的景色'],
      [
        ['night', 'nighttime', 'night time', 'at night', 'midnight', 'a night scene', 'moonlit'],
        ['夜晚', '晚上', '夜景', '黑夜', '夜里', '月夜'],
      ],
      [
        ['make it night', 'turn it to night', 'change the time to night'],
        ['变成夜里', '改成夜景', '把时间改成晚上'],
      ],
    ),
    back: phrases(['turn night into day', '把夜晚变成白天'], ['the scene in daylight', '白天的景色']),
  },
  'golden-hour': {
    action: 'light',
    forward: phrases(
      ['put it in warm golden hour light', '变成黄金时刻的温暖光线'],
      ['a scene in warm golden hour light', '黄金时刻暖光下的画面'],
      [
        ['golden hour', 'golden light', 'late afternoon', 'evening sun', 'golden-hour light', 'morning sun'],
        ['黄金时刻', '金色阳光', '夕照', '午后阳光', '晨光', '暖阳'],
      ],
      [
        ['add golden light', 'light it with a low sun'],
        ['加上金色的阳光', '打上暖阳'],
      ],
    ),
  },
  sunset: {
    action: 'light',
    forward: phrases(
      ['make it sunset', '变成日落时分'],
      ['a scene at sunset', '日落时分的景色'],
      [
        ['sunset', 'at sunset', 'sunset sky', 'evening', 'a red evening sky', 'sunrise', 'dawn'],
        ['日落', '夕阳', '黄昏', '晚霞', '傍晚', '落日', '日出', '朝霞'],
      ],
      [
        ['add a sunset', 'give it a sunset sky', 'turn the sky to sunset'],
        ['把天空变成晚霞', '加上夕阳'],
      ],
    ),
    back: phrases(
      ['change the sunset to midday light', '把日落改成正午的光线'],
      ['the scene in midday light', '正午光线下的景色'],
    ),
  },
  'blue-hour': {
    action: 'light',
    forward: phrases(
      ['make it the blue hour after sunset', '变成日落后的蓝调时刻'],
      ['a scene in the blue hour', '蓝调时刻的景色'],
      [
        ['blue hour', 'dusk', 'twilight', 'at dusk', 'nightfall', 'early evening'],
        ['蓝调时刻', '暮色', '薄暮', '入夜', '黎明前'],
      ],
    ),
  },
  underexposed: {
    action: 'light',
    forward: phrases(['darken the photo', '把照片调暗'], ['a darker photo', '一张更暗的照片']),
    back: phrases(
      ['brighten the underexposed photo', '把这张曝光不足的照片提亮'],
      ['a well exposed photo', '一张曝光正常的照片'],
    ),
  },
  overexposed: {
    action: 'light',
    back: phrases(['fix the overexposure', '修正过曝'], ['a well exposed photo', '一张曝光正常的照片']),
  },
  'colour-cast': {
    action: 'light',
    back: phrases(
      ['correct the white balance', '校正白平衡'],
      ['a photo with neutral white balance', '一张白平衡准确的照片'],
    ),
  },
}

const ageings: { readonly [N in AgeingName]: LookWords } = {
  'old-photo': {
    action: 'restore',
    forward: phrases(
      ['age it into a worn old photograph', '做旧成一张破损的老照片'],
      ['a worn, scratched old photograph', '一张有划痕的破旧老照片'],
      [
        ['an old photo', 'an old photograph', 'a worn photograph', 'a scratched photo', 'antique', 'aged'],
        ['老照片', '旧照片', '破旧的老照片', '做旧'],
      ],
      [
        ['make it look old', 'age the photo', 'make it look a hundred years old', 'add scratches and dust'],
        ['做旧', '做成老照片', '加上划痕和灰尘'],
      ],
    ),
    back: phrases(
      ['restore and colorize this old photo', '修复这张老照片并上色'],
      ['a restored photo in color', '一张修复好的彩色照片'],
    ),
  },
  'faded-print': {
    action: 'restore',
    forward: phrases(
      ['make it look like a faded color print from the seventies', '做成七十年代褪色彩色照片的样子'],
      ['a faded color print from the seventies', '一张七十年代的褪色彩照'],
      [
        ['a faded print', 'a seventies photo', 'a photo from the 70s', 'a 1970s print', 'a faded photo'],
        ['褪色彩照', '七十年代照片', '泛黄的彩色照片', '70年代'],
      ],
    ),
    back: phrases(
      ['restore this faded, scratched photo', '修复这张褪色、有划痕的照片'],
      ['a restored photo with its colors back', '一张色彩复原的照片'],
    ),
  },
}

/** Words of looks, by the operation's name of each. */
export const lookWords: { readonly [N in LookName]: LookWords } = {
  ...gradings,
  ...monochromes,
  ...weathers,
  ...seasons,
  ...lights,
  ...ageings,
}
