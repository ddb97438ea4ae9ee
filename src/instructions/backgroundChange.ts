import { filling } from './grammar.ts'
import { known, type Phrasing } from './phrasing.ts'
import { definite, itOrThem, withoutArticle } from './words.ts'

/** The subject stays; what is behind it becomes another place. */
export const backgroundChange: Phrasing<'background_change'> = {
  mention: (facts, random) => {
    if (facts.subject === undefined || random.chance(0.5)) return facts
    const { subject: _, ...rest } = facts
    return rest
  },

  en: ({ subject, background }) => ({
    fillings: {
      background: filling(background.en, 'background'),
      scene: / background$/.test(background.en) ? undefined : filling(background.en, 'background'),
      // `calm lake background`, but no `field with a tree background`.
      'bare background': / (?:with|of|at|in|under|below|from|on|full)\b| background$/.test(background.en)
        ? undefined
        : filling(withoutArticle(background.en), 'background'),
      'the subject': subject && filling(definite(subject), 'subject'),
      it: filling(subject ? itOrThem(subject) : 'it'),
    },
    say: known({ subject, background }),
    orders: [
      '(change|switch|set) the background to {background}',
      'change the background[ behind {the subject}] to {background}',
      'replace (the background|what is behind {the subject}) with {background}',
      'replace everything behind {the subject} with {background}',
      'swap the background[ of {the subject}] (for|with) {background}',
      'turn the background[ behind {the subject}] into {background}',
      'make the background[ behind {the subject}] {background}',
      'put {scene} (in the background|behind {the subject})',
      'use {scene} as the (background|backdrop)[ for {the subject}]',
      'give (the photo|this picture|{the subject}) {scene} as a (background|backdrop)',
      'edit the background[ behind {the subject}] so that it is {background}',
      '(put|place) {the subject} in front of {background}',
      'keep {the subject} and (change the background to|replace the background with) {background}',
      'cut out {the subject} and put {background} behind {it}',
      'leave {the subject} as it was and make the background {background}',
      'remove the background[ behind {the subject}] and put in {background}',
      'photoshop {scene} into the background[ behind {the subject}]',
      'edit in {scene} as the background[ of {the subject}]',
    ],
    sentences: [
      'I want {scene} (as the background|in the background)',
      'I want {background} behind {the subject}',
      "I'd like the background[ behind {the subject}] to be {background}",
      'the background[ behind {the subject}] should be {background}',
      'there should be {scene} (behind {the subject}|in the background)',
      'new background[ for {the subject}]: {background}',
      'background: {background}',
      '{bare background} background for {the subject}(|, please)',
      '{the subject} as it was, other background: {background}',
      'what would this look like with {scene} in the background?',
      'how would {the subject} look in front of {background}?',
      'could the background[ behind {the subject}] be {background}?',
      'the same (photo|picture), but with {scene} (as the background|behind {the subject})',
      'the background is (boring|dull), make it {background}',
      "I don't like what is behind {the subject}, make it {background}",
      'imagine {the subject} in front of {background}',
      '{the subject} stays, the background becomes {background}',
    ],
    captions: [
      '{the subject} (in front of|against) {background}',
      'a photo of {the subject} (in front of|with) {background} behind {it}',
      '{bare background} background(|, please)',
      'as if it had been taken in front of {background}',
    ],
  }),

  cn: ({ subject, background }) => ({
    fillings: {
      background: filling(background.cn, 'background'),
      scene: background.cn.endsWith('背景') ? undefined : filling(background.cn, 'background'),
      subject: subject && filling(subject.cn, 'subject'),
      none: subject ? undefined : filling(''),
    },
    say: known({ subject, background }),
    orders: [
      '把[照片的|图片的]背景(换成|改成|替换成|替换为|变成){background}{none}',
      '把{subject}(后面|身后|背后)的背景(换成|改成){background}',
      '把{subject}的背景(换成|改成|替换为){background}',
      '将背景(替换为|更换为|改为){background}',
      '给(照片|图片)换上{scene}的背景{none}',
      '给{subject}换(一个|个){scene}的背景',
      '用{scene}(作为|当作|做)[{subject}的]背景',
      '保留{subject}，(把背景换成|背景换成){background}',
      '只留下{subject}，把背景换成{background}',
      '让背景变成{background}',
      '让{subject}(出现在{scene}的场景里|以{scene}为背景)',
      '把{subject}抠出来，(换上{scene}的背景|背景换成{background})',
      '换个背景，(换成|改成){background}',
      '把背景P成{background}',
    ],
    sentences: [
      '[{subject}的]背景(换成|改成|改为){background}[吧]',
      '背景(要|用){background}',
      '背景不(好看|合适)，换成{background}',
      '这个背景太(单调|普通|乱)了，换成{background}',
      '我想要{scene}(的背景|做背景|当背景)',
      '我(想让|希望)[{subject}的]背景(是|变成){background}',
      '[{subject}的]背景换成{background}会(怎么样|是什么样)？',
      '[{subject}的]背景(能|可以)换成{background}吗？',
      '[{subject}的]背景：{background}',
      '换背景：{background}',
      '(同样的|还是这张)照片，背景(是|换成){background}',
      '{subject}不变，背景(换成|改成|是){background}',
      '{subject}(不动|别动)，(只换背景|换背景)：{background}',
      '要是[{subject}的]背景是{background}就好了',
      '我想看看{subject}以{scene}为背景的样子',
      '想换个背景，{background}(就行|就好)',
    ],
    captions: [
      '以{scene}为背景的(照片|{subject})',
      '{scene}的背景(|，谢谢)',
      '{subject}，背景是{background}',
    ],
  }),
}
