/** Folder of the checkpoint: configuration, weights, tokenizer and model card. An absolute path. */
export declare const modelFolder: string;
