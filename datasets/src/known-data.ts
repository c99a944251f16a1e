/** Data sets that were checked against their originals, or written by this project, by the digest of their rows. */

/** What is known about data that were recognised. */
export interface KnownData {
  /** Name in the manifest. */
  readonly dataset: string;
  /** For example `ARC-Easy test`. */
  readonly title: string;
  readonly rows: number;
}

/** By `ContentDigest`, in lower-case hexadecimal digits. */
export const knownData: ReadonlyMap<string, KnownData> = new Map<string, KnownData>([
  [
    'a00c3127fa2437025957049bb97760ce0e7e974bcf5a918b7621f36ab9c3fed8',
    { dataset: 'arc_challenge', title: 'ARC-Challenge test', rows: 1172 },
  ],
  [
    '00feb782af96f8b74a16f63b6cb72246b3ee5c84b74342342302564afad8b846',
    { dataset: 'arc_easy', title: 'ARC-Easy test', rows: 2376 },
  ],
  [
    'c81b6520f1a51a8b96de45420b3d1f78184aee00373c77852132b297f2e567ef',
    { dataset: 'boolq', title: 'BoolQ validation', rows: 3270 },
  ],
  [
    'b11f70ce990ce991d68e0dca22f24ed109166b07e7b6a6dd7bf1dcb098c319a3',
    { dataset: 'commonsense_qa', title: 'CommonsenseQA validation', rows: 1221 },
  ],
  [
    'b79c1a28e64feed08e740eb39e467321745e47064441967f76155d98d819382f',
    { dataset: 'triviaqa', title: 'TriviaQA, a sample', rows: 3000 },
  ],
  [
    'b3334e32dc48497788422c9f75f031111683bb1ec3e6432ee3cfbca63463605d',
    { dataset: 'web_questions', title: 'WebQuestions test, without addresses', rows: 2032 },
  ],
  [
    '3fae31d9612767a9a6960d7d6e7107a4d0deb9b3e6494cda53d3878cb3d7905a',
    { dataset: 'c4', title: 'C4 train, a sample', rows: 2000 },
  ],
  [
    'a54edf3ec4b517cdbfa693cd8378e0a922fd299ef0557a7c7cf6d21fa1eba420',
    { dataset: 'hellaswag', title: 'HellaSwag validation, a sample', rows: 1000 },
  ],
  [
    'f1eb42c8faf465c233a739626013b1eacaa81374e8a1ea2ee60748f3b501c8b8',
    { dataset: 'hellaswag', title: 'HellaSwag validation, already processed', rows: 10042 },
  ],
  [
    '05ae9755847286957976eca1a513750eeb542019e97af8837baa488483398d78',
    { dataset: 'lambada_openai', title: 'LAMBADA (OpenAI) test', rows: 5153 },
  ],
  [
    '2dcf823dba46be337b5b4b35aa199ebf2cba55332286cceb5c6b90c4e225a1c7',
    { dataset: 'openbookqa', title: 'OpenBookQA test', rows: 500 },
  ],
  [
    '256cd78377a0090efcbc05662c15821c9b60f98a708bf48115d0d9af80c67313',
    { dataset: 'piqa', title: 'PIQA validation', rows: 1838 },
  ],
  [
    'de6741d4c94f576a6c8258ecadbe166aefe55f27d27dc9c338039c240a614a77',
    { dataset: 'sciq', title: 'SciQ test', rows: 1000 },
  ],
  [
    '4e39612f1d7596b0a7d27ce0009e2562b22e6ed7edf3684ea3db89ac580fbc14',
    { dataset: 'social_iqa', title: 'Social IQa validation', rows: 1954 },
  ],
  [
    '0f6829c35e9214594ec7638ce07958df5a3fea4a6edd968a8e280d11ecff212f',
    { dataset: 'wikitext2', title: 'WikiText-2 (raw) test', rows: 4358 },
  ],
  [
    'd8b897d49c70e35db334af33364549e4db97c89fcfaf5917d306208abcd7587d',
    { dataset: 'wikitext2_validation', title: 'WikiText-2 (raw) validation', rows: 3760 },
  ],
  [
    '8e8671d6097f314f4ddc6c9734e382810926a1e0c3e76664715786d25b4a78d4',
    { dataset: 'winogrande', title: 'WinoGrande validation', rows: 1267 },
  ],
  [
    '540b9d021ca08d8fbbccd7a38a571217672e25ac8cd635ea70c5a2077a45e6d5',
    { dataset: 'arc_challenge', title: 'mini ARC-Challenge', rows: 200 },
  ],
  [
    '4f6f36545faf97e003b854eaaee46e4a39840c09ac0ee73763f21f64bb34b731',
    { dataset: 'arc_easy', title: 'mini ARC-Easy', rows: 200 },
  ],
  ['085977114a2a2bea2eaab8ba5cf805e6927b943f723aebd8ac845eecd08a90d6', { dataset: 'c4', title: 'mini C4', rows: 120 }],
  [
    '12194f1b3cd9de605c10bce7dca4c07eb5b9b4c26e0cc199b3e6d4318dd328f4',
    { dataset: 'hellaswag', title: 'mini HellaSwag', rows: 200 },
  ],
  [
    '03b99b49a52836d3d3f06cac6f142bc4610af56c60964b80b66d21f805b8d6dd',
    { dataset: 'lambada_openai', title: 'mini LAMBADA', rows: 200 },
  ],
  [
    'b85562373ff3857be2608ef61a4e74b377045377c9712beeb979845c461a0a5a',
    { dataset: 'piqa', title: 'mini PIQA', rows: 200 },
  ],
  [
    'f7977b38e0162c9155e9d28cf71022f6d8f99418a5b54c97c865c58b8bf5b483',
    { dataset: 'sciq', title: 'mini SciQ', rows: 200 },
  ],
  [
    '2cd960a40aec45d4ef4164607903ef6644e2d11f04fb134d8d6ed2c93f7ee2f0',
    { dataset: 'wikitext2', title: 'mini WikiText', rows: 1199 },
  ],
  [
    'df1c4bba16bff1ec1591e7a26cc987c4679365060c4710be754100722b87a752',
    { dataset: 'winogrande', title: 'mini WinoGrande', rows: 200 },
  ],
]);
