import { materials } from '../nouns.ts'
import type { Words } from './words.ts'

const called = (key: string, en: readonly string[] = [], cn: readonly string[] = []): Words => {
  const name = materials[key]
  if (name === undefined) throw new Error(`internal: no material is called ${key}`)
  return { ...name, also: { en, cn } }
}

/** What the materials that things can be made of are called, by the operation's name of each. */
export const materialWords: Readonly<Record<string, Words>> = {
  marble: called('marble', ['white marble', 'polished marble'], ['白色大理石', '大理石材质']),
  wood: called(
    'wood',
    ['wooden', 'oak', 'timber', 'pine', 'light wood'],
    ['木', '木质', '木材', '橡木', '木制'],
  ),
  stone: called('stone', ['rock', 'stony', 'sandstone', 'carved stone'], ['石', '石质', '岩石', '砂岩']),
  granite: called('granite', ['speckled granite'], ['麻石']),
  brick: called('brick', ['bricks', 'red brick', 'brickwork'], ['砖', '红砖', '砖墙']),
  wool: called('wool', ['wool', 'knitted', 'yarn', 'knit', 'woollen', 'crochet'], ['毛线', '羊毛', '针织']),
  leather: called('leather', ['brown leather'], ['皮', '皮质', '真皮']),
  gold: called('gold', ['solid gold', 'polished gold'], ['金', '金子', '纯金', '金属金']),
  copper: called('copper', ['bronze', 'polished copper'], ['铜质', '青铜', '黄铜']),
  silver: called('silver', ['chrome', 'polished silver', 'polished metal'], ['银', '银质', '纯银', '镀铬']),
  'brushed steel': called(
    'brushed steel',
    ['steel', 'stainless steel', 'metal', 'iron', 'aluminium', 'aluminum', 'brushed metal'],
    ['钢', '不锈钢', '金属', '铁', '拉丝金属', '铝'],
  ),
  ice: called('ice', ['frozen', 'clear ice'], ['冰块', '冰做']),
  glass: called('glass', ['clear glass', 'glassy', 'crystal'], ['透明玻璃', '玻璃质', '水晶']),
}
