import type { FactsOf } from './facts.ts'
import { type Fillings, filling } from './grammar.ts'
import type { Phrasing, Wording } from './phrasing.ts'
import { article, withoutArticle } from './words.ts'

type Style = FactsOf<'style_change'>['style']

/** The whole picture is drawn in another way, or a drawing becomes a photo. */
export const styleChange: Phrasing<'style_change'> = {
  en: ({ direction, style }) =>
    direction === 'to-style' ? toStyle(english(style)) : toPhoto(english(style)),
  cn: ({ direction, style }) =>
    direction === 'to-style' ? toStyleChinese(chinese(style)) : toPhotoChinese(chinese(style)),
}

const toStyle = (fillings: Fillings): Wording => ({
  fillings,
  say: ['style'],
  orders: [
    '(turn|convert|transform|make) (this|the photo|the picture) into {a style}',
    'make (this|the photo|it) look like {a style}',
    '(redraw|repaint|render|redo) (this|the photo|the scene) as {a style}',
    '(redraw|render|redo) (this|the photo) in {style} style',
    'change the style to {style}',
    'apply {a style only} style[ to the photo|to this picture]',
    'give (the photo|it|this picture) {a style only} (look|style|effect)',
    'restyle the (photo|picture) as {a style}',
    'use {a style only} (filter|effect) on this (photo|picture)',
    'do this in {style} style',
    'reimagine the (scene|photo) as {a style}',
    'draw (this|the scene) as {a style}',
    'give me {a style} of this (photo|scene)',
    'edit the (photo|picture) to be {a style}',
    'stylize the (photo|image) as {a style}',
  ],
  sentences: [
    'I want (this|the photo) (as {a style}|in {style} style)',
    "I'd love this as {a style}",
    '(this|the photo) should look like {a style}',
    '(this|the photo) as {a style}(|, please)',
    '{style} style(|, please)',
    'the same (scene|picture) (as {a style}|in {style} style)',
    'what would this look like as {a style}?',
    'can this be {a style}?',
    'how about {a style}?',
    'same photo, {style} style',
    'style: {style}',
    'imagine this as {a style}',
    'show me the scene as {a style}',
    'I need {a style} of this photo',
    '{a style}, please',
    'this would look great as {a style}',
    'not a photo but {a style}',
    'from photo to {style}',
  ],
  captions: ['{a style} of (this scene|the same scene)', 'as if it were {a style}'],
})

const toPhoto = (fillings: Fillings): Wording => ({
  fillings,
  say: ['style'],
  orders: [
    '(turn|convert|transform|make) (this|the) {style work} into a (photo|real photo|realistic photo|photograph)',
    'make (this|the) {style work} (look like a real photo|photorealistic|look real|realistic)',
    '(render|redo|show) (this|the) {style work} as a (photo|realistic photo)',
    'change the style from {style} to (photo|photorealistic)',
    'bring (this|the) {style work} to life as a photo',
    'recreate (this|the) {style work} as a real (photo|photograph)',
    'remove the {style} (effect|look) and make it a real photo',
    'undo the {style} (effect|look) and give it the look of a photo',
    'show what this {style work} looks like as a (photo|real photo)',
    'make a (real|realistic) photo out of this {style work}',
    'generate a photo from this {style work}',
    'replace the {style} (style|look) with that of a photo',
  ],
  sentences: [
    'I want this {style work} as a (photo|real photo)',
    "I'd like to see this {style work} as a photograph",
    'this {style work} should look like a (real photo|photograph)',
    'what would this {style work} look like as a (photo|photograph)?',
    'how would this {style work} look in real life?',
    'can this {style work} become a real photo?',
    'from {style} to photo(|, please)',
    '{style} to photo',
    'the same scene, but photographed instead of {a style}',
    'imagine this {style work} were a photograph',
    'a photograph instead of {a style}, please',
    'photo version of this {style work}',
  ],
  captions: [
    'a (photo|realistic photo) of what this {style work} shows',
    'the real scene behind this {style work}',
    'as if this {style work} had been taken with a camera',
    'this {style work} but real',
  ],
})

const toStyleChinese = (fillings: Fillings): Wording => ({
  fillings,
  say: ['style'],
  orders: [
    '把(这张照片|照片|图片|画面)(变成|转成|改成|做成){style work}',
    '把(这张照片|图片|照片)(变成|转成|改成|处理成){style style}',
    '将(照片|图片)(转换为|转为|变为){style style}',
    '给(照片|图片)换上{style style}',
    '给(照片|图片)加上{style}的效果',
    '让(照片|画面)看起来像{style work}',
    '用{style style}重新画(这张照片|这个画面|一遍)',
    '用{style}的(形式|方式)(表现|画出)这张照片',
    '换个风格，(变成|改成){style work}',
    '把风格(改成|换成){style}',
    '把照片P成{style work}',
  ],
  sentences: [
    '我想要{style style}的',
    '我想把(它|照片)变成{style work}',
    '我(希望|想让)(照片|画面)(变成|是){style style}',
    '(变成|改成|换成|做成){style style}[吧]',
    '风格：{style}',
    '做一个{style style}的版本',
    '照片(转|变){style}',
    '(能|可以)(变成|做成){style work}吗？',
    '如果这是{style work}会是什么样？',
    '画成{style work}的样子',
    '来一张{style style}的',
    '要{style}的(感觉|效果)',
    '想看看这张照片(变成|画成){style work}的样子',
    '内容不变，风格(换成|改成){style}',
    '照片换{style style}',
  ],
  captions: ['{style style}(|，谢谢)', '同样的(画面|场景)，{style style}'],
})

const toPhotoChinese = (fillings: Fillings): Wording => ({
  fillings,
  say: ['style'],
  orders: [
    '把(这张|这幅){style work}(变成|转成|改成|还原成)(真实照片|照片|真实的照片|写实照片)',
    '把{style work}变成(真实的|实拍)照片',
    '将这幅{style work}(转换为|还原为)(真实照片|实拍照片)',
    '让这幅{style work}(看起来像真实照片|变得真实|变成照片)',
    '给这幅{style work}换上(写实|真实照片的)风格',
    '把{style style}(换成|改成)(写实照片|真实照片)',
    '把{style style}去掉，(还原成照片|变成真实照片)',
    '根据这幅{style work}生成一张(真实照片|写实照片)',
  ],
  sentences: [
    '我想要这幅{style work}的(真实照片|实景照片)',
    '我想看(这幅){style work}(对应的|里)真实的样子',
    '我希望这幅{style work}变成一张(真实的照片|照片)',
    '这幅{style work}(变成|改成)(照片|真实照片)[吧]',
    '{style}(转|变)(照片|真实照片|实景)',
    '从{style}(变成|到)照片',
    '(能|可以)把这幅{style work}变成真实照片吗？',
    '如果这幅{style work}是真实照片会是什么样？',
    '同样的场景，不要{style style}，要真实照片',
    '不要{style style}，要(真实|写实)的照片',
    '这幅{style work}要看起来像相机拍出来的',
    '这幅{style work}真实起来是什么样？',
    '还原这幅{style work}的真实场景',
    '这幅{style work}，换成实拍的效果',
    '想看看这幅{style work}变成照片的样子',
  ],
  captions: ['这幅{style work}里的场景，拍成照片的样子'],
})

/** Names of styles that take no article: `pixel art`. */
const stuff = /\b(?:art|anime|graffiti|manga|ink|charcoal|impressionism|cubism|watercolou?r painting style)$/i

function english({ en }: Style): Fillings {
  const name = withoutArticle(en)
  const manner = / style$/i.test(name)
  const style = name.replace(/ style$/i, '')
  const work = manner ? `${style}-style picture` : name
  // `a cartoon with bold outlines` stands before no `style`.
  const short = !/ (?:with|of|from|in|on|by|made|built)\b/.test(style)
  return {
    style: short ? filling(style, 'style') : undefined,
    'a style only': short ? filling(`${article(style)} ${style}`, 'style') : undefined,
    'a style': filling(stuff.test(work) ? work : `${article(work)} ${work}`, 'style'),
    'style work': filling(work, 'style'),
  }
}

function chinese({ cn }: Style): Fillings {
  const manner = /(?:风格|风)$/.test(cn)
  const style = cn.replace(/风格$/, '')
  return {
    style: filling(style, 'style'),
    'style style': filling(manner ? cn : `${cn}风格`, 'style'),
    'style work': filling(manner ? `${cn}的画` : cn, 'style'),
  }
}
