import type { Words } from './words.ts'

const words = (en: string, cn: string, alsoEn: readonly string[], alsoCn: readonly string[]): Words => ({
  en,
  cn,
  also: { en: alsoEn, cn: alsoCn },
})

/** The name of a retouch. */
export type RetouchName =
  | 'smooth-skin'
  | 'brighten-skin'
  | 'warm-skin'
  | 'rosy-skin'
  | 'tan'
  | 'pale-skin'
  | 'freckles'
  | 'remove-freckles'
  | 'blemishes'
  | 'remove-blemishes'
  | 'fewer-wrinkles'
  | 'dark-circles'
  | 'less-shine'
  | 'beautify'
  | 'brighter-eyes'
  | 'eye-shadow-purple'
  | 'eye-shadow-blue'
  | 'eye-shadow-brown'
  | 'eye-shadow-green'
  | 'eyes-blue'
  | 'eyes-green'
  | 'eyes-brown'
  | 'eyes-grey'
  | 'darker-brows'
  | 'lips-red'
  | 'lips-pink'
  | 'lips-coral'
  | 'lips-berry'
  | 'whiter-teeth'
  | 'blush'
  | 'slimmer-face'
  | 'fuller-face'
  | 'larger-eyes'

/** Words of retouches, by the operation's name. */
export const retouchWords: { readonly [N in RetouchName]: Words } = {
  'smooth-skin': words(
    'smooth the skin',
    '让皮肤更光滑',
    [
      'make the skin smoother',
      'soften the skin',
      'give smooth skin',
      'even out the skin',
      'make the skin flawless',
    ],
    ['磨皮', '皮肤磨皮', '让皮肤更细腻', '让皮肤平滑一些', '柔化皮肤'],
  ),
  'brighten-skin': words(
    'brighten the skin',
    '提亮肤色',
    [
      'lighten the skin',
      'make the skin brighter',
      'make the face brighter',
      'make the skin fairer',
      'whiten the skin',
    ],
    ['美白皮肤', '让皮肤更白', '让肤色更亮', '把脸提亮', '皮肤白一点'],
  ),
  'warm-skin': words(
    'give the skin a warmer tone',
    '让肤色更暖',
    ['make the skin warmer', 'warm up the skin tone'],
    ['肤色调暖', '让皮肤色调偏暖'],
  ),
  'rosy-skin': words(
    'give the skin a rosy tone',
    '让肤色更红润',
    ['make the skin rosy', 'make the skin pinker', 'give a healthy rosy complexion'],
    ['气色好一点', '让脸色更红润', '让皮肤红润有光泽'],
  ),
  tan: words(
    'give the skin a healthy tan',
    '把皮肤调成健康的小麦色',
    ['tan the skin', 'make the skin tanned', 'make the skin darker', 'give a tan', 'add a tan'],
    ['让皮肤晒黑一点', '小麦色皮肤', '让皮肤黑一点', '美黑'],
  ),
  'pale-skin': words(
    'make the skin paler',
    '让肤色更苍白',
    ['give pale skin', 'make the face paler', 'less red skin', 'reduce the redness of the skin'],
    ['减少皮肤泛红', '让脸不那么红', '皮肤去红'],
  ),
  freckles: words(
    'add freckles',
    '加上雀斑',
    ['give freckles', 'put freckles on the face'],
    ['脸上加点雀斑', '画上雀斑'],
  ),
  'remove-freckles': words(
    'remove the freckles',
    '去掉雀斑',
    ['get rid of the freckles', 'fewer freckles'],
    ['祛斑', '淡化雀斑', '去斑'],
  ),
  blemishes: words(
    'add blemishes to the skin',
    '给皮肤加上痘痘和瑕疵',
    ['add pimples', 'give acne'],
    ['加上痘痘'],
  ),
  'remove-blemishes': words(
    'remove the blemishes from the skin',
    '去除皮肤上的痘痘和瑕疵',
    [
      'remove the pimples',
      'remove acne',
      'get rid of the spots on the face',
      'clear the skin',
      'remove skin imperfections',
      'remove the moles',
      'fix the skin',
    ],
    ['祛痘', '去掉痘痘', '去除痘印', '去掉脸上的瑕疵', '去痣'],
  ),
  'fewer-wrinkles': words(
    'reduce the wrinkles',
    '减少皱纹',
    ['remove the wrinkles', 'soften the wrinkles', 'smooth out the fine lines', 'make the face look younger'],
    ['去皱纹', '淡化皱纹', '祛皱', '去掉法令纹', '抚平细纹', '看起来年轻一点'],
  ),
  'dark-circles': words(
    'reduce the dark circles under the eyes',
    '淡化黑眼圈',
    ['remove the dark circles', 'remove the bags under the eyes', 'fix the tired eyes'],
    ['去黑眼圈', '去掉黑眼圈', '去眼袋', '淡化眼袋'],
  ),
  'less-shine': words(
    'reduce the shine on the skin',
    '减少皮肤的油光',
    ['remove the shine from the face', 'make the skin less shiny', 'make the skin matte'],
    ['去油光', '脸上去油光', '哑光皮肤'],
  ),
  beautify: words(
    'retouch the face a bit',
    '给脸美颜一下',
    [
      'beautify the face',
      'retouch the portrait',
      'use a beauty filter',
      'touch up the face',
      'make the face prettier',
    ],
    ['美颜', '人像美化', '人像精修', '修一下脸', '让脸更好看'],
  ),
  'brighter-eyes': words(
    'brighten the eyes',
    '让眼睛更明亮',
    ['make the eyes brighter', 'make the eyes pop', 'whiten the eyes', 'make the eyes sparkle'],
    ['亮眼', '眼睛亮一点', '让眼睛有神', '提亮眼白'],
  ),
  'eye-shadow-purple': words(
    'add purple eye shadow',
    '画上紫色眼影',
    ['put purple eyeshadow on'],
    ['紫色眼影'],
  ),
  'eye-shadow-blue': words('add blue eye shadow', '画上蓝色眼影', ['put blue eyeshadow on'], ['蓝色眼影']),
  'eye-shadow-brown': words(
    'add brown eye shadow',
    '画上棕色眼影',
    ['put brown eyeshadow on'],
    ['棕色眼影', '大地色眼影'],
  ),
  'eye-shadow-green': words('add green eye shadow', '画上绿色眼影', ['put green eyeshadow on'], ['绿色眼影']),
  'eyes-blue': words(
    'make the eyes blue',
    '把眼睛变成蓝色',
    ['change the eye colour to blue', 'give blue eyes', 'blue contact lenses'],
    ['蓝色瞳孔', '眼睛颜色改成蓝色', '蓝色美瞳'],
  ),
  'eyes-green': words(
    'make the eyes green',
    '把眼睛变成绿色',
    ['change the eye colour to green', 'give green eyes'],
    ['绿色瞳孔', '眼睛颜色改成绿色', '绿色美瞳'],
  ),
  'eyes-brown': words(
    'make the eyes brown',
    '把眼睛变成棕色',
    ['change the eye colour to brown', 'give brown eyes'],
    ['棕色瞳孔', '眼睛颜色改成棕色', '棕色美瞳'],
  ),
  'eyes-grey': words(
    'make the eyes grey',
    '把眼睛变成灰色',
    ['change the eye colour to gray', 'give grey eyes'],
    ['灰色瞳孔', '眼睛颜色改成灰色', '灰色美瞳'],
  ),
  'darker-brows': words(
    'darken the eyebrows',
    '加深眉毛颜色',
    ['make the eyebrows darker', 'fuller eyebrows', 'define the eyebrows'],
    ['眉毛黑一点', '眉毛画浓一点', '加深眉毛'],
  ),
  'lips-red': words(
    'put red lipstick on the lips',
    '涂上红色口红',
    ['red lipstick', 'make the lips red', 'redder lips'],
    ['红唇', '嘴唇变红', '大红色口红'],
  ),
  'lips-pink': words(
    'put pink lipstick on the lips',
    '涂上粉色口红',
    ['pink lipstick', 'make the lips pink'],
    ['粉唇', '嘴唇变粉'],
  ),
  'lips-coral': words(
    'put coral lipstick on the lips',
    '涂上珊瑚色口红',
    ['coral lipstick', 'make the lips coral'],
    ['珊瑚色嘴唇'],
  ),
  'lips-berry': words(
    'put berry lipstick on the lips',
    '涂上浆果色口红',
    ['berry lipstick', 'dark red lipstick', 'wine lipstick'],
    ['浆果色嘴唇', '深红色口红', '酒红色口红'],
  ),
  'whiter-teeth': words(
    'whiten the teeth',
    '美白牙齿',
    ['make the teeth whiter', 'white teeth', 'brighten the teeth', 'a whiter smile'],
    ['牙齿美白', '牙齿变白', '让牙齿更白'],
  ),
  blush: words(
    'add some blush to the cheeks',
    '给脸颊加一点腮红',
    ['add blush', 'rosy cheeks', 'put some colour on the cheeks'],
    ['加腮红', '打腮红', '脸颊红一点'],
  ),
  'slimmer-face': words(
    'make the face slimmer',
    '让脸更瘦一些',
    ['slim the face', 'make the face thinner', 'make the face narrower', 'slim down the jaw', 'smaller face'],
    ['瘦脸', '脸瘦一点', '脸小一点', '下巴尖一点'],
  ),
  'fuller-face': words(
    'make the face a little fuller',
    '让脸稍微丰满一些',
    ['make the face rounder', 'make the face wider'],
    ['脸圆一点', '脸胖一点'],
  ),
  'larger-eyes': words(
    'make the eyes a little bigger',
    '让眼睛稍微大一点',
    ['make the eyes bigger', 'enlarge the eyes', 'bigger eyes', 'larger eyes'],
    ['大眼', '放大眼睛', '眼睛大一点', '眼睛放大'],
  ),
}
