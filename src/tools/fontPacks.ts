import type { Pack, PackFile } from './pack.ts'

/** A file that is taken as it is. */
const plain = (name: string, from: string, bytes: number, sha256: string): PackFile => ({
  name,
  from: [from],
  bytes,
  sha256,
})

/** Fonts beyond the one that all lettering can do with: the more there are, the nearer new text comes to the old. */
export const fontPacks: Readonly<Record<FontPackName, Pack>> = {
  'fonts-arimo': {
    name: 'fonts-arimo',
    purpose: 'fonts: plain sans-serif, as wide as Arial',
    package: '@expo-google-fonts/arimo',
    version: '0.4.3',
    integrity:
      'sha512-kXMUJ303nJgKjJFr8yuiAY9dgIoAoj9HccKkaSw0J63/T4MSdxFejzfDUVLzUz+ohpQWinifV99QOAUQLcGKDg==',
    downloadBytes: 2393279,
    licence: 'OFL-1.1',
    source: 'https://github.com/googlefonts/arimo',
    files: [
      plain(
        'Arimo-Regular.ttf',
        '400Regular/Arimo_400Regular.ttf',
        318320,
        '88cc899855d30f9c779b73c3319d0e077b098f927187aafce11ca029add707a6',
      ),
      plain(
        'Arimo-Italic.ttf',
        '400Regular_Italic/Arimo_400Regular_Italic.ttf',
        340984,
        '6bd2c6a6fa87f4566cf0a92c5834884597acbd7be9719e550837865ac4167a42',
      ),
      plain(
        'Arimo-Bold.ttf',
        '700Bold/Arimo_700Bold.ttf',
        318844,
        'ec96ac9fdd94766f66f6140c1375bf011577558f88d43f76b3b59307d2a6bca3',
      ),
      plain(
        'Arimo-BoldItalic.ttf',
        '700Bold_Italic/Arimo_700Bold_Italic.ttf',
        342368,
        'b42b19c10bf5d526f00068303a643282c3df55a79c6fa2eea80b4a078a4a705a',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4384,
        '11cce536cd2f3864d767003af5dcd739e2e15818cf2279b6175edeadd3960992',
      ),
    ],
  },
  'fonts-tinos': {
    name: 'fonts-tinos',
    purpose: 'fonts: serif, as wide as Times New Roman',
    package: '@expo-google-fonts/tinos',
    version: '0.4.2',
    integrity:
      'sha512-MQkfvUO1Aw7UP3jRtWLcjda+udanoL8ecrbkjbc3ZdhSI1iW/Uil4uD8O0eOiIxU2v/FeAT2XjGNiz5oYUlucg==',
    downloadBytes: 1521415,
    licence: 'OFL-1.1',
    source: 'https://github.com/googlefonts/tinos',
    files: [
      plain(
        'Tinos-Regular.ttf',
        '400Regular/Tinos_400Regular.ttf',
        508752,
        '924ef269e73da94c1803ff68877f5d998dd16605c5ffad82ee181034f8a1fffe',
      ),
      plain(
        'Tinos-Italic.ttf',
        '400Regular_Italic/Tinos_400Regular_Italic.ttf',
        549824,
        '4a52de5bcf70e37bd71949f8a85302b75795a1943aedffbbee4f2db7744e1c81',
      ),
      plain(
        'Tinos-Bold.ttf',
        '700Bold/Tinos_700Bold.ttf',
        583484,
        '576a19b5dc026cafe6ae8fde4c849588dae6475cf5d912cebdf2827388c43ad9',
      ),
      plain(
        'Tinos-BoldItalic.ttf',
        '700Bold_Italic/Tinos_700Bold_Italic.ttf',
        563688,
        '10c90ef7896d758923c06a1485d7824cdb457466da0bf7d42f81c5228931281b',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4383,
        'cb3382d4643e8b02c12e322c220a3c76a5020d667e4fd4e7c75e744cca6caa6b',
      ),
    ],
  },
  'fonts-cousine': {
    name: 'fonts-cousine',
    purpose: 'fonts: typewriter',
    package: '@expo-google-fonts/cousine',
    version: '0.4.3',
    integrity:
      'sha512-rSl8RXKqxwz8xJvedqdiKtPghSwRAl5c+lMecDyZ1L+V+IQEx6mavMnYkO0KuKgNcHekJXwXZsbmv7zJWggmAw==',
    downloadBytes: 1107470,
    licence: 'OFL-1.1',
    source: 'https://github.com/googlefonts/cousine',
    files: [
      plain(
        'Cousine-Regular.ttf',
        '400Regular/Cousine_400Regular.ttf',
        289556,
        'ca2264d6750d6c47df703be4486361a37ab943d42de6ea2bf794b7c7af767799',
      ),
      plain(
        'Cousine-Bold.ttf',
        '700Bold/Cousine_700Bold.ttf',
        290500,
        'f03c46c4bc5c0a3af4a1f4fbe5e3e16954581cced05cea20b3bffe12740d99d3',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4387,
        'b81c4d4dc0a9f72c9155e78187316e016e2012a8102468804173dc61468b906d',
      ),
    ],
  },
  'fonts-oswald': {
    name: 'fonts-oswald',
    purpose: 'fonts: narrow',
    package: '@expo-google-fonts/oswald',
    version: '0.4.2',
    integrity:
      'sha512-ZLB8ou0SmSWThyLDCHQdFnbMrj93hRrpkKMLLoPrIs4QTrPxZyOxHoJ4mFoFCs0efZdV1Yd8mULfaggAblX5Mg==',
    downloadBytes: 713932,
    licence: 'OFL-1.1',
    source: 'https://github.com/googlefonts/OswaldFont',
    files: [
      plain(
        'Oswald-Regular.ttf',
        '400Regular/Oswald_400Regular.ttf',
        87248,
        '147373bfe10a9b1e0eb649bcf6408566d0cb7334271845f24d4c224cca1c4412',
      ),
      plain(
        'Oswald-SemiBold.ttf',
        '600SemiBold/Oswald_600SemiBold.ttf',
        87604,
        '901c0d593fcb06080fd49d01262391254e472efd4e1d21734557e9ef869922d6',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4483,
        '0fd731a904b729a4e02eaf5e8ebd06783edd9abe400e8882760160230675b652',
      ),
    ],
  },
  'fonts-montserrat': {
    name: 'fonts-montserrat',
    purpose: 'fonts: geometric',
    package: '@expo-google-fonts/montserrat',
    version: '0.4.2',
    integrity:
      'sha512-Xyq7rKJhhZOE1Xk4wKSSVoUeOkFmQEMhtZ3pdFrgYckGZMs115Apmld1AI8Ju+yrl5GzDdfRCCqRr33dvEDYUA==',
    downloadBytes: 4621032,
    licence: 'OFL-1.1',
    source: 'https://github.com/JulietaUla/Montserrat',
    files: [
      plain(
        'Montserrat-Regular.ttf',
        '400Regular/Montserrat_400Regular.ttf',
        330948,
        'ef9cf99f0175bef530b88934bd904fcf56f773cec6fd4dfb8ccaf7ce2bbd395e',
      ),
      plain(
        'Montserrat-Bold.ttf',
        '700Bold/Montserrat_700Bold.ttf',
        335788,
        '7fa93d7daa5c2f881a6727229c211782de6b76008fbd6346b3d7664e8fc83f43',
      ),
      plain(
        'Montserrat-Black.ttf',
        '900Black/Montserrat_900Black.ttf',
        343296,
        'b48e6741b9889ede4ffe3d8acfda3e6917c62127537b19fe7206cba04e6ebb63',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4400,
        '8b7141c03fa4f8d44e6345d5d4931709290f0f67875e452e95ac1fd3a027802e',
      ),
    ],
  },
  'fonts-roboto-slab': {
    name: 'fonts-roboto-slab',
    purpose: 'fonts: slab serif',
    package: '@expo-google-fonts/roboto-slab',
    version: '0.4.2',
    integrity:
      'sha512-dT4K0ut4Y0uU5VJJ/PQjDKO8tZZXBkhiO3/WOhxqQy7LWRFXlWFWaMlpXLi3HUSDG7nkoSD2+MJWA6lDnPk7MQ==',
    downloadBytes: 1496280,
    licence: 'Apache-2.0',
    source: 'https://github.com/googlefonts/robotoslab',
    files: [
      plain(
        'RobotoSlab-Regular.ttf',
        '400Regular/RobotoSlab_400Regular.ttf',
        126188,
        '1617414d9f759050b2339b58ca53d1a2d005561d8896ab0a6fb77a50f41954a7',
      ),
      plain(
        'RobotoSlab-Bold.ttf',
        '700Bold/RobotoSlab_700Bold.ttf',
        126948,
        'c689cb02115dae51f9a2836a58533425941dbe632ec868cac0ba48269a0cc496',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        11358,
        'cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30',
      ),
    ],
  },
  'fonts-kalam': {
    name: 'fonts-kalam',
    purpose: 'fonts: handwriting',
    package: '@expo-google-fonts/kalam',
    version: '0.4.1',
    integrity:
      'sha512-A5LZoojqb9OCzOI/2WDRofaIQGGzC5zzmKxqxCFIx1jSYOO8g7q+5fZdd+QfJ6pY6VLzO4j5xoJq0ptcHFpQSg==',
    downloadBytes: 905832,
    licence: 'OFL-1.1',
    source: 'https://github.com/itfoundry/kalam',
    files: [
      plain(
        'Kalam-Regular.ttf',
        '400Regular/Kalam_400Regular.ttf',
        427336,
        'c2a5822e35bd9826735baf8cea549534fd300c979129299d327a155ed9ef667f',
      ),
      plain(
        'Kalam-Bold.ttf',
        '700Bold/Kalam_700Bold.ttf',
        460872,
        'f2b5f6595f274a4bb00777fd7cb2958fa837ac7bf266a9c3f7d724ca01013c95',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4373,
        'f62ef357d3a1c3d27edd35a6e1ba350e8a8d13499797964eeadefbf0b3b15d1f',
      ),
    ],
  },
  'fonts-dancing-script': {
    name: 'fonts-dancing-script',
    purpose: 'fonts: script',
    package: '@expo-google-fonts/dancing-script',
    version: '0.4.2',
    integrity:
      'sha512-5ASbxOM81Xm6nR9I0eE//l1PGgHtR4uGyMX3eUIw2Jeh+1LnlkrDPg55qjChGnkFfVwMge31vXEUyOZJiy9rxQ==',
    downloadBytes: 788871,
    licence: 'OFL-1.1',
    source: 'https://github.com/googlefonts/DancingScript',
    files: [
      plain(
        'DancingScript-Regular.ttf',
        '400Regular/DancingScript_400Regular.ttf',
        81140,
        '9ef04a03a7e36872dbb179ed3fbb11fde004bd01e35416c3270023f7a91dd4f4',
      ),
      plain(
        'DancingScript-Bold.ttf',
        '700Bold/DancingScript_700Bold.ttf',
        81420,
        '2bd1f21937334ffd94c3879b6032c04df6390833432dfc7a79d0020eae80d038',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4443,
        '6f090277c00af96651ce6dbcc38ff1591047a3bffef486e80b6a32e8276a8201',
      ),
    ],
  },
  'fonts-noto-serif-sc': {
    name: 'fonts-noto-serif-sc',
    purpose: 'fonts: Chinese serif, Song',
    package: '@expo-google-fonts/noto-serif-sc',
    version: '0.4.3',
    integrity:
      'sha512-fSmUpiSFtSeyHV45/2xUOy5SdfExklQwwMKN3cQjAZAujITHDmSbpMHCVdCMhRqMjQtu0ZRgc29u8A+CU3akfw==',
    downloadBytes: 68620613,
    licence: 'OFL-1.1',
    source: 'https://github.com/notofonts/noto-cjk',
    files: [
      plain(
        'NotoSerifSC-Regular.ttf',
        '400Regular/NotoSerifSC_400Regular.ttf',
        14807636,
        'c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742',
      ),
      plain(
        'NotoSerifSC-Bold.ttf',
        '700Bold/NotoSerifSC_700Bold.ttf',
        14806580,
        '9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4350,
        '5e0da210fb04058a8c0087985d2d456b931c2579811a49655721d3cf0c36b6d6',
      ),
    ],
  },
  'fonts-ma-shan-zheng': {
    name: 'fonts-ma-shan-zheng',
    purpose: 'fonts: Chinese brush',
    package: '@expo-google-fonts/ma-shan-zheng',
    version: '0.4.3',
    integrity:
      'sha512-takX5zcbMlLsCmCVtosX8/djtQ/lrKbbppcLAoukTmeEf94UFsHyOYuXtRi+XNh5Ts2tZDZUz2aWO4/4Z1uPjQ==',
    downloadBytes: 3903206,
    licence: 'OFL-1.1',
    source: 'https://github.com/googlefonts/mashanzheng',
    files: [
      plain(
        'MaShanZheng-Regular.ttf',
        '400Regular/MaShanZheng_400Regular.ttf',
        5857936,
        '016752d5574878419a95d6e89304613a7bf8b44199ec0f25308d999dfd75c7de',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4397,
        'd7bdb1cee215b689e23c2f95672a6084c790542170648267a55114103d756a08',
      ),
    ],
  },
}

/** The name of a pack of further fonts. */
export type FontPackName =
  | 'fonts-arimo'
  | 'fonts-tinos'
  | 'fonts-cousine'
  | 'fonts-oswald'
  | 'fonts-montserrat'
  | 'fonts-roboto-slab'
  | 'fonts-kalam'
  | 'fonts-dancing-script'
  | 'fonts-noto-serif-sc'
  | 'fonts-ma-shan-zheng'
