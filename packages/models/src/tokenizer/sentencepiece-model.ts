/** The file tokenizer.model of SentencePiece, a protocol buffer (sentencepiece_model.proto): what is read of it, and its model. */
import protobuf from 'protobufjs/light.js';
import { sentencePieceMalformed, sentencePieceUnsupported } from './errors.ts';
import type { Piece, PieceKind, SentencePieceModel, Special } from './sentencepiece-json.ts';

export interface SentencePieceFile {
  readonly model: SentencePieceModel;
  readonly bos: Special | undefined;
  readonly eos: Special | undefined;
}

const field = (type: string, id: number, defaultValue?: unknown) =>
  defaultValue === undefined ? { type, id } : { type, id, options: { default: defaultValue } };

// Without the edition, what stands in the file as false or 0 is taken for absent.
const edition = 'proto2';

const schema: protobuf.INamespace = {
  nested: {
    ModelProto: {
      edition,
      fields: {
        pieces: { rule: 'repeated', type: 'Piece', id: 1 },
        trainer: field('Trainer', 2),
        normalizer: field('Normalizer', 3),
        denormalizer: field('Normalizer', 5),
      },
    },
    Piece: { edition, fields: { text: field('string', 1), score: field('float', 2), kind: field('int32', 3, 1) } },
    Trainer: {
      edition,
      fields: {
        modelType: field('int32', 3, 1),
        whitespaceAsSuffix: field('bool', 24, false),
        byteFallback: field('bool', 35, false),
        bosId: field('int32', 41, 1),
        eosId: field('int32', 42, 2),
      },
    },
    Normalizer: {
      edition,
      fields: {
        characterMap: field('bytes', 2),
        addDummyPrefix: field('bool', 3, true),
        removeExtraWhitespaces: field('bool', 4, true),
        escapeWhitespaces: field('bool', 5, true),
      },
    },
  },
};

interface Proto {
  readonly pieces: readonly { readonly text: string; readonly score: number; readonly kind: number }[];
  readonly trainer: {
    readonly modelType: number;
    readonly whitespaceAsSuffix: boolean;
    readonly byteFallback: boolean;
    readonly bosId: number;
    readonly eosId: number;
  } | null;
  readonly normalizer: Normalizer | null;
  readonly denormalizer: Normalizer | null;
}

interface Normalizer {
  readonly characterMap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
}

const types: Readonly<Record<number, SentencePieceModel['type']>> = { 1: 'Unigram', 2: 'BPE' };
const kinds: readonly (PieceKind | undefined)[] = [undefined, 'normal', 'unknown', 'control', 'user', 'unused', 'byte'];

/** `file` is only named in errors. */
export function readSentencePiece(bytes: Uint8Array, file: string): SentencePieceFile {
  const { pieces: stored, trainer, normalizer, denormalizer } = decode(bytes, file);
  if (stored.length === 0 || trainer === null || normalizer === null)
    throw sentencePieceMalformed(file, 'no pieces, no trainer_spec or no normalizer_spec');
  const type = types[trainer.modelType];
  if (type === undefined)
    throw sentencePieceUnsupported(file, `a model of the type ${trainer.modelType} (words or characters)`);
  if (trainer.whitespaceAsSuffix || !normalizer.escapeWhitespaces)
    throw sentencePieceUnsupported(file, 'spaces at the ends of words, or spaces that are not escaped');
  if (denormalizer !== null && denormalizer.characterMap.length > 0)
    throw sentencePieceUnsupported(file, 'a normalization of decoded texts');
  const pieces = readPieces(stored, file);
  return {
    model: {
      type,
      pieces,
      addsPrefix: normalizer.addDummyPrefix,
      removesExtraSpaces: normalizer.removeExtraWhitespaces,
      ...(normalizer.characterMap.length === 0
        ? {}
        : { characterMap: Buffer.from(normalizer.characterMap).toString('base64') }),
      byteFallback: trainer.byteFallback,
    },
    bos: specialOf(pieces, trainer.bosId),
    eos: specialOf(pieces, trainer.eosId),
  };
}

function decode(bytes: Uint8Array, file: string): Proto {
  try {
    return protobuf.Root.fromJSON(schema).lookupType('ModelProto').decode(bytes) as unknown as Proto;
  } catch (error) {
    throw sentencePieceMalformed(file, 'something else than a protocol buffer', error);
  }
}

function readPieces(stored: Proto['pieces'], file: string): Piece[] {
  const texts = new Set<string>();
  return stored.map(({ text, score, kind: number }, id) => {
    const kind = kinds[number];
    if (kind === undefined || !Number.isFinite(score))
      throw sentencePieceMalformed(file, `piece ${id} of kind ${number}`);
    if (text === '' || texts.has(text)) throw sentencePieceMalformed(file, `the piece ${JSON.stringify(text)} twice`);
    texts.add(text);
    return { text, score, kind };
  });
}

/** A number below 0 stands for none. */
function specialOf(pieces: readonly Piece[], id: number): Special | undefined {
  const piece = pieces[id];
  return piece?.kind === 'control' ? { id, text: piece.text } : undefined;
}
