import { filling } from './grammar.ts'
import { known, type Phrasing } from './phrasing.ts'
import { definite, gerundOf, hasOrHave, pointed } from './words.ts'

/** Phrases that say by themselves how little is done: `make the eyes a little bigger`. */
const softInEnglish = /\b(?:a little|a bit|slightly|some)\b/
/** `smooth the skin a little`, but `add freckles, just subtly`. */
const addsThings = /^(?:add|put|remove|give|make|draw|apply)\b/
const little = {
  within: ['a little', 'a bit', 'just a touch', 'ever so slightly'],
  after: [', but only slightly', ', just subtly', ', not too much'],
}
const softInChinese = /稍微|略微|一些|一点/

/** A face or a figure is retouched; the person stays the same. */
export const psHuman: Phrasing<'ps_human'> = {
  mention: (facts, random) => {
    if (facts.person === undefined || random.chance(0.5)) return facts
    const { person: _, ...rest } = facts
    return rest
  },

  // That a retouch is slight is always said, that it is clear only sometimes.
  en: ({ retouch, person, strength: given }) => {
    const strength = softInEnglish.test(retouch.en) ? 'said' : given
    return {
      fillings: {
        retouch: filling(retouch.en, 'retouch'),
        retouching: filling(gerundOf(retouch.en), 'retouch'),
        'the person': person && filling(definite(person), 'person'),
        needs: person && filling(hasOrHave(person) === 'has' ? 'needs' : 'need'),
        slightly: strength === 'slight' ? filling(['slightly', 'gently', 'subtly'], 'slight') : undefined,
        'a little':
          strength === 'slight'
            ? filling(addsThings.test(retouch.en) ? little.after : little.within, 'slight')
            : undefined,
        'but subtly':
          strength === 'slight'
            ? filling(
                [', but keep it subtle', ', nothing too strong', ', it should still look natural'],
                'slight',
              )
            : undefined,
        'so that it shows':
          strength === 'clear' ? filling([' so that it shows', ' clearly', ' noticeably']) : undefined,
      },
      say: [...known({ retouch, person }), ...(strength === 'slight' ? ['slight'] : [])],
      orders: [
        '{retouch}[ for {the person}][ {a little}|{but subtly}]',
        '{retouch}{so that it shows}',
        '{slightly} {retouch}[ for {the person}]',
        'edit the (portrait|photo|face) to {retouch}[ {a little}|{but subtly}]',
        'retouch (the face|the portrait|{the person}): {retouch}[ {a little}|{but subtly}]',
        'touch up (the photo|the face|{the person}): {retouch}[ {a little}|{but subtly}]',
        'photoshop (the face|the portrait|{the person}): {retouch}[ {a little}|{but subtly}]',
        'enhance (the portrait|{the person}): {slightly} {retouch}',
        'do some (portrait|beauty) retouching[ on {the person}]: {retouch}[ {a little}|{but subtly}]',
        'give {the person} a (touch-up|makeover): {retouch}[ {a little}|{but subtly}]',
        'make {the person} look better: {retouch}[ {a little}]',
        'use (some photo editing|a beauty filter) to {retouch}[ for {the person}][ {a little}]',
      ],
      sentences: [
        'I want to {retouch}[ for {the person}][ {a little}|{but subtly}]',
        "I'd like to {slightly} {retouch}[ for {the person}]",
        'the same (person|face), only {retouch}[ {a little}]',
        '(portrait|beauty|face) retouch[ for {the person}]: {retouch}[ {a little}]',
        '{retouch}[ for {the person}][ {a little}], everything else the same',
        '{the person} {needs} some retouching: {retouch}[ {a little}]',
        'how about {retouching}[ for {the person}][ {a little}]?',
        'would it be possible to {retouch}[ for {the person}][ {a little}]?',
        'is there a way to {retouch}[ for {the person}][ {a little}|{but subtly}]?',
        'this portrait needs a touch-up[ for {the person}]: {retouch}[ {a little}]',
        'for {the person}: {retouch}[ {a little}|{but subtly}]',
        "let's {retouch}[ for {the person}][ {a little}]",
        'this is for a profile picture, so {retouch}[ for {the person}][ {a little}]',
        'try {retouching}[ for {the person}][ {a little}]',
        'portrait edit[ for {the person}]: {retouch}[ {a little}]',
        'keep the face as it is, only {retouch}[ for {the person}][ {a little}]',
        'it would look better if you could {retouch}[ for {the person}][ {a little}]',
      ],
      captions: ['(a|the) retouched portrait[ of {the person}]: {retouch}[ {a little}]'],
    }
  },

  cn: ({ retouch, person, strength: given }) => {
    const strength = softInChinese.test(retouch.cn) ? 'said' : given
    return {
      fillings: {
        retouch: filling(retouch.cn, 'retouch'),
        person: person && filling(person.cn, 'person'),
        'that person': person && filling(pointed(person), 'person'),
        none: person ? undefined : filling(''),
        lightly:
          strength === 'slight'
            ? filling(
                ['，自然一点', '，不要太明显', '，轻微一点就好', '，别修过头', '，稍微修一点就行'],
                'slight',
              )
            : filling(strength === 'said' ? '' : ['', '', '，效果明显一点']),
        somewhat: strength === 'slight' ? filling(['稍微', '略微'], 'slight') : filling(''),
      },
      say: [...known({ retouch, person }), ...(strength === 'slight' ? ['slight'] : [])],
      orders: [
        '{none}{retouch}{lightly}',
        '{none}{somewhat}{retouch}',
        '{none}修一下(人像|脸|脸部|照片)，{retouch}{lightly}',
        '{none}修一下(人像|脸|照片)，{somewhat}{retouch}',
        '修一下(照片里的|图中的|画面中的){person}，{retouch}{lightly}',
        '{none}给(照片|人像)(美颜|修图)，{retouch}{lightly}',
        '给{that person}(修修图|美颜一下|P一下)，{retouch}{lightly}',
        '给{that person}修一下脸，{somewhat}{retouch}',
        '把{that person}修得好看一点，{retouch}{lightly}',
        '给(照片里的|图中的){person}修一下脸，{retouch}{lightly}',
        '替{that person}修(图|一下照片)，{retouch}{lightly}',
        '把(照片里的|图中的){person}精修一下，{retouch}{lightly}',
        '给{that person}美个颜，{retouch}{lightly}',
        '处理一下{that person}的脸，{somewhat}{retouch}',
        '对{that person}做(人像精修|人像美化|美颜处理)：{retouch}{lightly}',
        '{none}做(一下|个)(人像精修|人像美化|美颜)，{retouch}{lightly}',
        '{none}把脸修一下，{retouch}{lightly}',
        '{none}P一下脸，{somewhat}{retouch}',
      ],
      sentences: [
        '{none}(人像精修|美颜|修图|人像美化)：{retouch}{lightly}',
        '{person}(修图|精修|美颜)：{retouch}{lightly}',
        '{none}我想{somewhat}{retouch}',
        '我想给{that person}修图，{retouch}{lightly}',
        '{none}能{somewhat}{retouch}吗？',
        '{none}其他不变，{retouch}{lightly}',
        '{that person}的其他地方不变，{retouch}{lightly}',
        '{none}人还是这个人，{somewhat}{retouch}',
        '{none}五官不变，{retouch}{lightly}',
        '{none}头像要用，(帮忙|帮我){retouch}{lightly}',
        '{that person}(需要|要)修一下，{retouch}{lightly}',
        '{that person}不用大改，{somewhat}{retouch}',
        '{none}不用大改，{somewhat}{retouch}(|就行|就好)',
        '{none}照片修一修，{retouch}{lightly}',
        '{none}最好{somewhat}{retouch}',
        '{none}只修脸，{retouch}{lightly}',
        '只修{that person}，{retouch}{lightly}',
        '{that person}P一下，{retouch}{lightly}',
        '{that person}的脸修一下，{retouch}{lightly}',
        '{that person}的头像要用，{retouch}{lightly}',
        '想让{that person}更好看，{retouch}{lightly}',
        '{that person}还是本人的样子，{somewhat}{retouch}',
        '我希望{that person}更上镜，{retouch}{lightly}',
        '{that person}五官不变，{retouch}{lightly}',
        '最好给{that person}修一修，{somewhat}{retouch}',
        '{none}想让照片更上镜，{retouch}{lightly}',
        '{that person}想更上镜，{somewhat}{retouch}',
      ],
    }
  },
}
