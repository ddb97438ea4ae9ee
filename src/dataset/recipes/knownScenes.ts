import type { Scene } from './surface.ts'

/** A photograph of Debian's packages, or one that ships with the project, and what a look at it tells. */
export interface KnownScene extends Scene {
  /** The name it has there, for whoever reads this. */
  readonly photo: string
  /** Of `fingerprintOf`. */
  readonly fingerprint: string
}

/**
 * What is known of photographs by looking at them: a name for the place where it can serve as a background, the
 * main subject, and where things may be put. All other pictures are measured, see scene.ts.
 */
export const knownScenes: readonly KnownScene[] = [
  {
    photo: 'home',
    fingerprint: '26a15a15956647b37a57788658a898a96ba7',
    background: { en: 'a yellow palace under a blue sky', cn: '蓝天下的黄色宫殿' },
    surfaces: [{ kind: 'sky', area: [0.1, 0.1, 0.4, 0.45] }],
  },
  {
    photo: 'Blinds',
    fingerprint: '6b07c17c17c15a06b06b16b04904905a05a0',
    background: { en: 'a bright green leaf', cn: '鲜绿的叶子' },
    surfaces: [{ kind: 'leaf', area: [0.2, 0.25, 0.8, 0.75], across: 0.2 }],
  },
  {
    photo: '2011_000003',
    fingerprint: '221543544443332665555655888888876977',
    surfaces: [{ kind: 'floor', area: [0.12, 0.78, 0.36, 0.93], horizon: 0.22, eye: 1.5 }],
  },
  {
    photo: 'left',
    fingerprint: '656555222111776777444222876997887665',
    surfaces: [{ kind: 'table', area: [0.1, 0.86, 0.9, 0.96], across: 0.62 }],
  },
  {
    photo: 'smarties',
    fingerprint: 'ffffffefedeffddfededcbedebbd98dbcddf',
    surfaces: [{ kind: 'flat', area: [0.12, 0.14, 0.48, 0.42], across: 0.16 }],
  },
  {
    photo: 'analogpattern_by_Peter_Nerlich',
    fingerprint: 'aa8a9a98a87a897887777667675675565566',
    surfaces: [{ kind: 'flat', area: [0.1, 0.12, 0.9, 0.9], across: 0.6 }],
  },
  {
    // Its wall is as light and smooth as a sky.
    photo: 'blox',
    fingerprint: 'eeeddddddeee999888999aaaaaa999999aaa',
    surfaces: [],
  },
  {
    photo: '001',
    fingerprint: '9ce9df9ce7ab6997ab69a345469479469356',
    background: { en: 'a calm lake', cn: '平静的湖' },
    surfaces: [
      { kind: 'water', area: [0.1, 0.56, 0.9, 0.9], horizon: 0.46, eye: 4 },
      { kind: 'sky', area: [0.15, 0.03, 0.75, 0.27] },
    ],
  },
  {
    photo: '002',
    fingerprint: '9ce8bd79a8bcbef9bc5779bb9c98b77959b7',
    background: { en: 'a green field with a lone tree', cn: '有一棵大树的绿色田野' },
    subject: { en: 'tree', cn: '树' },
    surfaces: [
      { kind: 'grass', area: [0.05, 0.88, 0.55, 0.97], horizon: 0.8, eye: 1.6 },
      { kind: 'grass', area: [0.78, 0.88, 0.95, 0.97], horizon: 0.8, eye: 1.6 },
      { kind: 'sky', area: [0.03, 0.05, 0.33, 0.6] },
    ],
  },
  {
    photo: 'BytheWater',
    fingerprint: '677688788666667998ba8987656987b97766',
    background: { en: 'a sunlit wooden pier', cn: '阳光下的木栈桥' },
    surfaces: [{ kind: 'table', area: [0.35, 0.62, 0.9, 0.93], horizon: 0.25, eye: 0.25 }],
  },
  {
    photo: 'ColdRipple',
    fingerprint: 'bbbbbbbbbbbb999888888999444333333444',
    background: { en: 'a wooden jetty in the fog', cn: '雾中的木码头' },
    surfaces: [{ kind: 'floor', area: [0.3, 0.68, 0.7, 0.95], horizon: 0.47, eye: 1.6 }],
  },
  {
    photo: 'Dune',
    fingerprint: '8ac9bc9bc8ab887897786675b71c82b82871',
    background: { en: 'tall golden beach grass', cn: '金色的沙丘草' },
    surfaces: [{ kind: 'sky', area: [0.05, 0.03, 0.4, 0.22] }],
  },
  {
    photo: 'EveningGlow',
    fingerprint: '555987a97866655765764433333344345234',
    background: { en: 'a lake shore with rowing boats at sunset', cn: '夕阳下停着小船的湖岸' },
    surfaces: [
      { kind: 'rock', area: [0.35, 0.86, 0.95, 0.97], horizon: 0.42, eye: 1.5 },
      { kind: 'sky', area: [0.55, 0.03, 0.95, 0.2] },
    ],
  },
  {
    photo: 'FallenLeaf',
    fingerprint: '643843853742b73c74d95a73a63c84b74963',
    background: { en: 'fallen autumn leaves', cn: '秋天的落叶' },
    subject: { en: 'maple leaf', cn: '枫叶' },
    surfaces: [{ kind: 'grass', area: [0.08, 0.84, 0.5, 0.95], horizon: 0.35, eye: 0.18 }],
  },
  {
    photo: 'GreenMeadow',
    fingerprint: '7b47b37b47b47a37b36a36a36a26a36a36a2',
    background: { en: 'fresh green grass', cn: '嫩绿的草地' },
    surfaces: [],
  },
  {
    photo: 'Kite',
    fingerprint: '58a15936957a47a048258258148037147137',
    background: { en: 'a deep blue sky with a kite', cn: '飘着风筝的蓝天' },
    surfaces: [{ kind: 'sky', area: [0.12, 0.05, 0.55, 0.95] }],
  },
  {
    photo: 'Path',
    fingerprint: '222222232121121231231121231231121121',
    background: { en: 'a dark green forest', cn: '幽暗的绿色森林' },
    surfaces: [{ kind: 'grass', area: [0.1, 0.72, 0.9, 0.95], horizon: 0.48, eye: 1.5 }],
  },
  {
    photo: 'RainDrops',
    fingerprint: '4736a52611405846a5372130494594362030',
    background: { en: 'wet green leaves', cn: '带水珠的绿叶' },
    surfaces: [{ kind: 'leaf', area: [0.3, 0.3, 0.75, 0.8], across: 0.25 }],
  },
  {
    photo: 'Storm',
    fingerprint: '34646878a9ac345346457679233334334334',
    background: { en: 'a country road under storm clouds', cn: '乌云下的乡间公路' },
    surfaces: [{ kind: 'road', area: [0.1, 0.88, 0.9, 0.97], horizon: 0.68, eye: 1.4 }],
  },
  {
    photo: 'Time-For-Lunch-2',
    fingerprint: 'ddbddcddcccbdcbddbddbdcbddcdcbdcbdcb',
    surfaces: [{ kind: 'flat', area: [0.08, 0.1, 0.92, 0.95], across: 0.6 }],
  },
  {
    photo: 'Rear-Admiral-Diplomat-1',
    fingerprint: '443342332332342442442443442443443442',
    surfaces: [{ kind: 'flat', area: [0.08, 0.1, 0.92, 0.95], across: 0.6 }],
  },
  {
    photo: 'gon-defends-the-critters-1',
    fingerprint: '672671671671671772672671671671672672',
    surfaces: [{ kind: 'flat', area: [0.08, 0.1, 0.92, 0.95], across: 0.6 }],
  },
  {
    photo: 'mahogany-handjob-1',
    fingerprint: '420421421421421421421421421420421421',
    surfaces: [{ kind: 'flat', area: [0.08, 0.1, 0.92, 0.95], across: 0.6 }],
  },
  {
    photo: 'Eliminator-Funk-2',
    fingerprint: '333333333333333333333333333333333333',
    surfaces: [{ kind: 'flat', area: [0.08, 0.1, 0.92, 0.95], across: 0.6 }],
  },
  {
    photo: 'Wood',
    fingerprint: 'ccaddbdecddccdaddbddbddbcdaddbddbcdb',
    surfaces: [{ kind: 'flat', area: [0.08, 0.45, 0.92, 0.95], across: 0.6 }],
  },
  {
    photo: 'stuff',
    fingerprint: '999898bba999888999bbaaa9555887998998',
    surfaces: [
      { kind: 'flat', area: [0.6, 0.62, 0.95, 0.95], across: 0.5 },
      { kind: 'flat', area: [0.05, 0.6, 0.4, 0.95], across: 0.5 },
    ],
  },
  {
    photo: 'ela_original',
    fingerprint: '221221452332221221441442222222332332',
    surfaces: [{ kind: 'flat', area: [0.08, 0.2, 0.5, 0.7], across: 0.3 }],
  },
  {
    photo: 'aitzgorri_by_Aitzol_Berasategi',
    fingerprint: 'cbbbbcbbcbcd764875777766563573673563',
    background: { en: 'a green meadow below mountains', cn: '高山下的绿草地' },
    surfaces: [{ kind: 'grass', area: [0.05, 0.74, 0.95, 0.95], horizon: 0.58, eye: 1.7 }],
  },
  {
    photo: 'Bridge_by_Sander_Klootwijk',
    fingerprint: '79c68c69c79cace9be8bdaceddccddccdccc',
    surfaces: [{ kind: 'sand', area: [0.1, 0.89, 0.9, 0.97], horizon: 0.79, eye: 1.6 }],
  },
  {
    photo: 'building',
    fingerprint: '89abbbccccbb899cbbbba998443664665543',
    background: { en: 'a white apartment building', cn: '白色的公寓楼' },
    subject: { en: 'building', cn: '楼房' },
    surfaces: [{ kind: 'grass', area: [0.4, 0.92, 0.75, 0.98], horizon: 0.72, eye: 1.6 }],
  },
  {
    photo: 'castle-maintenon',
    fingerprint: 'abb9ac69c69c99899999a9aa886875986875',
    background: { en: 'an old castle', cn: '古老的城堡' },
    subject: { en: 'castle', cn: '城堡' },
    surfaces: [
      { kind: 'grass', area: [0.1, 0.93, 0.6, 0.98], horizon: 0.8, eye: 1.8 },
      { kind: 'sky', area: [0.36, 0.05, 0.66, 0.32] },
    ],
  },
  {
    photo: 'cincinnati-bridge',
    fingerprint: '434633223113533842533543421841742842',
    background: { en: 'a lit bridge at night', cn: '夜晚灯火通明的大桥' },
    surfaces: [],
  },
  {
    photo: 'coffee',
    fingerprint: '842c75c85c74a42942a53b53a64510621942',
    subject: { en: 'cup of coffee', cn: '咖啡' },
    surfaces: [
      { kind: 'table', area: [0.03, 0.8, 0.17, 0.96], across: 0.42 },
      { kind: 'table', area: [0.8, 0.82, 0.97, 0.97], across: 0.42 },
    ],
  },
  {
    photo: 'jad-limcaco-183877',
    fingerprint: '868779879879645645646856533323424424',
    background: { en: 'a red rock canyon at dusk', cn: '黄昏的红色峡谷' },
    surfaces: [{ kind: 'sky', area: [0.08, 0.03, 0.92, 0.16] }],
  },
  {
    photo: 'jared-evans-119758',
    fingerprint: '14813613503648b469568579988b87c97c97',
    background: { en: 'a sandy desert', cn: '沙漠' },
    surfaces: [
      { kind: 'sand', area: [0.1, 0.84, 0.95, 0.96], horizon: 0.58, eye: 1.7 },
      { kind: 'sky', area: [0.1, 0.08, 0.9, 0.42] },
    ],
  },
  {
    photo: 'kait-herzog-8242',
    fingerprint: '59b59b5ac6ac999999bccccca87a87c97ca8',
    subject: { en: 'wooden sign', cn: '木牌' },
    surfaces: [
      { kind: 'sand', area: [0.5, 0.8, 0.95, 0.95], horizon: 0.69, eye: 1 },
      { kind: 'sky', area: [0.5, 0.05, 0.95, 0.45] },
    ],
  },
  {
    photo: 'leuvenA',
    fingerprint: '655bbcaab777433665544332443554444322',
    background: { en: 'an old cobbled street', cn: '古老的石板街' },
    surfaces: [{ kind: 'road', area: [0.2, 0.8, 0.62, 0.95], horizon: 0.63, eye: 1.6 }],
  },
  {
    photo: 'leuvenB',
    fingerprint: '332777bbcbcc322432665555332433544443',
    background: { en: 'an old cobbled street', cn: '古老的石板街' },
    surfaces: [{ kind: 'road', area: [0.2, 0.8, 0.7, 0.95], horizon: 0.63, eye: 1.6 }],
  },
  {
    photo: 'life_by_Aitzol_Berasategi',
    fingerprint: '665554565564666777777776444777666554',
    background: { en: 'a rocky forest stream', cn: '林间溪流' },
    surfaces: [],
  },
  {
    photo: 'picosdeeuropa_by_Aitzol_Berasategi',
    fingerprint: '89b79b579679554766666888543653653764',
    background: { en: 'a mountain meadow below snowy peaks', cn: '雪山下的高山草地' },
    surfaces: [
      { kind: 'grass', area: [0.45, 0.8, 0.92, 0.96], horizon: 0.63, eye: 1.7 },
      { kind: 'sky', area: [0.55, 0.04, 0.9, 0.16] },
    ],
  },
  {
    photo: 'rocket',
    fingerprint: '124135024013246346235124456556555223',
    surfaces: [{ kind: 'sky', area: [0.6, 0.1, 0.92, 0.55] }],
  },
  {
    photo: 'sample2_1920',
    fingerprint: '322665777787531641432555531531443666',
    background: { en: 'sea cliffs with a lighthouse', cn: '有灯塔的海边悬崖' },
    surfaces: [],
  },
  {
    photo: 'scenetext05',
    fingerprint: '776877777777998987887888a99a99998998',
    subject: { en: 'yellow barrier', cn: '黄色路障' },
    surfaces: [
      { kind: 'road', area: [0.35, 0.74, 0.95, 0.95], horizon: -0.03, eye: 1.6 },
      { kind: 'road', area: [0.78, 0.45, 0.95, 0.7], horizon: -0.03, eye: 1.6 },
    ],
  },
  {
    photo: 'sean-afnan-244576',
    fingerprint: '79a9ab998643777988975643667566555432',
    background: { en: 'a clear mountain lake', cn: '清澈的山间湖泊' },
    surfaces: [{ kind: 'sky', area: [0.1, 0.04, 0.5, 0.24] }],
  },
  {
    photo: 'seeding_by_Clements_Engelhardt',
    fingerprint: '875ca8b97874441653542441220220220221',
    background: { en: 'a dandelion meadow in the evening sun', cn: '夕阳下的蒲公英草地' },
    subject: { en: 'dandelion', cn: '蒲公英' },
    surfaces: [],
  },
  {
    photo: 'summer_1am',
    fingerprint: '56a77b88c88c87ab9ccbdcac658879a8a979',
    background: { en: 'a quiet lake at dusk', cn: '黄昏时宁静的湖' },
    surfaces: [
      { kind: 'water', area: [0.1, 0.8, 0.6, 0.95], horizon: 0.68, eye: 3 },
      { kind: 'sky', area: [0.1, 0.05, 0.9, 0.45] },
    ],
  },
  {
    photo: 'sunset_by_Aitzol_Berasategi',
    fingerprint: '89babcabc9ab777998997665321331332332',
    background: { en: 'green hills at sunset', cn: '夕阳下的青山' },
    surfaces: [
      { kind: 'grass', area: [0.1, 0.84, 0.6, 0.95], horizon: 0.57, eye: 1.6 },
      { kind: 'sky', area: [0.05, 0.05, 0.4, 0.3] },
    ],
  },
  {
    photo: 'Infinite-Sea_by_Aury88',
    fingerprint: '426626725825726936a45b33526626835934',
    background: { en: 'the sea under a starry sky', cn: '星空下的大海' },
    surfaces: [],
  },
  {
    photo: 'motorcycle_left',
    fingerprint: '743977865865755755854744999987876654',
    subject: { en: 'motorcycle', cn: '摩托车' },
    surfaces: [
      { kind: 'floor', area: [0.03, 0.88, 0.25, 0.97], horizon: 0.3, eye: 1.5 },
      { kind: 'floor', area: [0.72, 0.9, 0.95, 0.97], horizon: 0.3, eye: 1.5 },
    ],
  },
  {
    photo: 'Wine_by_Jakkub_Mede',
    fingerprint: '654875875875642853764864952953963b73',
    subject: { en: 'armchair', cn: '扶手椅' },
    surfaces: [{ kind: 'floor', area: [0.82, 0.9, 0.95, 0.96], horizon: 0.35, eye: 1.4 }],
  },
  {
    photo: '2011_000025',
    fingerprint: '9ab788777554864953964865654642642543',
    subject: { en: 'bus', cn: '公交车' },
    surfaces: [],
  },
  {
    photo: 'nasa-89127',
    fingerprint: 'a75974664654952852752643830841653343',
    background: { en: 'a glowing nebula', cn: '绚丽的星云' },
    surfaces: [],
  },
  {
    photo: 'nasa-53884',
    fingerprint: '000000000000112223223122112112112112',
    background: { en: 'the Earth at night from space', cn: '太空中夜晚的地球' },
    surfaces: [],
  },
  {
    photo: 'nasa-45068',
    fingerprint: '000000111111322555655555666666666555',
    background: { en: 'the surface of the moon', cn: '月球表面' },
    surfaces: [],
  },
  {
    photo: 'YellowFlower',
    fingerprint: '000430b80ca0220960d80eb0320b91ea0c70',
    subject: { en: 'yellow flower', cn: '黄色的花' },
    surfaces: [],
  },
  {
    photo: '000',
    fingerprint: '985b96edcdcc775764b98b97775876998987',
    subject: { en: 'robin', cn: '知更鸟' },
    surfaces: [],
  },
  {
    photo: '0001',
    fingerprint: 'feeedcfeefffdcccb9ba9ddcedcdcaba9ccb',
    subject: { en: 'kitten', cn: '小猫' },
    surfaces: [],
  },
  {
    photo: '0002',
    fingerprint: '222323444333212222433222111111433111',
    subject: { en: 'black dog', cn: '黑狗' },
    surfaces: [],
  },
  {
    photo: 'aloeL',
    fingerprint: 'ccabb99a7aa8cdbbb9896996cdbbb9985885',
    subject: { en: 'potted aloe', cn: '盆栽芦荟' },
    surfaces: [],
  },
  {
    photo: 'aloeR',
    fingerprint: 'ccaab89a7ab8ccaab88969a7ccaab9875886',
    subject: { en: 'potted aloe', cn: '盆栽芦荟' },
    surfaces: [],
  },
  {
    photo: 'apple',
    fingerprint: '984973a74a95973a63d73c94764643b63a84',
    subject: { en: 'apple', cn: '苹果' },
    surfaces: [],
  },
  {
    photo: 'astronaut',
    fingerprint: '877987ba9a99b65854976766c54b55533222',
    subject: { en: 'astronaut', cn: '宇航员' },
    surfaces: [],
  },
  {
    photo: 'baboon',
    fingerprint: '785776777797775a88989676986b77a77777',
    subject: { en: 'mandrill', cn: '山魈' },
    surfaces: [],
  },
  {
    photo: 'butterfly',
    fingerprint: '753a84a84975964a94a95985954a74a84864',
    subject: { en: 'butterfly', cn: '蝴蝶' },
    surfaces: [],
  },
  {
    photo: 'chelsea',
    fingerprint: '975864864865965864964976976975964987',
    subject: { en: 'cat', cn: '猫' },
    surfaces: [],
  },
  {
    photo: 'chicky_512',
    fingerprint: '443554766345543877876444655877765444',
    subject: { en: 'dog', cn: '狗' },
    surfaces: [],
  },
  {
    photo: 'european-honey-bee',
    fingerprint: '665766a9aa8b665974c99b8b777b8ab8c869',
    subject: { en: 'bee', cn: '蜜蜂' },
    surfaces: [],
  },
  {
    photo: 'galen-crout-175291',
    fingerprint: '222777777333111777777333000111111000',
    subject: { en: 'radio telescope', cn: '射电望远镜' },
    surfaces: [],
  },
  {
    photo: 'orange',
    fingerprint: '786985ca4aa5554864ea2ba2664764c83863',
    subject: { en: 'orange', cn: '橙子' },
    surfaces: [],
  },
  {
    photo: 'motorcycle_right',
    fingerprint: '754977865754755754854644988887765643',
    subject: { en: 'motorcycle', cn: '摩托车' },
    surfaces: [],
  },
  {
    photo: 'squirrel_cls',
    fingerprint: '572793784ab25616626646739b5774543895',
    subject: { en: 'squirrel', cn: '松鼠' },
    surfaces: [],
  },
  {
    photo: 'ml',
    fingerprint: 'ccc999eeefffeeeaaacdceddeeeababcbfff',
    subject: { en: 'robot', cn: '机器人' },
    surfaces: [],
  },
  {
    photo: 'licenseplate_motion',
    fingerprint: '876898899887a889ab9aba77555566666555',
    subject: { en: 'car', cn: '汽车' },
    surfaces: [],
  },
  {
    photo: 'Picture_0B_by_freespace',
    fingerprint: '888633a32b66977b32b32911988a55921833',
    subject: { en: 'bowl with a fig', cn: '装着无花果的碗' },
    surfaces: [],
  },
  {
    photo: 'Garden',
    fingerprint: 'ea3eb2da4983a93b82c51a30ba4773630810',
    subject: { en: 'flower', cn: '花' },
    surfaces: [],
  },
  {
    photo: 'LadyBird',
    fingerprint: '6866825637855636836847845628a57969a8',
    subject: { en: 'ladybird', cn: '瓢虫' },
    surfaces: [],
  },
  {
    photo: 'Kleiber_by_Lukas_Baubkus',
    fingerprint: '555888ddbba8555777dddccc555888eefcde',
    subject: { en: 'nuthatch', cn: '䴓鸟' },
    surfaces: [],
  },
  {
    photo: 'ng-32703',
    fingerprint: '0ae2cf1cf0ae04906c06c049016027027016',
    subject: { en: 'jellyfish', cn: '水母' },
    surfaces: [],
  },
  {
    photo: 'panther-chameleon-female',
    fingerprint: '785765654554896887544554998998776776',
    subject: { en: 'chameleon', cn: '变色龙' },
    surfaces: [],
  },
  {
    photo: 'home',
    fingerprint: '9bd9999ab9ac99aa76877866988a66866755',
    subject: { en: 'brick house', cn: '砖房' },
    surfaces: [],
  },
  {
    photo: 'scenetext04',
    fingerprint: '99abbbbbb676ba7986775675986875654664',
    subject: { en: 'yellow generator', cn: '黄色发电机' },
    surfaces: [],
  },
]
