import { describe, expect, it } from 'vitest'
import { quotedSpans } from './quotes.ts'

function quoted(text: string): string[] {
  const characters = [...text]
  return quotedSpans(characters).map(({ open, close }) => characters.slice(open + 1, close).join(''))
}

describe('quoted text', () => {
  it.each<[string, string[]]>([
    ["Replace the text 'SUMMER' with 'WINTER'", ['SUMMER', 'WINTER']],
    ['change the sign to "OPEN"', ['OPEN']],
    ['change the sign to “OPEN”', ['OPEN']],
    ['change ‘SALE’ to ‘SOLD OUT’', ['SALE', 'SOLD OUT']],
    ["write 'DON'T STOP' on the wall", ["DON'T STOP"]],
    ['write ‘DON’T STOP’ on the wall', ['DON’T STOP']],
    ['write "don\'t" on it', ["don't"]],
    ["don't change the sky", []],
    ["the dog's collar becomes red", []],
    ["the dogs' collars become red", []],
    ["the dogs' collars and the cats' bowls become red", []],
    ['don’t touch the girl’s hat', []],
    ['the dogs’ collars', []],
    ["make it look like the '90s", []],
    ["a '90s poster that says 'HELLO'", ['HELLO']],
    ["rock 'n' roll style", []],
    ["make 'em smile and write 'YES'", ['YES']],
    ['make it 5" wide and write "HI"', ['HI']],
    ['make it 5" wide', []],
    ['a 5" by 7" frame', []],
    ['a 5"x7" frame', []],
    ['a 5" x 7" frame', []],
    ['make him 6\'2" tall', []],
    ['make him 6\'2" tall and write "TALL"', ['TALL']],
    ["a 6' fence", []],
    ["make the 6' fence say 'KEEP OUT'", ['KEEP OUT']],
    ['change "5" to "6"', ['5', '6']],
    ["change '5' to '6'", ['5', '6']],
    ['write "Route 66" on the sign', ['Route 66']],
    ['write "HELLO and "BYE"', ['BYE']],
    ['an unclosed " quote', []],
    ["an unclosed 'quote here", []],
    ['write “HELLO" on it', ['HELLO']],
    ['write ""', []],
    ["write ''", []],
    ['write "A" and \'B\' and “C” and ‘D’', ['A', 'B', 'C', 'D']],
    ['write "he said \'hi\'" there', ["he said 'hi'"]],
    ['write \'he said "hi"\' there', ['he said "hi"']],
    ["('HELLO')", ['HELLO']],
    ["write: 'HELLO', then 'BYE'.", ['HELLO', 'BYE']],
    ["把'夏天'改成'冬天'", ['夏天', '冬天']],
    ['把"夏天"改成"冬天"', ['夏天', '冬天']],
    ['把“夏天”改成“冬天”', ['夏天', '冬天']],
    ['把‘夏天’改成‘冬天’', ['夏天', '冬天']],
    ['把「夏天」改成「冬天」', ['夏天', '冬天']],
    ['把『夏天』改成『冬天』', ['夏天', '冬天']],
    ['把「『夏』天」改成“冬”', ['『夏』天', '冬']],
    ['把“夏天“改成“冬天“', ['夏天', '冬天']],
    ['把”夏天”改成”冬天”', ['夏天', '冬天']],
    ['把牌子上的字换成"OPEN"', ['OPEN']],
    ["把SUMMER换成'WINTER'", ['WINTER']],
    ['把5"的屏幕换成"HI"', ['HI']],
    ['在2024"新年"下面', ['新年']],
    ['remplace «été» par « hiver »', ['été', ' hiver ']],
    ["Sam's sign says 'OPEN'; make it say 'CLOSED'", ['OPEN', 'CLOSED']],
    ["change the kids' sign from 'IN' to 'OUT'", ['IN', 'OUT']],
    ["the sign 'Joe's Bar' becomes 'Ann's Bar'", ["Joe's Bar", "Ann's Bar"]],
    ['the 27" monitor shows “HI”', ['HI']],
    ['the 27” monitor shows “HI”', ['HI']],
    ["It's 5 o'clock: write '5 o'clock'", ["5 o'clock"]],
    ["write 'I ♥ NY'!", ['I ♥ NY']],
    ["text='HELLO'", ['HELLO']],
    ['add text:"SALE"', ['SALE']],
    ["write 'N' on it", ['N']],
    ["write '2024' on it", ['2024']],
    ["change 'a' into 'b'", ['a', 'b']],
    ['write ＂开业＂ and ＇大吉＇', ['开业', '大吉']],
    ["the 1960s and the '60s and the dogs' '70s look", []],
    ["'tis the season", []],
    ['write «OUI»', ['OUI']],
    ["a 3½\" disk named 'A'", ['A']],
    ['把屏幕上的“5”改成“6”，不要动狗狗的项圈', ['5', '6']],
    ['把招牌上的\'咖啡\'两个字改成"茶"', ['咖啡', '茶']],
    ['她的项圈变成红色', []],
    ['把“他说「你好」”改成英文', ['他说「你好」']],
    ['把‘SALE’换成「特价」', ['SALE', '特价']],
  ])('of %s', (text, wanted) => {
    expect(quoted(text)).toEqual(wanted)
  })

  it('is found in a time that grows with the length alone', () => {
    // Each would take thousands of millions of steps if every mark looked through all the others.
    for (const unit of ['"', "'a ", "'", '「', '“a ', '" a', '«', '\'a"b '])
      expect(quotedSpans([...unit.repeat(200_000 / unit.length)]).length).toBeLessThan(200_000)
  })
})
