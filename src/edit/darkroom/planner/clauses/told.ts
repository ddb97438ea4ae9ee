import type { StepKind } from '../../plan.ts'
import { isSmall, sense } from '../senses.ts'
import type { Token } from '../tokens.ts'
import type { ReadClause } from './readClause.ts'
import { says } from './words.ts'

const tellingEnglish =
  /^(?:i|we|you) (?:cut|took|shot|held|made|lost|forgot|accidentally|was|hate)\b|^(?:a |it s |its )?(?:bit|little|too|very|kinda|so|super|really|quite)? ?(?:blurry|out of focus|noisy|grainy|dark|dull|flat|crooked|tilted|hazy|foggy|washed out|red eyes)(?: a bit| a little| slightly| though)?$|(?:^|\b)(?:is|are|was|were|looks?|looked|seems?|seemed|came|has|have|had|s|its|got|walked|ruins?|turned|feels?|sticks?|stands?|hates?|need to print|want to print|wants? to know|starved|ma(?:de|kes) (?:everything|it|us|me|the|our|my|his|her)|cannot (?:really |even )?see|barely see)\b/

const wishingEnglish =
  /\b(?:should|could|can|must|needs?|would|want|like|let|make|to be|please|pls|has to|have to|had|gone|if|turn|change|remove|rather|prefer)\b/

/** Whether a part is a statement: `my ex is in this pic`, `左边那个人的脸太黑了`. */
export function isTold(tokens: readonly Token[], cn: boolean): boolean {
  const text = tokens.map((each) => each.text).join(cn ? '' : ' ')
  const complains = tokens.some((token) =>
    token.senses.some((each) => each.is === 'verb' && (each.verb === 'retone' || each.verb === 'lacks')),
  )
  if (cn) {
    if (/把|将|要|想|应该|希望|能|改|换|变|调|给我|帮|请|去|让/u.test(text.replace('想要', '要')))
      return false
    return (
      complains ||
      /是|好烦|看起来|有点|有|挡|很|拍|没|烦|丑|乱|死|灰蒙蒙|灰扑扑|偏|发[黄灰白暗蓝绿红]|噪点(?:多|大|重|严重|明显)|看不清|看不见|看不到|弱|差/u.test(
        text,
      )
    )
  }
  const first = tokens.find(says)
  const states = /^(?:(?:and|but) )?(?:he|she|they|it|we) (?:s|is|are|re|was|were) /.test(text)
  if (first && startsOrder(first) && !states) return false
  if (tokens.some(({ measure }) => measure?.unit === 'pixels' || measure?.unit === 'size')) return false
  if (/\b\d{3,5} (?:wide|tall|high)\b/.test(text)) return false
  if (complains && !/\b(?:make|should|could|turn)\b/.test(text)) return true
  if (/^for (?:a|my|the|our|his|her)\b/.test(text) && !tokens.some((token) => token.measure !== undefined))
    return true
  if (/\b(?:dont|doesnt|do not|does not|didnt|not) want to be\b/.test(text)) return true
  if (wishingEnglish.test(text) || tokens.some(({ literal }) => literal !== undefined)) return false
  return (
    tellingEnglish.test(text) ||
    /^(?:(?:and|but|because|since|so|btw|ps) )?(?:i|we|he|she|they|it|there|everyone|nobody|people|someone|somebody) (?!want|need|d\b|wish|wanna|prefer|rather|dont|do not|hate|m looking|am looking|was wondering|ll|gone|in|on|as|to|a bit|more|less|too|brighter|darker)[a-z]+/.test(
      text,
    ) ||
    subjectTells(tokens)
  )
}

/** `her boyfriend spilled coffee`: an object, and what it does or did. */
function subjectTells(tokens: readonly Token[]): boolean {
  const list = tokens.filter(
    (token) => !token.senses.some((each) => each.is === 'frame') || /^(?:my|the)$/.test(token.text),
  )
  const [first, second, third] = list
  if (!first || !second) return false
  const starts = isSmall(first, 'the', 'my', 'that', 'it') ? second : first
  const then = starts === second ? third : second
  if (!sense(starts, 'noun') || !then || then.mark !== undefined || list.length < 4) return false
  return (
    then.senses.length === 0 && /(?:s|ed|ew|ook|ent|ot|ame)$/.test(then.text) && /^[a-z]{4,}$/.test(then.text)
  )
}

const startsOrder = (token: Token): boolean =>
  token.senses.some(
    (each) =>
      each.is === 'verb' &&
      !['keep', 'lacks', 'retone', 'straighten', 'rotate', 'question', 'denoise', 'blur'].includes(each.verb),
  )

/** Objects of which a stated fault is a request. */
const complaints: ReadonlySet<StepKind> = new Set([
  'adjust',
  'retouch',
  'straighten',
  'red-eye',
  'rotate',
  'erase',
  'look',
  'flip',
])

export const isComplaint = ({ clause, outcome }: ReadClause): boolean => {
  if (outcome.type !== 'steps') return false
  if (!outcome.steps.every(({ kind }) => complaints.has(kind))) return false
  if (outcome.steps.some(({ kind }) => kind === 'erase')) return clause.has('remove')
  if (outcome.steps.some(({ kind }) => kind === 'adjust'))
    return (
      clause.has('retone', 'lacks', 'denoise', 'dehaze') ||
      clause.property().some(({ sign }) => sign !== 0) ||
      /cast|flat|dull|blur|糊|灰/.test(clause.text)
    )
  if (outcome.steps.some((step) => step.kind === 'look'))
    return outcome.steps.some((step) => step.kind === 'look' && ['white-balanced'].includes(step.look))
  return true
}

/** `…, please fix it`: refers only to the stated fault. */
export const isMending = (part: readonly Token[]): boolean =>
  part.some((token) =>
    /^(?:fix|fix it|fix this|correct|fixed|repair|fix that|修一下|修|修正|处理一下|调一下|调整|弄一下|改一下|修复|修修|校正|矫正|纠正|改正)$/.test(
      token.text,
    ),
  ) &&
  part.every(
    (token) =>
      !says(token) ||
      token.senses.every(
        (each) =>
          each.is === 'frame' ||
          each.is === 'small' ||
          (each.is === 'verb' && ['fix', 'enhance', 'make', 'restore', 'straighten'].includes(each.verb)),
      ),
  )
