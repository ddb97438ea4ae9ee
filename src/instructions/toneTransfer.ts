import type { FactsOf } from './facts.ts'
import { type Fillings, filling } from './grammar.ts'
import type { Phrasing, Wording } from './phrasing.ts'
import { article } from './words.ts'

type Tone = FactsOf<'tone_transfer'>

/** Light, weather, season or grading of the whole picture changes. */
export const toneTransfer: Phrasing<'tone_transfer'> = {
  en: (facts) => {
    const wording = english[englishShape(facts)]
    return {
      fillings: englishFillings(facts),
      say: ['change'],
      orders: ['{change}', 'edit the (photo|picture): {change}', ...wording.orders],
      sentences: [
        '(do me a favor|go ahead) and {change}',
        'one thing only: {change}',
        'is it possible to {change}?',
        "I'd be happy if you could {change}",
        'what if you {change}?',
        "let's {change}",
        ...wording.sentences,
      ],
      ...(wording.captions && { captions: wording.captions }),
    }
  },
  cn: (facts) => {
    const wording = chinese[chineseShape(facts)]
    return {
      fillings: chineseFillings(facts),
      say: ['change'],
      orders: ['{order}', '想办法{order}', ...wording.orders],
      sentences: [
        '(我想|我要|想){order}',
        '我希望能{order}',
        '最好能{order}',
        '修图要求：{order}',
        '处理一下：{order}',
        '试试{order}',
        '内容不变，{order}',
        '{order}(就行|就好)',
        '看看能不能{order}',
        ...wording.sentences,
      ],
      ...(wording.captions && { captions: wording.captions }),
    }
  },
}

/**
 * What sort of words the result is, which decides what can be said around it: a picture (`a sepia photo`), a scene
 * (`a snowy day`), when or where a scene is (`the scene at night`), what a picture has (`a warm look`), or an adjective
 * (`black and white`).
 */
type Shape = 'picture' | 'scene' | 'when' | 'look' | 'adjective'

/** `the scene at night` → `at night`. */
const sceneWhen = /^(?:the|a) scene (?=(?:at|in|under|with|without|on|during|by)\b)/

function englishShape({ action, result: { en } }: Tone): Shape {
  if (sceneWhen.test(en)) return 'when'
  if (/^(?:an?|the)\b.*\b(?:photo|photograph|picture|image|print|shot)\b/.test(en)) return 'picture'
  if (action === 'monochrome') return 'adjective'
  if (action === 'restore') return 'picture'
  return action === 'grade' ? 'look' : 'scene'
}

function chineseShape({ action, result: { cn } }: Tone): Shape {
  if (/^一张|(?:照片|图片|彩照|大片|老照)$/.test(cn)) return 'picture'
  if (/(?:景色|画面|场景|风景|景象)$/.test(cn)) return 'when'
  if (action === 'monochrome') return 'adjective'
  if (action === 'restore') return 'picture'
  return action === 'grade' ? 'look' : 'scene'
}

const aspects = {
  weather: { en: 'weather', cn: '天气' },
  season: { en: 'season', cn: '季节' },
  light: { en: 'lighting', cn: '光线' },
} as const

const aspectOf = (action: Tone['action']): { en: string; cn: string } | undefined =>
  Object.hasOwn(aspects, action) ? aspects[action as keyof typeof aspects] : undefined

/** What else people write for it. */
const shorter: Readonly<Record<string, readonly string[]>> = {
  'black and white': ['black and white', 'B&W', 'monochrome'],
  'a black and white photo': ['a black and white photo', 'B&W', 'black and white'],
}

function englishFillings({ action, change, result }: Tone): Fillings {
  const aspect = aspectOf(action)
  return {
    change: filling(change.en, 'change'),
    result: filling(result.en, 'change'),
    'short result': filling(shorter[result.en] ?? result.en, 'change'),
    'a result': filling(`${article(result.en)} ${result.en}`, 'change'),
    when: filling(result.en.replace(sceneWhen, ''), 'change'),
    // A place is seen on a rainy day, but as a winter scene.
    as: filling(/\bday\b/.test(result.en) ? 'on' : 'as'),
    aspect: aspect && filling(aspect.en),
  }
}

/** Chinese phrases that want the picture in front of them: 变成下雪的冬天, but not 去掉雾气. */
const wantsObject = /^(?:变|调|改成|改为|换成|转成|转为|转换|处理成|做成|做旧成|弄成)/

function chineseFillings({ action, change, result }: Tone): Fillings {
  const aspect = aspectOf(action)
  const order = wantsObject.test(change.cn)
    ? ['照片', '画面', '图片', '这张照片'].map((picture) => `把${picture}${change.cn}`)
    : change.cn
  return {
    order: filling(order, 'change'),
    result: filling(result.cn, 'change'),
    'bare result': filling(result.cn.replace(/^一[张幅]/, ''), 'change'),
    aspect: aspect && filling(aspect.cn),
  }
}

type Lines = Pick<Wording, 'orders' | 'sentences' | 'captions'>

const english: { readonly [S in Shape]: Lines } = {
  scene: {
    orders: [
      'make (this|the photo|the scene|the picture) look like {result}',
      '(turn|change|transform) (this|the scene|the photo) into {result}',
      'edit the (photo|picture) so that it looks like {result}',
      'show (this place|the scene) {as} {result}',
      'give the (picture|photo) the mood of {result}',
      'make (this|the photo) {result}',
      'redo this {as} {result}',
    ],
    sentences: [
      '(it|this) should look like {result}',
      'I want (it|this) to look like {result}',
      "I'd like to see this {as} {result}",
      '{aspect}: {result}',
      'the same (view|scene|place) {as} {result}',
      'what would this look like {as} {result}?',
      'how about {result}?',
      'can this be {result}?',
      'imagine the scene {as} {result}',
      'let it be {result}',
    ],
    captions: [
      '{result}(|, please)',
      'a photo of the same place {as} {result}',
      'as if it were {result}',
      'same place, {result}',
    ],
  },
  look: {
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
    captions: ['{result}(|, please)'],
  },
  picture: {
    orders: [
      'turn (this|the photo|the picture|it) into {result}',
      'make (this|the photo|it) {result}',
      'make (this|the picture) look like {result}',
      'edit the (photo|picture) into {result}',
      'give me {result}',
      '(convert|transform) (this|the photo|the image) into {result}',
      'redo this as {result}',
    ],
    sentences: [
      'I want {result}',
      "I'd like this to be {result}",
      '(it|this) should (be|look like) {result}',
      'the same (view|scene) as {result}',
      'what would this look like as {result}?',
      'can this become {result}?',
      'how about {result}?',
      'imagine this as {result}',
      'same scene, but {result}',
      'I need {result} out of this',
    ],
    captions: ['{result}(|, please)', '{short result}(|, please)', 'as if it were {result}'],
  },
  when: {
    orders: [
      'show (this place|the scene|this) {when}',
      'make (this|the photo) look (as if|like) it was taken {when}',
      'edit the (photo|picture) so that it seems to be taken {when}',
      'turn (this|the photo) into {result}',
      'change this to {result}',
      'redo the (photo|scene) {when}',
    ],
    sentences: [
      'I want (this|the scene|this place) {when}',
      "I'd like to see (this|this place) {when}",
      'this should look as if taken {when}',
      'the same (scene|view|place|photo), but {when}',
      'what would this (place|scene) look like {when}?',
      'how does this place look {when}?',
      'imagine this (place|scene) {when}',
      'can this be {result}?',
      'how about {result}?',
    ],
    captions: [
      '{result}(|, please)',
      'a photo of the same place {when}',
      'same (place|view), {when}',
      'this place {when}(|, please)',
      'as if it had been taken {when}',
    ],
  },
  adjective: {
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
      'I want (this|the photo) in {result}',
      "I'd like {a result} (photo|version)",
      'it should be (in|all) {result}',
      'the same (photo|scene) in {result}',
      '{a result} version of this photo',
      'what would this look like in {result}?',
      'can this be {result}?',
      'how about {result}?',
      'this would look better in {result}',
      'imagine this in {result}',
      'same photo, {short result}',
      'colors: {result}',
    ],
    captions: [
      '{short result}(|, please)',
      '{short result} version',
      '{a result} (photo|picture) of the same scene',
    ],
  },
}

const chinese: { readonly [S in Shape]: Lines } = {
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
      '{aspect}：{result}',
      '{aspect}(改成|换成){result}',
      '同一个地方，{aspect}换成{result}',
      '(能|可以)变成{result}吗？',
      '如果是{result}会(怎么样|是什么样)？',
      '要是{result}就好了',
      '{aspect}要{result}那种',
      '想看看这里{result}的样子',
      '景物不变，{aspect}变成{result}',
      '{result}怎么样？',
    ],
    captions: [
      '{result}的(效果|样子|氛围)(|，谢谢)',
      '同样的(地方|场景|风景)，{result}',
      '这个地方{result}时的(照片|样子)',
    ],
  },
  look: {
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
      '调色：{result}',
      '色调：{result}',
      '同样的画面，换成{result}',
      '(能|可以)(调成|换成){result}吗？',
      '如果(用|换成){result}会怎么样？',
      '(照片|画面)用{result}更好看',
      '要{result}的(感觉|效果)',
      '想看看{result}的效果',
      '内容不变，色调换成{result}',
    ],
    captions: ['{result}(|，谢谢)', '{result}(版|的版本)', '同一张照片，{result}'],
  },
  picture: {
    orders: [
      '把(照片|图片|这张照片|它)(变成|处理成|做成){result}',
      '将(照片|图片)(处理为|转为){result}',
      '让(照片|画面)变成{result}',
      '修一下图，(变成|做成){result}',
    ],
    sentences: [
      '给我{result}',
      '我想要{result}',
      '我希望这张照片是{result}',
      '(变成|处理成|做成){result}[吧]',
      '要{bare result}',
      '(能|可以)(变成|处理成){result}吗？',
      '如果是{result}会是什么样？',
      '想看看变成{result}的样子',
      '{result}怎么样？',
      '内容不变，变成{result}',
      '这张照片想要{bare result}的效果',
      '要是{result}就好了',
    ],
    captions: ['{bare result}(|，谢谢)', '同样的(场景|画面)，{bare result}'],
  },
  when: {
    orders: [
      '把(照片|画面|图片)(变成|改成|换成){result}',
      '将(照片|画面)(变为|改为){result}',
      '让(照片|这里)变成{result}',
      '把这张照片P成{result}',
    ],
    sentences: [
      '给我{result}',
      '我想(要|看){result}',
      '我希望这里是{result}',
      '(变成|改成|换成){result}[吧]',
      '同一个地方，换成{result}',
      '(能|可以)变成{result}吗？',
      '如果是{result}会(怎么样|是什么样)？',
      '想看看{result}',
      '要{result}',
      '{result}怎么样？',
      '要是{result}就好了',
      '还是这张照片，(变成|换成){result}',
    ],
    captions: ['{result}(|，谢谢)', '(同一个|还是这个)地方，{result}', '这个地方，{result}'],
  },
  adjective: {
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
      '{result}效果(|就行)',
      '(能|可以)(变成|转成){result}(|的)吗？',
      '如果是{result}的会怎么样？',
      '颜色：{result}',
      '要{result}的(感觉|效果)',
      '想看看{result}的(样子|效果)',
      '(照片|画面){result}的更好看',
      '不要彩色，要{result}(|的)',
    ],
    captions: ['{result}(|，谢谢)', '{result}(版|版本|照片)', '同一张照片，{result}(|的)'],
  },
}
