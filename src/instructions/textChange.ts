import type { FactsOf } from './facts.ts'
import { type Fillings, filling } from './grammar.ts'
import type { Phrasing, Wording } from './phrasing.ts'

type TextFacts = FactsOf<'text_change'>

/** Written words become others, or go, or come. What is written stands in quotes, letter by letter. */
export const textChange: Phrasing<'text_change'> = {
  en: (facts) =>
    english[facts.action](
      quotedFillings(facts, (text) => quoted(text, ['""', '“”'])),
      sayOf(facts),
    ),
  cn: (facts, random) => {
    // One kind of quotes within a sentence.
    const order = random.pick([
      ['“”', '「」', '""'],
      ['“”', '「」', '""'],
      ['「」', '“”', '""'],
      ['""', '“”', '「」'],
    ])
    const fillings = quotedFillings(facts, (text) => quoted(text, order))
    const place = facts.action === 'add' ? facts.place?.cn : undefined
    return chinese[facts.action](
      {
        ...fillings,
        where: filling(place ?? ['图中', '画面上', '图片上'], 'place'),
        place: filling(place ?? '', 'place'),
      },
      sayOf(facts),
    )
  },
}

/** The text in the first of these pairs of quotes that it has not got itself. */
function quoted(text: string, marks: readonly string[]): string {
  const pair = [...(marks.find((each) => ![...each].some((mark) => text.includes(mark))) ?? marks[0] ?? '""')]
  return `${pair[0]}${text}${pair[1]}`
}

function quotedFillings(facts: TextFacts, quote: (text: string) => string): Fillings {
  return {
    ...(facts.action !== 'add' && { from: filling(quote(facts.from), 'from') }),
    ...(facts.action !== 'remove' && { to: filling(quote(facts.to), 'to') }),
    ...(facts.action === 'add' && facts.place && { place: filling(facts.place.en, 'place') }),
  }
}

function sayOf(facts: TextFacts): string[] {
  if (facts.action === 'replace') return ['from', 'to']
  if (facts.action === 'remove') return ['from']
  return facts.place ? ['to', 'place'] : ['to']
}

type ByAction = {
  readonly [A in TextFacts['action']]: (fillings: Fillings, say: readonly string[]) => Wording
}

const english: ByAction = {
  replace: (fillings, say) => ({
    fillings,
    say,
    orders: [
      'replace {from} with {to}',
      'replace the (text|word|words|writing|lettering) {from} with {to}',
      'change {from} to {to}',
      'change the (text|wording|writing) from {from} to {to}',
      'change the (text|words) {from} (to|into) {to}',
      'swap {from} for {to}',
      'turn {from} into {to}',
      'rewrite {from} as {to}',
      'make {from} (say|read) {to}',
      'edit the text {from} so that it (says|reads) {to}',
      'edit {from} to (say|read) {to}',
      'correct {from} to {to}',
      'update the text from {from} to {to}',
      'put {to} where it says {from}',
      'erase {from} and write {to} (instead|in its place)',
      'use {to} instead of {from}',
    ],
    sentences: [
      'it should (say|read) {to} instead of {from}',
      'I want it to (say|read) {to}, not {from}',
      "I'd like {to} instead of {from}",
      'where it says {from}, it should say {to}',
      '{from} should (be|become|read) {to}',
      '{to} instead of {from}(|, please)',
      'text: {from} to {to}',
      'the same (picture|photo), but with {to} instead of {from}',
      'the same (picture|photo) with {to} written in place of {from}',
      'can the text say {to} instead of {from}?',
      'what if it said {to} instead of {from}?',
      'not {from} but {to}',
      'the (words|text) {from} should be {to} in the same (font|lettering)',
      'keep the font, but change {from} to {to}',
      'it says {from}, make that {to}',
      'new text in place of {from}: {to}',
    ],
    captions: ['{from} -> {to}'],
  }),
  remove: (fillings, say) => ({
    fillings,
    say,
    orders: [
      '(remove|erase|delete|get rid of|take out) {from}',
      '(remove|erase|delete|take away) the (text|words|writing|lettering) {from}',
      'make the (text|words) {from} disappear',
      'wipe out the (text|writing) {from}',
      'clean away the (text|lettering) {from}',
      'edit out the (text|words) {from}',
      'take the (words|text) {from} out of the (picture|photo)',
      'remove {from} from the (picture|photo|image)',
      'paint over the (text|words) {from}',
      'leave the spot where it says {from} blank',
      'photoshop out the (text|words) {from}',
    ],
    sentences: [
      "I don't want {from} in the picture",
      "I don't want it to say {from}",
      'I want the (text|words) {from} gone',
      '{from} should (be gone|not be there)',
      'the (text|words) {from} should be removed',
      'the same (picture|photo) without {from}',
      'the same (picture|photo), but without the (words|text) {from}',
      'no {from}(|, please)',
      'there should be no {from} written here',
      '{from} has to go',
      'can {from} be (removed|erased)?',
      'what would it look like without {from}?',
      "we don't need the (text|words) {from}",
      'text {from} gone, please',
      'everything but the text {from}',
    ],
    captions: ['blank where it says {from}'],
  }),
  add: (fillings, say) => ({
    fillings,
    say,
    orders: [
      '(add|write|put|place|insert) {to}[ {place}]',
      '(add|write|put|insert|place) the (text|words) {to}[ {place}]',
      'add the (text|words) {to} to the (picture|photo|image)[ {place}]',
      'write {to} (on|across) the (picture|photo)[ {place}]',
      'put the (text|words) {to} on the (picture|photo)[ {place}]',
      'have the (picture|photo) say {to}[ {place}]',
      'add (lettering|text) that (says|reads) {to}[ {place}]',
      'make it say {to}[ {place}]',
      'include the (text|words) {to}[ {place}]',
      'overlay the (text|words) {to} on the (picture|photo)[ {place}]',
      'print {to} on the photo[ {place}]',
    ],
    sentences: [
      'I want the (text|words) {to}[ {place}]',
      "I'd like it to say {to}[ {place}]",
      'it should (say|read) {to}[ {place}]',
      'there should be the words {to}[ {place}]',
      'the same (picture|photo) with {to} written[ {place}]',
      'the same (picture|photo), but with the (text|words) {to}[ {place}]',
      'text[ {place}]: {to}',
      '{to}[ {place}], please',
      'can it say {to}[ {place}]?',
      'how about the words {to}[ {place}]?',
      'what would it look like with {to} written[ {place}]?',
      'the picture needs the words {to}[ {place}]',
      'everything the same, plus the text {to}[ {place}]',
    ],
    captions: ['{to}, written[ {place}]', 'a photo with {to} written[ {place}]'],
  }),
}

const chinese: ByAction = {
  replace: (fillings, say) => ({
    fillings,
    say,
    orders: [
      '把{from}(改成|换成|改为|替换成|变成){to}',
      '把(文字|图中的|图片上的|上面的){from}(改成|换成|替换为){to}',
      '把(文字|内容)从{from}(改成|换成){to}',
      '将{from}(改为|替换为|更改为){to}',
      '将文字{from}(改为|替换为){to}',
      '用{to}(替换|代替|换掉){from}',
      '把{from}(擦掉|去掉)，(写上|换成){to}',
      '把写着{from}的地方改成{to}',
      '把{from}P成{to}',
    ],
    sentences: [
      '{from}(改成|换成|改为){to}[吧]',
      '上面(应该|要)写{to}，(不是|而不是){from}',
      '不要{from}，要{to}',
      '我想把{from}(改成|换成){to}',
      '我希望上面写的是{to}，不是{from}',
      '{from}(应该|要)(是|改成){to}',
      '{from}(能|可以)(改成|换成){to}吗？',
      '如果{from}改成{to}会是什么样？',
      '文字：{from}改{to}',
      '(同一张|还是这张)图，{from}换成{to}',
      '字体不变，{from}(改成|换成){to}',
      '写着{from}的地方(改写|改成){to}',
      '文字：{from}→{to}',
      '改字：{from}改成{to}',
      '{from}写错了，(应该是|改成){to}',
      '其他不变，文字{from}换成{to}',
    ],
  }),
  remove: (fillings, say) => ({
    fillings,
    say,
    orders: [
      '把{from}(去掉|删掉|擦掉|抹掉|删除|移除|P掉)',
      '把(文字|图中的|图片上的|上面的){from}(去掉|删掉|擦掉|抹掉)',
      '把{from}(这几个字|这些字)(去掉|删掉|擦掉)',
      '(去掉|删除|擦除|移除|抹去){from}',
      '(去掉|删除|擦除)(文字|图中的|图片上的){from}',
      '将{from}从(图中|图片上)(移除|删除)',
      '让{from}(消失|从图上消失)',
    ],
    sentences: [
      '不要{from}(了|)',
      '不要{from}(这几个字|这些字)',
      '{from}(去掉|删掉|擦掉)[吧]',
      '{from}不要了',
      '我不想要{from}',
      '我想把{from}(去掉|擦掉)',
      '图上不要有{from}',
      '上面不应该有{from}',
      '同样的画面，没有{from}',
      '{from}(能|可以)去掉吗？',
      '如果没有{from}会是什么样？',
      '去字：{from}',
      '写着{from}的地方留空',
      '其他不变，{from}去掉',
      '{from}太碍眼了，(去掉|删掉)吧',
      '要是没有{from}就好了',
    ],
    captions: ['没有{from}的(图片|画面)'],
  }),
  add: (fillings, say) => ({
    fillings,
    say,
    orders: [
      '在{where}(加上|加|写上|写|添加|添上){to}',
      '在{where}(加上|加|写上|添加)(文字|一行字){to}',
      '在{where}(加|写)(一行字|几个字)：{to}',
      '把{to}(写在|加到|放在|加在){where}',
      '给{where}加上(文字|一行字){to}',
      '让{where}出现文字{to}',
      '让{where}出现{to}(字样|这行字)',
      '在{where}P上{to}',
    ],
    sentences: [
      '{where}(要|应该)(写|有){to}',
      '{where}(加|写)(|上){to}[吧]',
      '我想在{where}(写|加)(|上){to}',
      '我希望{where}有{to}(这几个字|字样)',
      '{where}(能|可以)(写|加)上{to}吗？',
      '同样的画面，{where}多了{to}',
      '如果{where}写上{to}会怎么样？',
      '加字：{where}，{to}',
      '{where}，文字：{to}',
      '{where}来一句{to}',
      '其他不变，{where}加{to}',
      '{where}缺(一行字|文字)，写上{to}',
      '要是{where}写着{to}就好了',
      '{where}印上{to}',
    ],
    captions: ['{place}写着{to}的(图片|画面)'],
  }),
}
