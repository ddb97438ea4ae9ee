import type { FactsOf } from '../facts.ts'
import { type Fillings, filling } from './grammar.ts'
import type { Phrasing, Wording } from './phrasing.ts'
import { article } from './words.ts'

type Tone = FactsOf<'tone_transfer'>

/** Light, weather, season or grading of the whole picture changes. */
export const toneTransfer: Phrasing<'tone_transfer'> = {
  en: (facts) => {
    const wording = english[family(facts.action)]
    return {
      fillings: englishFillings(facts),
      say: ['change'],
      orders: ['{change}', ...wording.orders],
      sentences: ['(I want you to|I need you to) {change}', ...wording.sentences],
    }
  },
  cn: (facts) => {
    const wording = chinese[family(facts.action)]
    return {
      fillings: chineseFillings(facts),
      say: ['change'],
      orders: ['{change}', '{order}', ...wording.orders],
      sentences: ['我想{order}', ...wording.sentences],
    }
  },
}

type Family = 'scene' | 'grade' | 'restore' | 'monochrome'

/** What the result is: a scene, a look, a clean picture, or a colour. */
function family(action: Tone['action']): Family {
  return action === 'weather' || action === 'season' || action === 'light' ? 'scene' : action
}

function englishFillings({ action, change, result }: Tone): Fillings {
  const short: Readonly<Record<string, readonly string[]>> = {
    'black and white': ['black and white', 'b&w', 'monochrome'],
  }
  const aspect = { weather: 'weather', season: 'season', light: 'lighting' } as const
  return {
    change: filling(change.en, 'change'),
    result: filling(result.en, 'change'),
    'short result': filling(short[result.en] ?? result.en, 'change'),
    'a result': filling(`${article(result.en)} ${result.en}`, 'change'),
    aspect: action in aspect ? filling(aspect[action as keyof typeof aspect]) : undefined,
  }
}

/** Chinese phrases that want the picture in front of them: 变成下雪的冬天, but not 去掉雾气. */
const wantsObject = /^(?:变|调|改成|改为|换成|转成|转为|转换|处理成|做成|弄成)/

function chineseFillings({ action, change, result }: Tone): Fillings {
  const aspect = { weather: '天气', season: '季节', light: '光线' } as const
  const order = wantsObject.test(change.cn)
    ? ['照片', '画面', '图片', '这张照片'].map((picture) => `把${picture}${change.cn}`)
    : change.cn
  return {
    change: wantsObject.test(change.cn) ? undefined : filling(change.cn, 'change'),
    order: filling(order, 'change'),
    result: filling(result.cn, 'change'),
    aspect: action in aspect ? filling(aspect[action as keyof typeof aspect]) : undefined,
  }
}

type Lines = Pick<Wording, 'orders' | 'sentences'>

const english: { readonly [F in Family]: Lines } = {
  scene: {
    orders: [
      'make (this|the photo|the scene|the picture) look like {result}',
      '(turn|change|transform) (this|the scene|the photo) into {result}',
      'change the {aspect} to {result}',
      'edit the (photo|picture) so that it looks like {result}',
      'show (this place|the scene) as {result}',
      'set the scene as {result}',
      'give the picture the mood of {result}',
      'edit the {aspect}: {result}',
    ],
    sentences: [
      '(it|this) should look like {result}',
      'I want (it|this) to look like {result}',
      "I'd like to see this as {result}",
      '{result}(|, please)',
      '{aspect}: {result}',
      'the same (view|scene|place) as {result}',
      'the same photo, but {aspect} like {result}',
      'a photo of the same place as {result}',
      'what would this look like as {result}?',
      'how about {result}?',
      'can this be {result}?',
      'as if it had been {result}',
      'imagine the scene as {result}',
      'same place, {result}',
      'the {aspect} should be that of {result}',
      'let it be {result}',
    ],
  },
  grade: {
    orders: [
      'give (this|the photo|the picture|it) {result}',
      'edit the (photo|picture) to have {result}',
      'grade the (photo|picture) for {result}',
      'color grade it with {result}',
      'adjust the (colors|tones) for {result}',
      'adjust the photo to get {result}',
      '(apply|add) {result}',
      'change the tone of the photo to {result}',
      'make the photo have {result}',
      'go for {result}',
      'use a filter that gives {result}',
    ],
    sentences: [
      'I want {result}(| in this photo)',
      "I'd like this with {result}",
      'it should have {result}',
      '{result}(|, please)',
      'the same (photo|picture|scene) with {result}',
      'a version of this (photo|picture) with {result}',
      'what would this look like with {result}?',
      'how about {result}?',
      'can it have {result}?',
      'the photo would look better with {result}',
      'this needs {result}',
      'color grading: {result}',
      'same scene, {result}',
      'imagine this photo with {result}',
    ],
  },
  restore: {
    orders: [
      'turn (this|the photo|the picture) into {result}',
      'make (this|the photo|it) {result}',
      'restore (this|the photo|the picture) to {result}',
      'clean up the (photo|picture) to get {result}',
      'fix (this|the photo) so that it is {result}',
      'edit the (photo|picture) into {result}',
      'give me {result}',
      'enhance it to {result}',
      'repair the (photo|picture): {change}',
    ],
    sentences: [
      'I want {result}',
      "I'd like this to be {result}",
      'it should be {result}',
      '{result}(|, please)',
      'the same (view|scene) as {result}',
      'this (picture|photo) as {result}',
      'what would this look like as {result}?',
      'can this become {result}?',
      'can you save this photo: {change}?',
      'this photo could be better, {change}',
      'the (photo|picture) needs fixing: {change}',
      'photo restoration: {change}',
      '{change} so that everything can be seen',
      '{change} and keep the rest as it is',
      'is it possible to {change}?',
    ],
  },
  monochrome: {
    orders: [
      'make (this|the photo|the picture|it) {short result}',
      'turn (this|the photo|the picture) {result}',
      'turn (this|the photo) into {a result} (photo|picture)',
      'convert (this|the photo|the image) to {short result}',
      'change the (photo|colors) to {result}',
      'show (this|the scene) in {result}',
      'give (the photo|it) {a result} look',
      'apply {a result} filter',
      'edit this to be {result}',
      'put the photo in {result}',
    ],
    sentences: [
      '{short result}(|, please)',
      '{short result} version',
      'I want (this|the photo) in {result}',
      "I'd like {a result} (photo|version)",
      'it should be (in|all) {result}',
      'the same (photo|scene) in {result}',
      '{a result} version of this photo',
      '{a result} (photo|picture) of the same scene',
      'what would this look like in {result}?',
      'can this be {result}?',
      'how about {result}?',
      'this would look better in {result}',
      'imagine this in {result}',
      'same photo, {short result}',
      'colors: {result}',
    ],
  },
}

const chinese: { readonly [F in Family]: Lines } = {
  scene: {
    orders: [
      '把(照片|画面|图片|场景)(变成|改成|换成){result}',
      '把{aspect}(改成|换成|变成){result}',
      '把(照片|画面)P成{result}的样子',
      '将(场景|画面)(变为|改为){result}',
      '让(照片|画面|这里)(变成|看起来像){result}',
      '让(照片|画面)有{result}的(感觉|氛围)',
      '给(照片|画面)换上{result}的(氛围|效果)',
      '改一下{aspect}，(变成|换成){result}',
    ],
    sentences: [
      '我想要{result}的(效果|感觉|氛围)',
      '我(想让|希望)(这里|画面)(变成|是){result}',
      '(变成|改成|换成){result}[吧]',
      '{result}的(效果|样子|氛围)(|，谢谢)',
      '{aspect}：{result}',
      '{aspect}(改成|换成){result}',
      '同样的(地方|场景|风景)，{result}',
      '同一个地方，{aspect}换成{result}',
      '(能|可以)变成{result}吗？',
      '如果是{result}会(怎么样|是什么样)？',
      '要是{result}就好了',
      '{aspect}要{result}的',
      '想看看这里{result}的样子',
      '这个地方{result}时的(照片|样子)',
      '景物不变，{aspect}变成{result}',
      '{result}怎么样？',
    ],
  },
  grade: {
    orders: [
      '把(照片|画面|图片)调成{result}',
      '把色调(改成|调成|换成){result}',
      '将(照片|画面)的色调调整为{result}',
      '让(照片|画面)呈现{result}',
      '让(照片|画面)有{result}的感觉',
      '给(照片|图片)调个色，(要|调成){result}',
      '给(照片|画面)加上{result}',
      '给(照片|图片)加个{result}的滤镜',
      '用{result}处理(照片|画面)',
      '调一下色，(变成|要){result}',
    ],
    sentences: [
      '我想要{result}(|的效果)',
      '我希望(照片|画面)是{result}',
      '(调成|换成|改成){result}[吧]',
      '{result}(|，谢谢)',
      '{result}(版|的版本)',
      '调色：{result}',
      '色调：{result}',
      '同一张照片，{result}',
      '同样的画面，换成{result}',
      '(能|可以)(调成|换成){result}吗？',
      '如果(用|换成){result}会怎么样？',
      '(照片|画面)用{result}更好看',
      '要{result}的(感觉|效果)',
      '想看看{result}的效果',
      '内容不变，色调换成{result}',
    ],
  },
  restore: {
    orders: [
      '把(照片|画面|图片)(变成|处理成|还原成|修复成){result}',
      '将(照片|图片)(修复为|还原为){result}',
      '让(照片|画面)变成{result}',
      '修复一下(照片|图片)，(变成|还原成){result}',
      '处理一下(照片|画面)，变成{result}',
      '修一下(照片|图片)，{change}',
      '还原出{result}',
      '优化一下画质，{change}',
    ],
    sentences: [
      '我想要{result}',
      '我希望(照片|画面)是{result}',
      '(变成|还原成){result}[吧]',
      '{result}(|，谢谢)',
      '照片修复：{result}',
      '修复成{result}',
      '同样的(场景|画面)，{result}',
      '(能|可以)(变成|还原成){result}吗？',
      '如果是{result}会是什么样？',
      '这张照片效果不好，处理成{result}',
      '这张拍得不好，想要{result}',
      '内容不变，只要{result}',
      '想看看{result}是什么样',
      '(要|给我){result}',
      '还能救吗？想要{result}',
    ],
  },
  monochrome: {
    orders: [
      '把(照片|画面|图片|这张照片)(变成|转成|改成|处理成|调成){result}(|的)',
      '把(照片|图片)变成{result}照片',
      '将(照片|图片)(转换为|转为|改为){result}',
      '让(照片|画面)变成{result}(|的)',
      '给(照片|图片)加个{result}滤镜',
      '给(照片|图片)换上{result}(效果|色调)',
      '用{result}(色调|的方式)呈现这张照片',
      '把色彩去掉，变成{result}',
      '做一个{result}版(|本)',
    ],
    sentences: [
      '我想要{result}(的|照片|效果)',
      '我希望(照片|画面)是{result}的',
      '(变成|改成|换成|转成){result}(|的)[吧]',
      '{result}(|，谢谢)',
      '{result}(版|版本|照片)',
      '{result}效果(|就行)',
      '同一张照片，{result}(|的)',
      '(能|可以)(变成|转成){result}(|的)吗？',
      '如果是{result}的会怎么样？',
      '颜色：{result}',
      '要{result}的(感觉|效果)',
      '想看看{result}的(样子|效果)',
      '(照片|画面){result}的更好看',
      '不要彩色，要{result}(|的)',
    ],
  },
}
