import { createHash } from 'node:crypto'
import type { ConsentText } from './studySchemas.ts'

/** What participants agree to, unless the organiser gives a text of his own. */
const defaultConsent: Readonly<Record<'en' | 'cn', string>> = {
  en: `You are asked to judge edited pictures. Each time you see a picture, an instruction for changing it, and what different programs made of it. You are not told which program made which picture. There are no right answers: your own impression counts.

Taking part is voluntary. You may pause or stop whenever you like, without giving a reason. Your link brings you back to where you stopped, in any browser.

What is stored: a pseudonym such as p07, that you agreed and when, your answers, when you gave them, and how long you looked. Neither your name nor your address on the network is stored, and nothing is sent to others. Results are published as averages.

If you want your answers to be left out, tell your pseudonym to the person who sent you this link.`,
  cn: `我们邀请您评价编辑后的图片。每次您会看到一张原图、一条修改指令，以及不同程序给出的结果。您不会知道哪张图片来自哪个程序。答案没有对错，请凭自己的感受判断。

参与完全自愿。您可以随时暂停或退出，无需说明理由。之后用任何浏览器打开同一链接，即可从停下的地方继续。

我们保存的内容：一个代号（例如 p07）、您同意参与及其时间、您的回答、回答的时间以及观看的时长。不保存您的姓名和网络地址，也不会向他人发送任何内容。结果只以平均值的形式发表。

如果您希望不使用您的回答，请把您的代号告诉发给您链接的人。`,
}

/** Texts with their id; a text in one language alone is shown in both. */
export function consentText({ en, cn }: { readonly en?: string; readonly cn?: string } = {}): ConsentText {
  const texts = { en: (en ?? cn ?? defaultConsent.en).trim(), cn: (cn ?? en ?? defaultConsent.cn).trim() }
  return { id: createHash('sha256').update(JSON.stringify(texts)).digest('hex'), ...texts }
}
