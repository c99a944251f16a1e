/** Files that were checked against their originals, or written by this project, by the sha256 of their bytes. */

/** What is known about a file whose content was recognised. */
export interface KnownFile {
  /** Name in the manifest. */
  readonly dataset: string;
  /** What the file holds, for example `ARC-Easy test`. */
  readonly title: string;
  /** Lines of the file. */
  readonly rows: number;
}

/** By sha256 in lower-case hexadecimal digits. */
export const knownFiles: ReadonlyMap<string, KnownFile> = new Map<string, KnownFile>([
  [
    '03227c30fd557ad1416c2cb955eeb6dc79eeb21e0679456a1ccd42eaccc0ff87',
    { dataset: 'arc_challenge', title: 'ARC-Challenge test', rows: 1172 },
  ],
  [
    '874354cf372667530bd6cbd2d78dca2d657c5e2e746f53cf01d1e9d3a90cbc3d',
    { dataset: 'arc_easy', title: 'ARC-Easy test', rows: 2376 },
  ],
  [
    'dbad2984e58eaa2184b6d0acfe2e94a73b9868381046255d6be6c3bed9088b68',
    { dataset: 'boolq', title: 'BoolQ validation', rows: 3270 },
  ],
  [
    '37f09d0f66739edb16c3a02fc5a1a88e8d5519f691b2838914ad1dda4135fa5f',
    { dataset: 'c4', title: 'C4 train, a sample', rows: 2000 },
  ],
  [
    'bf608630a55b049306cb9c1f731b641cad453adce5c19d2fc925f67269101d9c',
    { dataset: 'hellaswag', title: 'HellaSwag validation, a sample', rows: 1000 },
  ],
  [
    '8c467499af477ff3ddb078361cb4737138341255da5b5359f078e5d9bf590a24',
    { dataset: 'hellaswag', title: 'HellaSwag validation, already processed', rows: 10042 },
  ],
  [
    '9acdcb12e8c2ef4eb3d0958b547a8c7076488df2d6ff460377881ab3841f3d97',
    { dataset: 'lambada_openai', title: 'LAMBADA (OpenAI) test', rows: 5153 },
  ],
  [
    'bbaca15e985ba386b2f73e9659fce608cf7722a35343864dbe7115cbbda341ab',
    { dataset: 'openbookqa', title: 'OpenBookQA test', rows: 500 },
  ],
  [
    '61533005e22f175534909b1ec8eacb6da03c233933558d1bafb15787453b1f55',
    { dataset: 'piqa', title: 'PIQA validation', rows: 1838 },
  ],
  [
    'cd0a2c8be9b2eafc95bd1bab6d2ae553826c1f3b7ddbe5e415e130c30abddddd',
    { dataset: 'sciq', title: 'SciQ test', rows: 1000 },
  ],
  [
    '17c8ece78c7b3f61cb21f53ad635940620c941542799580db06df5e47bf5e77e',
    { dataset: 'social_iqa', title: 'Social IQa validation', rows: 1954 },
  ],
  [
    '173c87a53759e0201f33e0ccf978e510c2042d7f2cb78229d9a50d79b9e7dd08',
    { dataset: 'wikitext2', title: 'WikiText-2 (raw) test', rows: 4358 },
  ],
  [
    '4cd0f6876d07a413aa911261ff6d363c72d757d47f0fdd6015702014c89cb9c7',
    { dataset: 'wikitext2_validation', title: 'WikiText-2 (raw) validation', rows: 3760 },
  ],
  [
    '69f3d7f3a900d775339b04c7de672609c40fca573e50f594f2ae66d8782505be',
    { dataset: 'winogrande', title: 'WinoGrande validation', rows: 1267 },
  ],
  [
    '0f3960eed1797bb85e3b1c4e1ba957b03be863d6c87bc800ee337e96d3e10a0e',
    { dataset: 'arc_challenge', title: 'mini ARC-Challenge', rows: 200 },
  ],
  [
    '73be23ba887edbb57736d060dc3ed63990b07ae3b65ccaf85bdd79ffb49100e1',
    { dataset: 'arc_easy', title: 'mini ARC-Easy', rows: 200 },
  ],
  ['a91e8123dc16e8d922ce7056f5131a68f333cc49bb8086f4476fd2d67b5fa890', { dataset: 'c4', title: 'mini C4', rows: 120 }],
  [
    '9605b6df8fee3378fe8882be56f866ba21395e5d1a9430cfca6ca697ae2efe18',
    { dataset: 'hellaswag', title: 'mini HellaSwag', rows: 200 },
  ],
  [
    'c08039791792236698ff029e20b150885aa3cd4b6a5e8993be5ea7750f98964e',
    { dataset: 'lambada_openai', title: 'mini LAMBADA', rows: 200 },
  ],
  [
    '85a07668eab1aa3466222ca77810cea3d7a6a7596e8d21a6c80af04ea6b963ce',
    { dataset: 'piqa', title: 'mini PIQA', rows: 200 },
  ],
  [
    'c609c1ce0bcbdd0fce9797eaf80e6adf9986fd1dbbb2079e6258ec7017dba236',
    { dataset: 'sciq', title: 'mini SciQ', rows: 200 },
  ],
  [
    'a79606c266999ec2715498801ff2ee69ff7430a8a53f9a576519273674826698',
    { dataset: 'wikitext2', title: 'mini WikiText', rows: 1199 },
  ],
  [
    '860cdedf23fefc9a762191eb771e4803195bf9460038adc4d84f5e0e0254d909',
    { dataset: 'winogrande', title: 'mini WinoGrande', rows: 200 },
  ],
]);
