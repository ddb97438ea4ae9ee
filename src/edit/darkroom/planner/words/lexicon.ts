import {
  backdropWords as backdropVocabulary,
  cocoNouns,
  lookWords as lookVocabulary,
  materialWords as materialVocabulary,
  pluralOf,
  retouchWords as retouchVocabulary,
  styleWords as styleVocabulary,
  stylizerWords,
  type Words,
} from '../../../../instructions/index.ts'
import type { Place, PlanColour, Property, TargetType } from '../../plan.ts'
import { knownColours } from './colours.ts'
import { degreeRows, placeRows, propertyRows, type Verb, verbRows } from './concepts.ts'
import {
  backdropWords,
  lookWords,
  materialWords,
  otherMaterials,
  retouchWords,
  styleNames,
  styleWords,
} from './names.ts'
import { knownNouns } from './nouns.ts'
import { specificNouns } from './specificNouns.ts'

/** Function words that determine a clause's grammar. */
export type Small =
  | 'to'
  | 'with'
  | 'of'
  | 'from'
  | 'in'
  | 'behind'
  | 'by'
  | 'instead'
  | 'not'
  | 'and'
  | 'next'
  | 'all'
  | 'rest'
  | 'picture'
  | 'it'
  | 'the'
  | 'a'
  | 'my'
  | 'ba'
  | 'de'
  | 'that'
  | 'except'
  | 'side'
  | 'edge'
  | 'horizontal'
  | 'vertical'
  | 'clockwise'
  | 'counter'
  | 'off'
  | 'one'
  | 'up'
  | 'around'
  | 'largest'
  | 'smallest'
  | 'square'
  | 'portrait'
  | 'landscape'
  | 'gradient'
  | 'second picture'
  | 'half'
  | 'double'
  | 'filter'
  | 'only'
  | 'style'
  | 'day'
  | 'several'
  | 'here'
  | 'out'

/** What a word can mean. */
export type Sense =
  | { readonly is: 'noun'; readonly noun: string; readonly type: TargetType; readonly plural: boolean }
  | { readonly is: 'colour'; readonly colour: PlanColour }
  | { readonly is: 'look'; readonly name: string }
  | { readonly is: 'style'; readonly name: string }
  | { readonly is: 'retouch'; readonly name: string }
  | { readonly is: 'backdrop'; readonly name: string }
  | { readonly is: 'material'; readonly name: string }
  | { readonly is: 'stuff' }
  | { readonly is: 'verb'; readonly verb: Verb }
  | { readonly is: 'property'; readonly property: Property; readonly sign: -1 | 0 | 1 }
  | { readonly is: 'place'; readonly place: Place }
  | { readonly is: 'order'; readonly index: number }
  | { readonly is: 'degree'; readonly factor: number }
  | { readonly is: 'small'; readonly small: Small }
  /** Politeness and filler. */
  | { readonly is: 'frame' }

/** Senses of a type. */
export type SenseOf<I extends Sense['is']> = Extract<Sense, { readonly is: I }>

const smallRows: Readonly<Record<Small, string>> = {
  to: 'to, into, as, like, becoming, so that it says, so it says, ->, →, =>, 成, 为, 至, 到, 成为, 作为, 当作, 当, 像',
  with: 'with, using, 用, 以',
  of: 'of, s',
  from: 'from, 从, 由',
  in: 'in, on, at, next to, right next to, right in, right on, right at, right by, right in front of, directly in front of, beside, 路边, 街边, 马路边, 脚边, 脚下, 手边, 腿边, near, close by, growing out of, sticking out of, hanging from, inside, onto, within, upon, across, along, 在, 里, 里面, 中, 上, 旁边, 身边, 一旁, 边上, 周围, 图中, 画面里, 照片里, 画面中, 图里, 照片上, 图片里, 照片中, 画面上, 图上, 图片上, 往, 内, 图片中, 照片里面',
  behind: 'behind, right behind, directly behind, just behind, straight behind, 后, 之后',
  by: 'by, 按, 以下',
  instead: 'instead, instead of, rather than, in place of, 而不是, 不是',
  not: 'not, no, without, dont, dont need, we dont need, dont want to see, rather not see, not see, doesnt, isnt, dont want, do not, do not want, never, none, neither, cannot stand, wont, any, minus the, 不要, 没有, 别, 不, 没, 无, 不想要, 不想看到, 不要有, 不想, 不需要, 不该有, 不应该有, 不要出现, 不用, 不能有, 别出现, 别有, 我不想要',
  and: 'and, &, n, plus, also, as well as, along with, together with, 和, 以及, 跟, 还有, 与, 及, 并',
  next: '之后, 以后, then, and then, after that, afterwards, next, finally, lastly, followed by, 然后, 再, 接着, 最后, 之后再, 并且, 同时, 另外, 顺便, 而且, 此外, 也, 还要, 顺带, 随后, 并',
  all: 'all, all the, all of the, every, every single, each, both, any, all those, all these, all of, all of these, all of those, 所有, 所有的, 全部, 全部的, 每个, 都, 全, 每一个, 这些, 那些, 一切, 统统, 各个',
  rest: 'everything else, the rest, everything, rest, rest of it, all else, anything else, nothing else, the other parts, other parts, the rest of the picture, the rest of the photo, the rest of the image, rest of the image, rest of the photo, everything other, everything other than, anything other than, other stuff, others, all other things, 其他, 其它, 别的, 其余, 其他地方, 其他部分, 其余部分, 其它地方, 其他的, 其它的, 剩下, 剩下的, 其他东西, 别处, 其他内容, 其余的, 余下的, 其它部分, 其他都, 别的地方, 其余地方, 其他区域',
  picture:
    'picture, file, photo, image, photograph, pic, shot, snapshot, scene, whole picture, whole photo, whole image, entire picture, entire photo, entire image, whole thing, everything here, entire scene, whole scene, pics, img, frame of it, photos, pictures, selfie, view, place, composition, snap, this one, screenshot, portrait photo, canvas itself, landscape photo, overall, overall image, overall picture, overall photo, overall tone, tones, tone, colors of the photo, colors of the picture, look of it, old image, foto, 照片, 图片, 画面, 图, 图像, 相片, 整张照片, 整个画面, 整张图, 整体, 整张, 全图, 这张图, 这张照片, 这图, 这照片, 此图, 场景, 原图, 本图, 画面整体, 风景照, 自拍, 色调, 影调, 照片整体, 整幅画, 整张图片, 整个照片, 整个图, 这幅图, 景色, 整片, 这张, 全景, 原片, 整体画面, 全画面, 截图',
  it: 'it, this, that, them, these, those, him, me, us, himself, they, he, she, 它, 这个, 那个, 它们, 他, 她, 我, 他们, 她们, 这, 那',
  the: 'the, his, her, their, our, your, its, 他的, 她的, 我的, 他们的, 它的, 咱的, 咱',
  a: 'a, an, some, another, 一个, 一只, 一辆, 一些, 一张, 一幅, 一条, 一朵, 一棵, 一座, 一把, 一件, 一顶, 一位, 一名, 个, 一片, 一道, 一层, 一种, 一款, 一艘, 一头, 一匹, 一群, 一对, 一杯, 一束',
  my: 'my',
  ba: '把, 将, 给, 对, 让, 替, 使得',
  de: '的, 地, 得, 了, 之',
  that: '那, 这, 那个, 这个, 那只, 那辆, 那条, 那些, 这些, 那张, 那把, 那位, 那件, 那棵, 那朵, 那座, 那块, 那根, 那头, 那匹, 那艘, 那架, 那扇, 那顶, 那双, 那盏, 那支, 那本, 那副, 那面, 那杯, 那瓶, 那名, 那颗, 那台, 那部, 这只, 这辆, 这条, 这位, 这件, 这棵, 这朵, 这块, 这座, 那枚, 那片, 那串, 那套, 那株, 那盆, 那栋, 那幅, 那群, 那盘, 那道, 那行, 这行, 那几个, 这几个, 那一个, 那一只, 那列, 那堆, 那种, 那份, 那家, 那间, 那条, 这面, 这把, 那组, 那排, 这排, 那两个, 这两个, 那对, 这对, 那坨, 那口, 那朵, 那滴',
  except:
    'except, except for, but not, but, apart from, other than, besides, everything but, 除了, 以外, 之外, 除',
  side: 'side, sides, 侧, 边, 两边, 两侧, 四周, 周围, both sides, all sides, left and right, top and bottom, 左右两边, 上下两边, 左右两侧, 四边, 每边, 左右, 上下, 四面, all around, on all sides, all four sides, on both sides, 每一边, 外围, 每侧, 左右各, 上下各, 四个边',
  edge: 'edge, edges, corner, corners, 边缘, 角落, 四角, 边上',
  horizontal:
    'horizontally, horizontal, left to right, right to left, sideways, left right, left and right flip, 水平, 水平方向, 横向, 左右, 横着, 水平地',
  vertical:
    'vertically, vertical, top to bottom, upside down, up and down, bottom to top, top bottom, on its head, 垂直, 垂直方向, 竖直, 上下, 纵向, 倒过来, 颠倒, 上下颠倒',
  clockwise: 'clockwise, cw, to the right, 顺时针, 向右, 往右, 右转, 顺时针方向, 向右转, 往右转, 顺时针转',
  counter:
    'counterclockwise, counter clockwise, anticlockwise, anti clockwise, ccw, to the left, 逆时针, 向左, 往左, 左转, 逆时针方向, 向左转, 往左转, 逆时针转, 反时针',
  off: 'off, 掉',
  one: 'one, ones, 一个',
  up: 'up, upwards, upward, higher up, downwards, downward, 向上, 往上, 向下, 往下',
  around:
    'around, about, tightly around, focus on, focusing on, centered on, just, centred on, show only, down to, close to, closely around, so only, tight on, tight around, on just, so that only, 围绕, 聚焦, 只剩, 只留, 集中在, 突出, 以, 周围只留, 聚焦到, 到只有, 只露',
  largest: 'largest, biggest, main, big, large, tallest, 最大, 最大的, 大, 大的, 最高的',
  smallest: 'smallest, tiniest, small, tiny, shortest, 最小, 最小的, 小, 小的',
  square:
    '方的, 裁方, 成方形, 方块形, square, squared, 1 by 1, quadratic, instagram, instagram post, insta, profile picture, avatar, profile pic, album cover, instagram square, 正方形, 方形, 方图, 正方, 头像, 一比一, 方形的',
  portrait:
    'portrait orientation, portrait format, portrait ratio, vertical format, portrait mode format, vertical orientation, vertical photo, portrait aspect, vertical crop, portrait crop, upright format, 竖版, 竖图, 竖屏, 竖构图, 竖幅, 竖的',
  landscape:
    'landscape orientation, landscape format, horizontal format, landscape mode, horizontal orientation, landscape aspect, landscape crop, horizontal crop, widescreen, wide screen, youtube thumbnail, banner format, 横版, 横图, 横屏, 横构图, 宽屏, 横幅的, 横的',
  gradient: 'gradient, ombre, fading to, fades to, fading into, 渐变, 渐变色, 过渡到, 渐变到',
  'second picture':
    'uploaded photo, my uploaded photo, my uploaded picture, my uploaded image, uploaded pic, uploaded one, photo from my upload, picture two, photo two, image two, pic two, second upload, my second photo, my second picture, picture i attached, photo i attached, image i attached, one i attached, attached one, attachment, 我上传的图, 我传的图片, 我发的照片, 我发的图片, second picture, other picture, second photo, other photo, other image, second image, provided picture, given picture, my picture, this picture i gave, attached picture, attached photo, attached image, the one i gave, provided image, uploaded image, picture i uploaded, new picture, picture i provided, photo i provided, image i provided, given photo, given image, provided photo, picture i gave, photo i gave, photo i uploaded, image i uploaded, my own picture, my own photo, reference image, my photo, my image, another picture, another photo, another image, picture provided, image provided, photo provided, second one, my other photo, other pic, second pic, 第二张图, 另一张图, 第二张照片, 另一张照片, 另一张, 第二张图片, 另一张图片, 我给的图, 提供的图片, 我给的图片, 我给的照片, 给定的图片, 附件图片, 附图, 上传的图片, 这张新图, 图二, 图2, 我提供的图片, 我上传的图片, 给的图片, 第二张, 那张图, 我上传的照片, 我提供的照片, 我的图, 我发的图, 给你的图, 另外一张, 另外一张图, 自己的图, 指定的图片, 参考图, 给的那张图, 我传的图',
  half: 'half, half the, by half, halved, 一半, 半, 减半, 二分之一',
  double: 'double, twice, twice as, two times, doubled, 2x, 一倍, 两倍, 加倍, 翻倍, 二倍, 2倍',
  filter:
    'filter, effect, look, vibe, preset, mood, feeling, feel, atmosphere, grade, version, style filter, type, aesthetic, overlay effect, treatment, finish, palette, quality of, 滤镜, 材质, 质地, 效果, 感觉, 氛围, 质感效果, 风格效果, 样子, 版本, 版, 气氛, 感, 调调, 调子, 模样',
  only: 'only, just, solely, 只, 仅, 仅仅, 只有',
  style: 'style, manner, styled, in the style, in the style of, 风格, 风, 画风, 形式, 方式, 风格的',
  several: 'several, a few, both of, 这俩, 那俩, 俩, 几, 两',
  here: 'here, in here, right here, in the box, in this box, in this area, inside the box, in the selection, the box, my selection, box i drew, circled, what i marked, marked, 这里, 这儿, 此处, 这块, 这一块, 框, 按框, 框内, 选的地方, 圈起来的, 框起来的, 框出来的, 这部分, 这个地方, 选中的, 框选的, 圈的, 圈出来的, 圈里, 涂抹的地方, 涂的地方, 这个位置, 这一片',
  out: 'out, away, out of it, outta, gone',
  day: 'day, weather, lighting, season, light in the scene, 天气, 季节, 光线条件',
}

const frames = `gimme, 上去, 下去, 进去, 太空了, 空荡荡, 不允许, 不让, 不喜欢, 不同意, 不好看, 不合适, 不专业, 不方便, 胸前, 身前, against, see, among, throughout, toward, towards, during, exact, exactly, 镜头, 镜头这边, 镜头前, 那种效果, before, until, unless, ago, again, ever, lovely, thanks a million, thanks a lot, thanks a bunch, thanks so much, thank you so much, thank you very much, thanks in advance, million thanks, many thanks, many thx, much thanks, much obliged, much love, appreciate it, id appreciate it, i d appreciate it, would appreciate it, greatly appreciated, hope that makes sense, let me know, be so kind, be so kind as to, hi there, hi all, hi everyone, hello everyone, hey everyone, hey guys, hi guys, dear all, good evening, good afternoon, greetings, newbie here, first post, first time poster, long time lurker, quick request, quick question, small request, my request, help needed, help please, hi team, alexa, siri, hey siri, ok google, hey google, google, chatgpt, assistant, computer please, gotcha, alright, alrighty, yo, sup, aye, ugh, argh, gosh, oh, ah, hmm, hm, well then, oops, whoops, lmao, rofl, xd, xoxo, 家人们, 姐妹们, 宝子们, 宝, 宝子, 亲亲, 掌柜, 掌柜的, 客服, 美工, 设计师, 修图师, p图大神, 万能的, 万能的网友, 有没有人, 有没有大神, 有大神, 有人能, 谁能, 谁会, 谁来, 谁可以, 蹲一个, 跪求, 急求, 感激不尽, 有偿, 无偿, 在线求, 小白, 小助手, 小爱同学, 小度小度, 嘿, 嗨, 哎呀, 天呐, 救命, 呜呜, 呜呜呜, 嘻嘻, 哈哈, 哈哈哈, 俺, 咱们, 帮俺, 帮咱, 给咱, 素颜, dont want to lose anything, do not want to lose anything, without losing anything, dont lose anything, dont cut anything off, dont cut anything, without cutting anything off, nothing cut off, though, tho, lol, haha, jk, tia, btw, tbh, imo, omg, plsss, pleaseee, somebody, someone please, anyone, can somebody, can anyone, can someone, could someone, could anybody, could somebody, please, pls, plz, plez, kindly, can you, could you, would you, will you, can u, could u, can, could, would you mind, would, i want you to, i need you to, i d like you to, i would like you to, id like you to, i want to, i d like to, id like to, i would like to, i d like, id like, i would like, i d love, id love, i want, i need, i need to, we need, i wish, i wanna, wanna, help me, help, thanks, thank you, thx, ty, cheers, just, hey, hi, hello, ok, okay, now, there, really, actually, maybe, possible, is it possible to, possibly, is it possible, if possible, if you can, would it be possible to, let s, lets, let us, try, try to, go ahead, go ahead and, do me a favor, im, i m, i, you, we, for me, my dear, one thing only, be happy if you could, i d be happy if you could, is there a way to, would be great, it would be great, it would be nice, would be nice, so, so that, because, since, it s, its, is, are, be, was, were, been, being, has, have, had, am, will, should, shall, must, may, might, think, guess, feel, like to, do, does, did, that s, thats, there s, theres, what if, what would, how about, what about, how would, imagine, look, looks, looked, looking, seem, seems, appear, appears, same, the same, version of, a version of, at all, thing is, kind, sir, dude, bro, man please, edit the photo, edit this photo, edit the picture, edit the image, edit this picture, edit this image, edit this, edit this so, request, task, instruction, quick, quickly, simple, easy, favor, favour, hey there, good morning, urgent, asap, also please, basically, literally, honestly, kinda, gonna, gotta, want, wanted, need, needs, needed, love, would love, prefer, i d prefer, id prefer, it should, should be, ought to, supposed to, id rather, rather, happen, happens, possible to, wondering, i was wondering if you could, i was wondering, able, able to, be able to, you could, if, when, whether, while, which, who, whose, that is, that are, which is, who is, only thing, whole, entire, current, existing, still, already, yet, too please, well, fine, sure, thank, appreciated, much appreciated, appreciate, go, going, come, comes, got, get rid please, i m looking for, im looking for, for my, for, about, over, s all, thats all, that s all, completely please, today, bit please, dear, friend, mate, buddy, some kind of, there is, there are, there were, there was, ready, out there, everyone please, look like, looks like, make sure, ensure, would look better, as if, taken, been taken, it had been taken, had been, more like, something like, something, so it, in the frame, in frame, but, however, so the, so they, in order to, such, such that, possible please, version, final, result, please and thank you, 请, 请帮我, 请帮, 帮我, 帮忙, 帮, 麻烦, 麻烦帮我, 麻烦你, 我想, 我想要, 想要, 想, 我要, 要, 我希望, 希望, 希望能, 能不能, 能否, 可不可以, 可以, 能, 能帮我, 可以帮我, 可以吗, 行吗, 好吗, 吗, 吧, 呢, 啊, 呀, 哦, 哈, 嘛, 一下, 谢谢, 谢谢你, 谢了, 多谢, 感谢, 请问, 你好, 您, 你, 亲, 老师, 直接, 就, 就行, 就好, 即可, 最好, 最好能, 想办法, 试试, 试着, 看看, 看看能不能, 需要, 应该, 得是, 我, 我们, 是, 有, 更, 会, 怎么样, 是什么样, 什么样, 如何, 如果, 要是, 的话, 就好了, 想看看, 我想看看, 变得更, 看起来, 显得, 看上去, 看着, 好像, 觉得, 感觉有点, 修图要求, 处理一下, 同样的, 同一张, 还是这张, 同一个, 希望把, 现在, 帮忙把, 拜托, 拜托了, 求, 求大神, 大神, 大佬, 急, 在线等, 各位, 哪位, 帮忙弄, 帮我弄, 给我, 帮忙给, 那种, 那样, 这样, 来, 下, 完, 好, 好了, 的样子, 些, 再来, 再发, 发出去, 发朋友圈, 闪光灯的问题, 闪光灯, 因为, 所以, 但, 但是, 不过, 而, 可是, 么, 嗯, 哎, 唉, 诶, 喂, 其实, 主要是, 主要, 一共, 已经, 还, 又, 才, 却, 正在, 着, 们, 劳驾, 辛苦, 辛苦了, 帮个忙, 一张, 呈现出, 具有, 带有, 带, 拍, 拍的, 拍得, 拍摄, 此, 本, 该, 以下, 处, 更加好, 小姐姐帮忙, 哥, 姐, 哈喽, hello, 谢啦, 蟹蟹, 3q, thank u, 多余的, 不必要的, 那边, 那里, 这边, 出来, 起来, 出, 自己, 整个, 整, 完整, 可否, 是否, 能够, 室内灯光, 灯光, 头像要用, 头像用, 做头像, 手机壁纸, 电脑壁纸, 壁纸, 做壁纸, 发朋友圈用, for instagram story`

const frameWords: readonly string[] = frames.split(', ')

const verbForms = (verb: string): string[] => {
  // `leaves` are on trees.
  if (/^(?:leave|say|read)\b/.test(verb)) return [verb]
  const [first = '', ...rest] = verb.split(' ')
  if (!/^[a-z]{2,}$/.test(first) || /(?:ing|ed|er|less|more|est)$/.test(first)) return [verb]
  const with_ = (word: string): string => [word, ...rest].join(' ')
  const stem = first.replace(/e$/, '')
  const doubled =
    /^(?:[a-z]*[^aeiou])?[aeiou][bdglmnprt]$/.test(first) && first.length <= 5
      ? `${first}${first.at(-1)}`
      : stem
  const s = /(?:s|x|z|ch|sh)$/.test(first)
    ? `${first}es`
    : /[^aeiou]y$/.test(first)
      ? `${first.slice(0, -1)}ies`
      : `${first}s`
  const ed = /[^aeiou]y$/.test(first) ? `${first.slice(0, -1)}ied` : `${doubled}ed`
  return [verb, with_(s), with_(ed), with_(`${doubled}ing`)]
}

/** Filters of the stylizer that our own styles also cover. */
const plainer = new Set(['cartoon', 'pencil drawing', 'pencil sketch', 'halftone print', 'stained glass'])

/** Types for which the user's word says more than the row's: `lake`, `logo`. */
const specific: ReadonlySet<TargetType> = new Set(['thing', 'text', 'water', 'ground', 'plants'])

const ordinals: Readonly<Record<number, string>> = {
  1: 'first, 1st, 第一个, 第1个, 第一只, 第一辆, 第一位, 第一',
  2: 'second, 2nd, 第二个, 第2个, 第二只, 第二辆, 第二位, 第二',
  3: 'third, 3rd, 第三个, 第3个, 第三只, 第三辆, 第三位, 第三',
  4: 'fourth, 4th, 第四个, 第4个, 第四只, 第四辆, 第四位, 第四',
  5: 'fifth, 5th, 第五个, 第5个, 第五只, 第五辆, 第五位, 第五',
  6: 'sixth, 6th, 第六个',
}

let built: ReadonlyMap<string, readonly Sense[]> | undefined

/**
 * All entries by their words, in lower case, separated by one space. Built on first use: it takes half a second, which
 * a program that plans nothing should not pay.
 */
export function lexicon(): ReadonlyMap<string, readonly Sense[]> {
  built ??= build()
  return built
}

function build(): Map<string, Sense[]> {
  const found = new Map<string, Sense[]>()
  const put = (words: string, sense: Sense): void => {
    const key = words.toLowerCase().replaceAll('-', ' ').trim()
    if (key === '') return
    const senses = found.get(key)
    if (/ and /.test(key) && key.length < 40)
      for (const sign of [' & ', ' n '])
        if (!found.has(key.replace(' and ', sign))) found.set(key.replace(' and ', sign), [sense])
    if (senses === undefined) found.set(key, [sense])
    else if (!senses.some((each) => JSON.stringify(each) === JSON.stringify(sense))) senses.push(sense)
  }
  for (const [verb, list] of Object.entries(verbRows))
    for (const each of list.split(', '))
      for (const form of verbForms(each)) put(form, { is: 'verb', verb: verb as Verb })
  for (const [property, sign, list] of propertyRows)
    for (const each of list.split(', ')) put(each, { is: 'property', property, sign })
  for (const [place, list] of placeRows)
    for (const each of list.split(', ')) put(each, { is: 'place', place })
  for (const [factor, list] of degreeRows)
    for (const each of list.split(', ')) put(each, { is: 'degree', factor })
  for (const [small, list] of Object.entries(smallRows))
    for (const each of list.split(', ')) put(each, { is: 'small', small: small as Small })
  for (const each of frameWords) put(each, { is: 'frame' })
  for (const { noun, type, names } of [...specificNouns, ...knownNouns])
    for (const name of names) {
      const [one = '', several] = name.split('/')
      const english = /^[a-z]/i.test(one) && !/\p{Script=Han}/u.test(one)
      const manyAlready =
        /(?:men|women|children|people|shoes|leaves|stars|hands|rocks|walls|clouds|birds)$/.test(one)
      // Objects without a detector class keep the user's name.
      const called =
        english &&
        specific.has(type) &&
        !manyAlready &&
        !/^(?:plate number|car plate)$/.test(one) &&
        !Object.hasOwn(cocoNouns, noun)
          ? one
          : noun
      put(one, { is: 'noun', noun: called, type, plural: manyAlready })
      if (english && !manyAlready)
        put(several ?? pluralOf({ en: one, cn: '' }), { is: 'noun', noun: called, type, plural: true })
    }
  for (const [name, colour] of knownColours) {
    put(name, { is: 'colour', colour })
    if (/\bgray\b/.test(name)) put(name.replace('gray', 'grey'), { is: 'colour', colour })
  }
  const named = (
    is: 'look' | 'style' | 'retouch' | 'backdrop' | 'material',
    table: typeof lookWords,
    known: object,
  ): void => {
    for (const [key, list] of table) {
      const name = is === 'style' ? (styleNames[key] ?? key) : key
      // Names without an operation cannot leave the planner; `day` is a look that only its opposite has.
      if (name !== 'day' && !Object.hasOwn(known, name)) continue
      for (const each of list) put(each, { is, name })
    }
  }
  named('look', lookWords, lookVocabulary)
  named('style', styleWords, { ...styleVocabulary, ...stylizerWords })
  named('retouch', retouchWords, retouchVocabulary)
  named('backdrop', backdropWords, backdropVocabulary)
  named('material', materialWords, materialVocabulary)
  const bare = (words: string): string => words.replace(/^(?:an?|the|some) /, '')
  const called = (
    is: 'style' | 'retouch' | 'backdrop' | 'material',
    known: Readonly<Record<string, Words>>,
  ): void => {
    for (const [name, { en, cn, also }] of Object.entries(known)) {
      if (is === 'retouch' && /^eyes-/.test(name)) continue
      for (const each of [en, cn, ...(also?.en ?? []), ...(also?.cn ?? [])]) put(bare(each), { is, name })
    }
  }
  called('style', styleVocabulary)
  called('style', Object.fromEntries(Object.entries(stylizerWords).filter(([name]) => !plainer.has(name))))
  called('retouch', retouchVocabulary)
  called('backdrop', backdropVocabulary)
  called('material', materialVocabulary)
  for (const [name, { forward }] of Object.entries(lookVocabulary)) {
    if (forward === undefined || name === 'underexposed') continue
    const { change, result, called: names, asked } = forward
    // Warm and vivid are matters of degree, which the properties cover.
    const byDegrees = ['warm', 'cool', 'vivid', 'muted'].includes(name)
    const verbs = byDegrees ? [] : [change.en, change.cn, ...(asked?.en ?? []), ...(asked?.cn ?? [])]
    for (const each of [
      result.en,
      result.cn,
      result.cn.replace(/^一[张幅]/u, ''),
      ...(names?.en ?? []),
      ...(names?.cn ?? []),
      ...verbs,
    ])
      if (!(byDegrees && found.get(bare(each).toLowerCase())?.some(({ is }) => is === 'property')))
        put(bare(each).replace(/^scene (?=at |in )/, ''), { is: 'look', name })
  }
  for (const each of otherMaterials) put(each, { is: 'stuff' })
  const measures =
    '个只辆条张把位件棵朵块座根头匹艘架扇顶双盏支本副面杯瓶名颗台部枚片串套株盆栋幅群盘道行家间组排列'
  for (const measure of measures) {
    for (const numeral of '两二三四五六七八几') put(numeral + measure, { is: 'small', small: 'several' })
    for (const word of '那这') put(word + measure, { is: 'small', small: 'that' })
    for (const at of [1, 2, 3, 4, 5, 6])
      for (const each of [`第${'一二三四五六'[at - 1]}${measure}`, `第${at}${measure}`])
        put(each, { is: 'order', index: at })
  }
  for (const [at, words] of Object.entries(ordinals))
    for (const each of words.split(', ')) put(each, { is: 'order', index: Number(at) })
  return found
}
