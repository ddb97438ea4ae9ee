import type { Judged } from './judge.ts'

interface Scene {
  readonly wall: string
  readonly table: string
  readonly cup: string
  readonly leaves: string
}

const plain: Scene = { wall: '#efe6d6', table: '#a9744f', cup: '#c8402f', leaves: '#4d8c57' }
/** As asked for. */
const blueCup: Scene = { ...plain, cup: '#2f66c8' }
/** The cup is blue, and so is everything else. */
const blueAll: Scene = { wall: '#d3dcf0', table: '#5b6f9e', cup: '#2f66c8', leaves: '#4a7f96' }

/** A cup and a plant on a table. */
function drawn({ wall, table, cup, leaves }: Scene): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="640" viewBox="0 0 480 320">
<rect width="480" height="320" fill="${wall}"/><rect y="220" width="480" height="100" fill="${table}"/>
<rect y="220" width="480" height="6" fill="#0002"/>
<ellipse cx="190" cy="270" rx="72" ry="9" fill="#0003"/><ellipse cx="362" cy="262" rx="44" ry="7" fill="#0003"/>
<path d="M130 168h108l-10 84a18 18 0 0 1-18 16h-52a18 18 0 0 1-18-16z" fill="${cup}"/>
<path d="M236 182c36-6 40 52-4 50" fill="none" stroke="${cup}" stroke-width="13"/>
<ellipse cx="184" cy="168" rx="54" ry="10" fill="#3b2417"/><path d="M144 182l7 66" stroke="#fff6" stroke-width="8" stroke-linecap="round"/>
<path d="M330 206h64l-9 56h-46z" fill="#d9d2c4"/>
<g fill="${leaves}"><ellipse cx="362" cy="160" rx="15" ry="46"/><ellipse cx="334" cy="172" rx="13" ry="38" transform="rotate(-28 334 172)"/><ellipse cx="390" cy="172" rx="13" ry="38" transform="rotate(28 390 172)"/></g>
</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

const size = { width: 960, height: 640 }

/** A made-up item whose best result nobody doubts. A: all is blue; B: as asked; C: nothing was done. */
export const practiceOfThree = (language: 'en' | 'cn'): Judged => ({
  ...size,
  ...instructions[language],
  source: drawn(plain),
  pictures: [drawn(blueAll), drawn(blueCup), `${drawn(plain)}#c`],
})

/** The same for two pictures. */
export const practiceOfTwo = (language: 'en' | 'cn'): Judged => ({
  ...size,
  ...instructions[language],
  source: drawn(plain),
  pictures: [drawn(blueAll), drawn(blueCup)],
})

const instructions = {
  en: { instruction: 'Make the cup blue.', language: 'en' },
  cn: { instruction: '把杯子变成蓝色。', language: 'cn' },
} as const
